#include "persistence/records_selection.hpp"

#include <algorithm>
#include <limits>
#include <set>

#include "base/dictionary.hpp"

namespace recruit::detail {

Regulation Record<Regulation>::value() && {
    Regulation regulation = Regulation::parse(toml, "regulation");
    if (regulation.digest() != digest)
        throw ResultDiffers{Code::rules_differ, {regulation.id(), digest, regulation.digest()}};
    return regulation;
}

Standard Record<Standard>::value() && {
    Standard standard = Standard::parse(toml, "standard");
    if (standard.digest() != digest)
        throw ResultDiffers{Code::rules_differ, {standard.id(), digest, standard.digest()}};
    return standard;
}

// ---- texts that repeat

Column numbered_as_met(const Column& texts) {
    constexpr std::int32_t unmet = -1;
    const Strings& old = texts.strings();
    std::vector<std::int32_t> number(old.size(), unmet);
    std::vector<std::string> names;
    std::vector<std::int32_t> codes(texts.size());
    for (std::size_t row = 0; row < texts.size(); ++row) {
        if (texts.is_null(row)) continue;
        auto& code = number[static_cast<std::size_t>(texts.codes()[row])];
        if (code == unmet) {
            code = static_cast<std::int32_t>(names.size());
            names.emplace_back(texts.text(row));
        }
        codes[row] = code;
    }
    return Column::categories(Buffer<std::int32_t>{std::move(codes)}, Strings{names}, texts.validity());
}

namespace {

Column numbered(const std::vector<std::string>& texts) {
    Dictionary names;
    std::vector<std::int32_t> codes(texts.size());
    names.insert_all(
        texts.size(), [&](std::size_t i) { return std::string_view{texts[i]}; },
        [&](std::size_t i, std::uint32_t code) { codes[i] = static_cast<std::int32_t>(code); });
    return Column::categories(Buffer<std::int32_t>{std::move(codes)}, names.take());
}

/// Whether the column is what `numbered_as_met` makes.
bool is_numbered_as_met(const Column& column) {
    if (column.type() != ColumnType::text || !column.has_dictionary()) return false;
    const Strings& names = column.strings();
    std::set<std::string_view> distinct;
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (!distinct.insert(names[i]).second) return false;
    }
    std::size_t met = 0;
    for (std::size_t row = 0; row < column.size(); ++row) {
        if (column.is_null(row)) continue;
        const auto code = static_cast<std::size_t>(column.codes()[row]);
        if (code > met) return false;
        if (code == met) ++met;
    }
    return met == names.size();
}

}  // namespace

// ---- scores

void write_bytes(OutArchive& out, const std::vector<std::uint8_t>& bytes) {
    out.unsigned_integer(bytes.size());
    const auto kept = std::make_shared<std::vector<std::uint8_t>>(bytes);
    out.block(std::span<const std::uint8_t>{*kept}, kept);
}

void read_bytes(InArchive& in, std::vector<std::uint8_t>& bytes) {
    const auto block = in.block<std::uint8_t>(in.count(1));
    bytes.assign(block.begin(), block.end());
}

Record<ScoreTable>::Record(const ScoreTable& scores)
    : application{scores.application},
      total{scores.total},
      stages{scores.stages},
      decided_by{numbered(scores.decided_by)},
      issues{scores.issues} {
    for (const Standing s : scores.standing) standing.push_back(static_cast<std::uint8_t>(s));
    for (const std::int8_t e : scores.ended) ended.push_back(static_cast<std::uint8_t>(e + 1));
}

ScoreTable Record<ScoreTable>::value() && {
    const std::size_t rows = total.size();
    expect_form(total.type() == ColumnType::points && application.size() == rows && standing.size() == rows &&
                ended.size() == rows && decided_by.size() == rows && is_numbered_as_met(decided_by) &&
                decided_by.validity().all());
    ScoreTable scores;
    scores.application = std::move(application);
    scores.stages = std::move(stages);
    scores.total = std::move(total);
    scores.issues = std::move(issues);
    scores.standing.reserve(rows);
    scores.ended.reserve(rows);
    scores.decided_by.reserve(rows);
    for (std::size_t row = 0; row < rows; ++row) {
        expect_form(standing[row] < standing_count && ended[row] <= 128);
        scores.standing.push_back(static_cast<Standing>(standing[row]));
        scores.ended.push_back(static_cast<std::int8_t>(ended[row] - 1));
        scores.decided_by.emplace_back(decided_by.text(row));
    }
    return scores;
}

}  // namespace recruit::detail
