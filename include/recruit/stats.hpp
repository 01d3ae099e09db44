#pragma once

/// \file
/// Everything of recruit::stats.

#include <recruit/stats/agreement.hpp>
#include <recruit/stats/calibration.hpp>
#include <recruit/stats/components.hpp>
#include <recruit/stats/data.hpp>
#include <recruit/stats/decision.hpp>
#include <recruit/stats/estimate.hpp>
#include <recruit/stats/groups.hpp>
#include <recruit/stats/icc.hpp>
#include <recruit/stats/impact.hpp>
#include <recruit/stats/integrity.hpp>
#include <recruit/stats/items.hpp>
#include <recruit/stats/openness.hpp>
#include <recruit/stats/permutation.hpp>
#include <recruit/stats/process.hpp>
#include <recruit/stats/quantiles.hpp>
#include <recruit/stats/rank_correlation.hpp>
#include <recruit/stats/rates.hpp>
#include <recruit/stats/ratings.hpp>
#include <recruit/stats/run.hpp>
#include <recruit/stats/standard_setting.hpp>
#include <recruit/stats/strata.hpp>
#include <recruit/stats/suppression.hpp>
#include <recruit/stats/survival.hpp>
#include <recruit/stats/utility.hpp>
#include <recruit/stats/word.hpp>
