#pragma once

/// \file
/// Everything of recruit::stats.

#include <recruit/stats/data.hpp>
#include <recruit/stats/estimate.hpp>
#include <recruit/stats/word.hpp>
