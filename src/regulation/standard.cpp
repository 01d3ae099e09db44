#include <recruit/regulation/standard.hpp>

#include <algorithm>
#include <array>

#include <recruit/base/calendar.hpp>

#include "base/keys.hpp"
#include "regulation/rules_file.hpp"
#include "regulation/standard_content.hpp"
#include "regulation/words.hpp"

namespace recruit {

Standard Standard::parse(std::string_view toml, std::string_view name) {
    return Standard{detail::load_standard(toml, name)};
}
Standard Standard::load(const std::filesystem::path& path) {
    return parse(detail::read_rules_file(path), path.string());
}

const std::string& Standard::series() const noexcept { return content_->series; }
const std::string& Standard::version() const noexcept { return content_->version; }
const std::string& Standard::id() const noexcept { return content_->id; }
std::chrono::year_month_day Standard::effective_from() const noexcept { return content_->effective_from; }
std::optional<std::chrono::year_month_day> Standard::effective_to() const noexcept {
    return content_->effective_to;
}
bool Standard::in_force(std::chrono::year_month_day date) const noexcept { return content_->in_force(date); }
const std::string& Standard::jurisdiction() const noexcept { return content_->jurisdiction; }
Status Standard::status() const noexcept { return content_->status; }
std::optional<Confidence> Standard::confidence() const noexcept { return content_->confidence; }
const std::string& Standard::source() const noexcept { return content_->source; }
const std::string& Standard::notes() const noexcept { return content_->notes; }
LeapDay Standard::leap_day() const noexcept { return content_->leap_day; }
const std::vector<Moment>& Standard::moments() const noexcept { return content_->moments; }
const std::vector<Fact>& Standard::facts() const noexcept { return content_->facts; }
const std::vector<Requirement>& Standard::requirements() const noexcept { return content_->requirements; }
const std::vector<RequiredDocument>& Standard::documents() const noexcept { return content_->documents; }
const std::vector<EntryGroup>& Standard::groups() const noexcept { return content_->groups; }
const std::string& Standard::digest() const noexcept { return content_->digest; }
const std::string& Standard::canonical() const noexcept { return content_->canonical; }
const std::string& Standard::toml() const noexcept { return content_->toml; }

namespace {

template <class Named>
const Named* find_named(const std::vector<Named>& list, std::string_view name) noexcept {
    const auto found = std::find_if(list.begin(), list.end(), [&](const Named& n) { return n.name == name; });
    return found == list.end() ? nullptr : &*found;
}

Title pick(const Title& title, std::string_view key) {
    return title == Title{} ? Title{std::string{key}, std::string{key}} : title;
}

/// The title of a requirement or a document of that name.
const Title* title_in(const std::vector<Requirement>& requirements,
                      const std::vector<RequiredDocument>& documents, std::string_view name) {
    if (const auto* found = find_named(requirements, name)) return &found->title;
    if (const auto* found = find_named(documents, name)) return &found->title;
    return nullptr;
}

}  // namespace

const Fact* Standard::find_fact(std::string_view name) const noexcept { return find_named(facts(), name); }
const Moment* Standard::find_moment(std::string_view name) const noexcept {
    return find_named(moments(), name);
}

Title Standard::title() const { return pick(content_->title, id()); }

Title Standard::label(std::string_view name) const {
    if (const auto dot = name.find('.'); dot != std::string_view::npos) {
        if (const auto* group = find_named(groups(), name.substr(0, dot))) {
            const auto rest = name.substr(dot + 1);
            if (const auto* title = title_in(group->requirements, group->documents, rest))
                return pick(*title, rest);
        }
        return pick({}, name);
    }
    if (const auto* group = find_named(groups(), name)) return pick(group->title, name);
    if (const auto* title = title_in(requirements(), documents(), name)) return pick(*title, name);
    return label_of_fact(name);
}

Title Standard::label_of_fact(std::string_view name) const {
    if (const auto* fact = find_fact(name)) return pick(fact->title, name);
    if (const auto* moment = find_moment(name)) return pick(moment->title, name);
    return pick({}, name);
}

Title Standard::in_words(const Condition& condition) const {
    return detail::condition_in_words(condition,
                                      [this](std::string_view name) { return label_of_fact(name); });
}

std::string Standard::describe(Language language) const {
    std::string page;
    const auto say = [&](Text key, std::vector<Argument> arguments = {}) {
        return Message{key, std::move(arguments)}.str(language);
    };
    const auto line = [&](int indent, const std::string& words, const std::string& source = {}) {
        page.append(static_cast<std::size_t>(indent) * 2, ' ');
        page += words + (source.empty() ? "" : "  [" + source + "]") + "\n";
    };
    const auto requirements_of = [&](const std::vector<Requirement>& list, const std::string& prefix,
                                     int indent) {
        for (const Requirement& r : list)
            line(indent, label(prefix + r.name).str(language) + ": " + in_words(r.holds).str(language),
                 r.source);
    };
    const auto documents_of = [&](const std::vector<RequiredDocument>& list, const std::string& prefix,
                                  int indent) {
        for (const RequiredDocument& d : list) {
            const Title name = label(prefix + d.name);
            std::string words = d.by.empty()
                                    ? say(Text::describe_document, {name, d.name})
                                    : say(Text::describe_document_by, {name, d.name, label_of_fact(d.by)});
            if (!d.when.is_always()) words += say(Text::applies_when, {in_words(d.when)});
            line(indent, words, d.source);
        }
    };
    line(0, say(Text::describe_standard) + ": " + title().str(language) + " (" + id() + ")");
    line(0, say(Text::describe_status,
                {std::string{to_string(status())}, jurisdiction(), format_date(effective_from()),
                 effective_to() ? say(Text::describe_until, {format_date(*effective_to())}) : ""}));
    if (!source().empty()) line(0, say(Text::describe_source, {source()}));
    if (!notes().empty()) line(0, notes());
    if (leap_day() != LeapDay::unsaid)
        line(0, say(leap_day() == LeapDay::march_1 ? Text::describe_leap_march_1
                                                   : Text::describe_leap_february_28));
    line(0, say(Text::describe_disclaimer));
    line(0, "SHA-256 " + digest());
    if (!moments().empty()) line(0, "\n" + say(Text::describe_moments));
    for (const Moment& m : moments())
        line(1, label_of_fact(m.name).str(language) + " (" + m.name + ")", m.source);
    if (!facts().empty()) line(0, "\n" + say(Text::describe_facts));
    for (const Fact& fact : facts())
        line(1,
             pick(fact.title, fact.name).str(language) + " (" + fact.name + ", " +
                 std::string{to_string(fact.type)} + ")",
             fact.source);
    if (!requirements().empty()) line(0, "\n" + say(Text::describe_requirements));
    requirements_of(requirements(), "", 1);
    if (!documents().empty()) line(0, "\n" + say(Text::describe_documents));
    documents_of(documents(), "", 1);
    for (const EntryGroup& group : groups()) {
        line(0, "\n" + say(Text::describe_group, {label(group.name), group.name}), group.source);
        requirements_of(group.requirements, group.name + ".", 1);
        documents_of(group.documents, group.name + ".", 1);
    }
    return page;
}

std::string_view to_string(Answer outcome) noexcept {
    constexpr std::array<std::string_view, 3> names{"not_met", "cannot_be_told", "met"};
    return names[static_cast<std::size_t>(outcome)];
}
std::string_view to_string(LeapDay rule) noexcept {
    constexpr std::array<std::string_view, 3> names{"unsaid", "february_28", "march_1"};
    return names[static_cast<std::size_t>(rule)];
}

}  // namespace recruit
