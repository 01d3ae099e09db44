// Reading how marks become scores.

#include <algorithm>

#include "regulation/loader.hpp"

namespace recruit::detail {

void Loader::bands(Reader& reader, Marking& marking, const Points& max) {
    auto entries = reader.tables("band");
    for (std::size_t i = 0; i < entries.size(); ++i) {
        Reader& entry = entries[i];
        Band band;
        band.up_to = entry.points("up_to");
        if (const auto share = entry.fraction("up_to_share")) {
            const auto exact = (*share * Fraction{max}).exact_points();
            if (band.up_to) {
                entry.error(entry.table().get("up_to_share"), "up_to_share", Code::conflicting_keys,
                            {std::string{"up_to, up_to_share"}});
            } else if (exact) {
                band.up_to = *exact;
            } else {
                entry.error(entry.table().get("up_to_share"), "up_to_share", Code::names_no_rounding_mode,
                            {share->str() + " * " + max.str()});
            }
        }
        const bool last = i + 1 == entries.size();
        if (last == band.up_to.has_value()) {
            entry.error(&entry.table(), {}, last ? Code::conflicting_keys : Code::missing_key,
                        last ? std::vector<Argument>{std::string{"up_to in the last band"}}
                             : std::vector<Argument>{std::string{"up_to"}, std::string{"up_to = 10"}});
        }
        if (band.up_to && (*band.up_to < Points{} || (i > 0 && marking.bands[i - 1].up_to &&
                                                      *band.up_to <= *marking.bands[i - 1].up_to))) {
            const Points least = i > 0 && marking.bands[i - 1].up_to ? *marking.bands[i - 1].up_to : Points{};
            entry.error(&entry.table(), "up_to", Code::out_of_range, {band.up_to->str(), "> " + least.str()},
                        band.up_to->str());
        }
        if (entry.require("action", "action = \"aggregate\"") != nullptr) {
            band.action = entry.choice<BandAction>("action", 4).value_or(BandAction::aggregate);
            entry.emit("action", std::string{to_string(band.action)});
        }
        band.source = entry.free_text("source");
        entry.finish();
        marking.bands.push_back(std::move(band));
    }
}

void Loader::marking(Reader reader) {
    Marking marking;
    marking.column = column(reader, true, false);
    const auto found = columns_.find(marking.column);
    const Points max = found == columns_.end() ? Points{100} : found->second.max;
    for (const Marking& other : content_.markings) {
        if (!marking.column.empty() && other.column == marking.column)
            reader.error(&reader.table(), {}, Code::duplicate_name, {marking.column}, marking.column);
    }
    marking.least = reader.integer("least", 1, 1000).value_or(1);
    marking.aggregate = reader.choice<Aggregate>("aggregate", 5).value_or(Aggregate::mean);
    if (marking.aggregate != Aggregate::mean)
        reader.emit("aggregate", std::string{to_string(marking.aggregate)});
    const bool trims = marking.aggregate == Aggregate::trimmed;
    if (reader.has("trim") && !trims) {
        reader.error(
            reader.table().get("trim"), "trim", Code::conflicting_keys,
            {std::string{"trim, aggregate = \""} + std::string{to_string(marking.aggregate)} + "\""});
    }
    marking.trim = reader.integer("trim", 1, 500).value_or(1);
    if (trims && marking.least <= 2 * marking.trim) {
        reader.error(reader.table().get("least"), "least", Code::out_of_range,
                     {std::to_string(marking.least), "> " + std::to_string(2 * marking.trim)},
                     std::to_string(marking.least));
    }
    if (const auto times = reader.fraction("times")) {
        marking.times = *times;
        if (*times <= Fraction{0}) {
            reader.error(reader.table().get("times"), "times", Code::out_of_range,
                         {times->str(), std::string{"> 0"}}, times->str());
        }
    }
    marking.round = reader.rounding("round");
    marking.quantum = reader.points("quantum");
    if (marking.quantum && *marking.quantum <= Points{}) {
        reader.error(reader.table().get("quantum"), "quantum", Code::out_of_range,
                     {marking.quantum->str(), std::string{"> 0"}}, marking.quantum->str());
        marking.quantum.reset();
    }
    marking.slips = reader.choice<Slips>("slips", 3).value_or(Slips::signed_slips);
    if (marking.slips != Slips::signed_slips) reader.emit("slips", std::string{to_string(marking.slips)});
    marking.absent = reader.choice<AbsentMember>("absent", 3).value_or(AbsentMember::adjourn);
    if (marking.absent != AbsentMember::adjourn)
        reader.emit("absent", std::string{to_string(marking.absent)});
    if (marking.slips == Slips::anonymous && marking.absent == AbsentMember::strike) {
        reader.error(reader.table().get("absent"), "absent", Code::conflicting_keys,
                     {std::string{"slips = \"anonymous\", absent = \"strike\""}});
    }
    bands(reader, marking, max);
    const bool asks_third = std::any_of(marking.bands.begin(), marking.bands.end(),
                                        [](const Band& band) { return band.action == BandAction::third; });
    if (asks_third) reader.require("third", "third = \"two_equal_else_mean\"");
    if (const auto third = reader.choice<ThirdMark>("third", 4)) {
        marking.third = *third;
        reader.emit("third", std::string{to_string(*third)});
    }
    marking.remark = reader.choice<Remark>("remark", 3).value_or(Remark::replaces);
    if (marking.remark != Remark::replaces) reader.emit("remark", std::string{to_string(marking.remark)});
    if (marking.remark == Remark::if_differs) reader.require("remark_by", "remark_by = \"0.25\"");
    marking.remark_by = reader.points("remark_by");
    for (Reader& entry : reader.tables("odd")) {
        OddScript odd;
        odd.name = entry.required_text("name", "name = \"two_handwritings\"").value_or("");
        if (!odd.name.empty()) valid_name(entry, "name", odd.name, false);
        if (odd.name == "valid" || odd.name == "struck")
            entry.error(entry.table().get("name"), "name", Code::duplicate_name, {odd.name}, odd.name);
        odd.gives = entry.points("gives");
        if (odd.gives && (*odd.gives < Points{} || *odd.gives > max)) {
            entry.error(entry.table().get("gives"), "gives", Code::out_of_range,
                        {odd.gives->str(), "0.." + max.str()}, odd.gives->str());
        }
        odd.source = entry.free_text("source");
        entry.finish();
        marking.odd.push_back(std::move(odd));
    }
    // Any number of marks from `least` on may come: their mean ends for few of them.
    const bool sums = marking.aggregate == Aggregate::sum || marking.aggregate == Aggregate::consensus ||
                      marking.aggregate == Aggregate::median;
    const bool third_divides = asks_third && marking.third == ThirdMark::two_equal_else_mean;
    if (!marking.round && (!sums || third_divides || !marking.times.exact_points())) {
        reader.error(&reader.table(), {}, Code::needs_rounding,
                     {std::string{to_string(marking.aggregate)}, marking.column});
    }
    marking.source = reader.free_text("source");
    reader.finish();
    content_.markings.push_back(std::move(marking));
}

}  // namespace recruit::detail
