#pragma once

// The text of a column by which records are grouped.

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <recruit/domain/agency.hpp>
#include <recruit/programme/review.hpp>

#include "programme/figures.hpp"
#include "programme/records.hpp"

namespace recruit::detail {

/// The text of a column by which records are grouped.
class RecordKeys {
public:
    RecordKeys(const Records& records, const Register& bodies, const ReviewOptions& options)
        : records_{records}, bodies_{bodies} {
        const auto& agencies = records["agency"];
        for (std::uint32_t code = 0; code < agencies.texts.size(); ++code) {
            const Agency* agency = bodies.find(agencies.texts[code]);
            in_pilot_.push_back(agency != nullptr && agency->in_pilot);
            if (agency != nullptr && options.as_of == AsOf::today) agency = &bodies.today(*agency);
            of_code_.push_back(agency);
        }
    }

    const Agency* body(std::size_t record) const {
        const auto& agencies = records_["agency"];
        const auto code = agencies.codes.empty() ? no_code : agencies.codes[record];
        return code == no_code ? nullptr : of_code_[code];
    }

    /// Whether the body, as it was, is in the pilot.
    bool in_pilot(std::size_t record) const {
        const auto& agencies = records_["agency"];
        const auto code = agencies.codes.empty() ? no_code : agencies.codes[record];
        return code != no_code && in_pilot_[code];
    }

    std::string at(const std::string& name, std::size_t record) const {
        if (is_of_body(name)) {
            if (const Agency* agency = body(record)) return of_body(*agency, name);
            if (name == "parent") return {};
        }
        if (name == "year") return year(record);
        const auto number = column_number(name);
        if (number == programme.size()) {
            for (const auto& [other, column] : records_.others) {
                if (other == name) return std::string{column.text(record)};
            }
        }
        const auto& column = records_.columns[number];
        if (programme[number].kind == Kind::text) return std::string{column.text(record)};
        const auto value = column.value(record);
        return value == missing ? std::string{} : std::to_string(value);
    }

    /// Of these records.
    std::int64_t distinct_bodies(Rows rows) const {
        const auto& agencies = records_["agency"];
        std::vector<bool> seen(agencies.texts.size());
        for (const auto record : rows) {
            if (agencies.codes[record] != no_code) seen[agencies.codes[record]] = true;
        }
        std::set<std::string_view> ids;
        for (std::uint32_t code = 0; code < seen.size(); ++code) {
            if (seen[code])
                ids.insert(of_code_[code] ? std::string_view{of_code_[code]->id} : agencies.texts[code]);
        }
        return static_cast<std::int64_t>(ids.size());
    }

    /// Columns that the register tells of a body, and what it tells.
    static bool is_of_body(std::string_view name) {
        return name == "agency" || name == "level" || name == "parent";
    }
    static std::string of_body(const Agency& agency, std::string_view name) {
        if (name == "level") return agency.level ? std::string{to_string(*agency.level)} : std::string{};
        return name == "agency" ? agency.id : agency.parent;
    }

    /// Numbers of the values of a column, one a record, and the values. Constant work a record where the
    /// value depends on the body or stands as a code.
    std::pair<std::vector<std::uint32_t>, std::vector<std::string>> codes(const std::string& name) const {
        std::vector<std::uint32_t> codes(records_.size);
        std::vector<std::string> values;
        std::map<std::string, std::uint32_t> known;
        const auto code_of = [&](const std::string& value) {
            const auto [at, is_new] = known.try_emplace(value, static_cast<std::uint32_t>(values.size()));
            if (is_new) values.push_back(value);
            return at->second;
        };
        const auto number = column_number(name);
        const bool of_body =
            name == "agency" || name == "parent" || (name == "level" && !bodies_.agencies().empty());
        const RecordColumn* source = of_body ? &records_["agency"] : nullptr;
        if (!of_body && number < programme.size() && programme[number].kind == Kind::text)
            source = &records_.columns[number];
        for (const auto& [other, column] : records_.others) {
            if (other == name) source = &column;
        }
        if (source == nullptr || source->codes.empty()) {
            std::int64_t last = missing;
            std::uint32_t last_code = 0;
            for (std::size_t i = 0; i < records_.size; ++i) {
                const std::int64_t now = name == "year" ? year_number(i) : missing;
                if (now == missing || now != last || i == 0) last_code = code_of(at(name, i));
                last = now;
                codes[i] = last_code;
            }
            return {std::move(codes), std::move(values)};
        }
        std::vector<std::uint32_t> of_text(source->texts.size(), no_code);
        for (std::size_t i = 0; i < records_.size; ++i) {
            const auto text = source->codes[i];
            if (text == no_code) {
                codes[i] = code_of({});
                continue;
            }
            if (of_text[text] == no_code) of_text[text] = code_of(at(name, i));
            codes[i] = of_text[text];
        }
        return {std::move(codes), std::move(values)};
    }

private:
    std::int64_t year_number(std::size_t record) const {
        const auto announced = records_["announced_on"].value(record);
        if (announced == missing) return records_["year"].value(record);
        const std::chrono::sys_days day{std::chrono::days{announced}};
        return static_cast<int>(std::chrono::year_month_day{day}.year());
    }
    std::string year(std::size_t record) const {
        const auto number = year_number(record);
        return number == missing ? std::string{} : std::to_string(number);
    }

    const Records& records_;
    const Register& bodies_;
    std::vector<const Agency*> of_code_;
    std::vector<bool> in_pilot_;
};

}  // namespace recruit::detail
