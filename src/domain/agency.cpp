// The register of bodies.

#include <recruit/domain/agency.hpp>

#include <algorithm>
#include <array>
#include <map>
#include <numeric>
#include <set>
#include <utility>

#include <recruit/base/calendar.hpp>
#include <recruit/base/error.hpp>

#include "base/keys_beside.hpp"
#include "base/text_column.hpp"

namespace recruit {

namespace {

constexpr std::array<std::string_view, 4> levels{"central", "province", "district", "commune"};

std::string text_at(const Column* column, std::size_t row) {
    return column == nullptr || column->is_null(row) ? std::string{} : column->str(row);
}

std::vector<std::string> list_of(std::string_view text) {
    std::vector<std::string> parts;
    while (!text.empty()) {
        const auto end = std::min(text.find(';'), text.size());
        auto part = text.substr(0, end);
        while (part.starts_with(' ')) part.remove_prefix(1);
        while (part.ends_with(' ')) part.remove_suffix(1);
        if (!part.empty()) parts.emplace_back(part);
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return parts;
}

}  // namespace

std::string_view to_string(Level level) noexcept { return levels[static_cast<std::size_t>(level)]; }

Register::Register(std::vector<Agency> agencies) : agencies_{std::move(agencies)} {
    by_id_.resize(agencies_.size());
    std::iota(by_id_.begin(), by_id_.end(), std::size_t{0});
    std::sort(by_id_.begin(), by_id_.end(),
              [&](std::size_t a, std::size_t b) { return agencies_[a].id < agencies_[b].id; });
    for (std::size_t i = 1; i < by_id_.size(); ++i) {
        const auto& id = agencies_[by_id_[i]].id;
        if (agencies_[by_id_[i - 1]].id == id) throw Error{Code::duplicate_name, {id}, "register"};
    }
    for (const auto& agency : agencies_) {
        for (const auto& successor : agency.successors) {
            if (find(successor) == nullptr)
                throw Error{Code::unknown_value, {successor, std::string{"ids of the register"}}, agency.id};
        }
    }
}

const Agency* Register::find(std::string_view id) const noexcept {
    const auto at = std::lower_bound(by_id_.begin(), by_id_.end(), id,
                                     [&](std::size_t i, std::string_view x) { return agencies_[i].id < x; });
    return at == by_id_.end() || agencies_[*at].id != id ? nullptr : &agencies_[*at];
}

const Agency& Register::today(const Agency& agency) const noexcept {
    const Agency* now = &agency;
    for (std::size_t steps = 0; now->successors.size() == 1; ++steps) {
        if (steps > agencies_.size()) return agency;  // a ring
        now = find(now->successors.front());
    }
    return *now;
}

Table Register::to_table() const {
    detail::TextColumn id, name, aliases, level, parent, from, to, successors;
    std::vector<std::uint8_t> in_pilot;
    const auto joined = [](const std::vector<std::string>& parts) {
        std::string text;
        for (const auto& part : parts) text += (text.empty() ? "" : ";") + part;
        return text;
    };
    const auto add = [](detail::TextColumn& column, const std::string& text) {
        column.add(text, !text.empty());
    };
    const auto day = [](const auto& date) { return date ? format_date(*date) : std::string{}; };
    for (const auto& agency : agencies_) {
        id.add(agency.id);
        name.add(agency.name);
        add(aliases, joined(agency.aliases));
        add(level, agency.level ? std::string{to_string(*agency.level)} : std::string{});
        add(parent, agency.parent);
        in_pilot.push_back(agency.in_pilot ? 1 : 0);
        add(from, day(agency.valid_from));
        add(to, day(agency.valid_to));
        add(successors, joined(agency.successors));
    }
    Table table;
    table.add("id", id.column());
    table.add("name", name.column());
    table.add("aliases", aliases.column());
    table.add("level", level.column());
    table.add("parent", parent.column());
    table.add("in_pilot", Column::booleans(Buffer<std::uint8_t>{std::move(in_pilot)}));
    table.add("valid_from", from.column());
    table.add("valid_to", to.column());
    table.add("successors", successors.column());
    return table;
}

RegisterFile read_register(const Table& table) {
    const Column &ids = table.at("id"), &names = table.at("name");
    std::map<std::string_view, const Column*> more;
    for (const auto* name :
         {"aliases", "level", "parent", "in_pilot", "valid_from", "valid_to", "successors"}) {
        more[name] = table.find(name);
    }
    RegisterFile file;
    std::vector<Agency> agencies;
    std::set<std::string> seen;
    for (std::size_t row = 0; row < table.rows(); ++row) {
        const auto refuse = [&](std::string_view column, const std::string& value) {
            Issue issue;
            issue.code = code::register_line;
            issue.row = static_cast<std::int64_t>(row);
            issue.column = column;
            issue.value = value;
            issue.arguments = {std::string{column} + (value.empty() ? "" : " = " + value)};
            file.issues.push_back(std::move(issue));
        };
        Agency agency;
        agency.id = text_at(&ids, row);
        agency.name = text_at(&names, row);
        if (agency.id.empty() || agency.name.empty() || !seen.insert(agency.id).second) {
            refuse(agency.name.empty() && !agency.id.empty() ? "name" : "id", agency.id);
            continue;
        }
        bool usable = true;
        if (const auto level = text_at(more["level"], row); !level.empty()) {
            const auto at = std::find(levels.begin(), levels.end(), level);
            if (at == levels.end()) {
                refuse("level", level);
                usable = false;
            } else {
                agency.level = static_cast<Level>(at - levels.begin());
            }
        }
        if (const auto flag = text_at(more["in_pilot"], row); !flag.empty()) {
            agency.in_pilot = flag == "true" || flag == "1" || flag == "True";
            if (!agency.in_pilot && flag != "false" && flag != "0" && flag != "False") {
                refuse("in_pilot", flag);
                usable = false;
            }
        }
        for (const auto& [name, date] :
             {std::pair{"valid_from", &agency.valid_from}, std::pair{"valid_to", &agency.valid_to}}) {
            const auto text = text_at(more[name], row);
            *date = parse_date(text);
            if (text.empty() || *date) continue;
            refuse(name, text);
            usable = false;
        }
        agency.aliases = list_of(text_at(more["aliases"], row));
        agency.parent = text_at(more["parent"], row);
        agency.successors = list_of(text_at(more["successors"], row));
        if (usable) agencies.push_back(std::move(agency));
    }
    // A successor that was left out, or never was there, is said and forgotten.
    std::set<std::string> kept;
    for (const auto& agency : agencies) kept.insert(agency.id);
    for (auto& agency : agencies) {
        std::erase_if(agency.successors, [&](const std::string& id) {
            if (kept.contains(id)) return false;
            Issue issue;
            issue.code = code::register_line;
            issue.column = "successors";
            issue.value = id;
            issue.arguments = {"successors = " + id};
            file.issues.push_back(std::move(issue));
            return true;
        });
    }
    file.bodies = Register{std::move(agencies)};
    return file;
}

}  // namespace recruit
