#include <recruit/regulation/regulation.hpp>

#include <algorithm>

#include <recruit/base/calendar.hpp>

#include "base/join.hpp"
#include "base/keys.hpp"
#include "regulation/catalogue.hpp"
#include "regulation/content.hpp"
#include "regulation/rules_file.hpp"

namespace recruit {

Regulation Regulation::parse(std::string_view toml, std::string_view name) {
    return Regulation{detail::load_regulation(toml, name)};
}

Regulation Regulation::load(const std::filesystem::path& path) {
    return parse(detail::read_rules_file(path), path.string());
}

const std::string& Regulation::series() const noexcept { return content_->series; }
const std::string& Regulation::version() const noexcept { return content_->version; }
const std::string& Regulation::id() const noexcept { return content_->id; }
std::chrono::year_month_day Regulation::effective_from() const noexcept { return content_->effective_from; }
std::optional<std::chrono::year_month_day> Regulation::effective_to() const noexcept {
    return content_->effective_to;
}
bool Regulation::in_force(std::chrono::year_month_day date) const noexcept {
    return content_->in_force(date);
}
const std::string& Regulation::jurisdiction() const noexcept { return content_->jurisdiction; }
Status Regulation::status() const noexcept { return content_->status; }
std::optional<Confidence> Regulation::confidence() const noexcept { return content_->confidence; }
const std::string& Regulation::source() const noexcept { return content_->source; }
const std::string& Regulation::notes() const noexcept { return content_->notes; }
const std::string& Regulation::standard() const noexcept { return content_->standard; }
const std::vector<std::string>& Regulation::incomplete() const noexcept { return content_->incomplete; }
bool Regulation::is_incomplete(std::string_view path) const noexcept {
    return std::find(incomplete().begin(), incomplete().end(), path) != incomplete().end();
}
const std::vector<Fact>& Regulation::facts() const noexcept { return content_->facts; }
const std::vector<Stage>& Regulation::stages() const noexcept { return content_->stages; }
const Composite& Regulation::score() const noexcept { return content_->score; }
const std::vector<Gate>& Regulation::score_gates() const noexcept { return content_->score_gates; }
const Bonus& Regulation::bonus() const noexcept { return content_->bonus; }
const std::vector<RankRule>& Regulation::ranks() const noexcept { return content_->ranks; }
const SelectRule& Regulation::select() const noexcept { return content_->select; }
const std::vector<Marking>& Regulation::markings() const noexcept { return content_->markings; }
const std::vector<Normalisation>& Regulation::normalisations() const noexcept {
    return content_->normalisations;
}
const std::optional<ReferralRule>& Regulation::referral() const noexcept { return content_->referral; }
const std::vector<ListRule>& Regulation::lists() const noexcept { return content_->lists; }
const std::vector<Quota>& Regulation::quotas() const noexcept { return content_->quotas; }
const Procedure& Regulation::procedure() const noexcept { return content_->procedure; }
const std::string& Regulation::digest() const noexcept { return content_->digest; }
const std::string& Regulation::canonical() const noexcept { return content_->canonical; }
const std::string& Regulation::toml() const noexcept { return content_->toml; }

namespace {

template <class Named>
const Named* find_named(const std::vector<Named>& list, std::string_view name) noexcept {
    const auto found = std::find_if(list.begin(), list.end(), [&](const Named& n) { return n.name == name; });
    return found == list.end() ? nullptr : &*found;
}

Title pick(const Title& title, std::string_view key) {
    return title == Title{} ? Title{std::string{key}, std::string{key}} : title;
}

}  // namespace

const Fact* Regulation::find_fact(std::string_view name) const noexcept { return find_named(facts(), name); }
const Stage* Regulation::find_stage(std::string_view name) const noexcept {
    return find_named(stages(), name);
}

Title Regulation::title() const { return pick(content_->title, id()); }

Title Regulation::label(std::string_view column) const {
    if (column == "position") {
        return {std::string{text(Text::label_position, Language::en)},
                std::string{text(Text::label_position, Language::vi)}};
    }
    if (column == "score") {
        return {std::string{text(Text::label_score_before_bonus, Language::en)},
                std::string{text(Text::label_score_before_bonus, Language::vi)}};
    }
    if (const auto* fact = find_fact(column)) return pick(fact->title, column);
    const auto dot = column.find('.');
    if (const auto* stage = find_stage(column.substr(0, dot))) {
        if (dot == std::string_view::npos) return pick(stage->title, column);
        if (const auto* part = find_named(stage->parts, column.substr(dot + 1))) {
            return pick(part->title, column);
        }
    }
    if (const auto* rank = find_named(ranks(), column)) return pick(rank->title, column);
    return pick({}, column);
}

// ---- the catalogue ----

namespace {

/// "vn.lead.example.2017.toml" without its ending is the id; a test holds that the file says the same.
std::string_view id_of(const detail::CatalogueFile& file) {
    return file.name.substr(0, file.name.rfind('.'));
}

[[noreturn]] void unknown_regulation(std::string_view id) {
    throw Error{Code::unknown_regulation, {std::string{id}, detail::joined(regulation_ids())}};
}

}  // namespace

std::vector<std::string> regulation_ids() {
    std::vector<std::string> ids;
    for (const auto& file : detail::catalogue_files()) ids.emplace_back(id_of(file));
    std::sort(ids.begin(), ids.end());
    return ids;
}

Regulation regulation(std::string_view id) {
    for (const auto& file : detail::catalogue_files()) {
        if (id_of(file) == id) return Regulation::parse(file.text, file.name);
    }
    unknown_regulation(id);
}

Regulation regulation(std::string_view series, std::chrono::year_month_day on) {
    std::vector<Regulation> versions;
    std::string spans;
    std::string found;
    for (const auto& file : detail::catalogue_files()) {
        // Ids begin with their series: only those few are parsed.
        if (id_of(file).substr(0, series.size()) != series) continue;
        Regulation rules = Regulation::parse(file.text, file.name);
        if (rules.series() != series) continue;
        detail::add_item(spans, rules.version() + " (" + format_date(rules.effective_from()) + " – " +
                                    (rules.effective_to() ? format_date(*rules.effective_to()) : "") + ")");
        if (!rules.in_force(on)) continue;
        detail::add_item(found, rules.id());
        versions.push_back(std::move(rules));
    }
    if (spans.empty()) unknown_regulation(series);
    if (versions.empty())
        throw Error{Code::no_regulation_in_force, {std::string{series}, format_date(on), spans}};
    if (versions.size() > 1)
        throw Error{Code::several_in_force, {std::string{series}, format_date(on), found}};
    return versions.front();
}

}  // namespace recruit
