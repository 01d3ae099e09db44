#pragma once

/// \file
/// Everything of recruit.

#include <recruit/base/calendar.hpp>
#include <recruit/base/display.hpp>
#include <recruit/base/error.hpp>
#include <recruit/base/fraction.hpp>
#include <recruit/base/issue.hpp>
#include <recruit/base/points.hpp>
#include <recruit/base/rounding.hpp>
#include <recruit/base/table.hpp>
#include <recruit/base/texts.hpp>
#include <recruit/persistence/file.hpp>
#include <recruit/regulation/burden.hpp>
#include <recruit/regulation/condition.hpp>
#include <recruit/regulation/diff.hpp>
#include <recruit/regulation/gaps.hpp>
#include <recruit/regulation/regulation.hpp>
#include <recruit/regulation/rules.hpp>
#include <recruit/regulation/transition.hpp>
#include <recruit/scoring/marks.hpp>
#include <recruit/scoring/normalise.hpp>
#include <recruit/scoring/score.hpp>
#include <recruit/scoring/standing.hpp>
#include <recruit/selection/compare.hpp>
#include <recruit/selection/explanation.hpp>
#include <recruit/selection/list.hpp>
#include <recruit/selection/referral.hpp>
#include <recruit/selection/seats.hpp>
#include <recruit/selection/selection.hpp>
#include <recruit/selection/synthetic.hpp>
#include <recruit/stats.hpp>
#include <recruit/tables/arrow.hpp>
#include <recruit/tables/csv.hpp>
#include <recruit/tables/scores.hpp>
#include <recruit/version.hpp>
