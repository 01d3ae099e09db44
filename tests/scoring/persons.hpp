#pragma once

// Tables of persons for tests of standards, written as texts.

#include <map>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include <recruit/scoring/eligibility.hpp>

namespace persons {

using Person = std::map<std::string, std::string>;  ///< Column -> text; empty or not there: not given.

/// Every person's columns as text columns; `application` is P-0, P-1, … unless given.
inline recruit::Table table(const std::vector<Person>& people) {
    using namespace recruit;
    std::map<std::string, std::vector<std::string>> columns;
    for (const Person& person : people)
        for (const auto& entry : person) columns[entry.first].resize(people.size());
    columns["application"].resize(people.size());
    for (std::size_t i = 0; i < people.size(); ++i) {
        columns["application"][i] = "P-" + std::to_string(i);
        for (const auto& [name, value] : people[i]) columns[name][i] = value;
    }
    Table result;
    for (auto& [name, values] : columns) {
        std::vector<bool> given;
        for (const std::string& value : values) given.push_back(!value.empty());
        result.add(name, Column::texts(Strings{values}, Validity{given}));
    }
    return result;
}

/// "born=1970 sex=male": the person with these facts changed; "born=" takes one away.
inline Person with(Person person, const std::string& changes) {
    std::istringstream words{changes};
    for (std::string word; words >> word;) {
        const auto equals = word.find('=');
        person[word.substr(0, equals)] = word.substr(equals + 1);
    }
    return person;
}

/// What a result says of one predicate of one row: an outcome, or the state of a document.
inline std::string said(const recruit::Table& result, const std::string& predicate, std::size_t row) {
    return result.at(predicate).str(row);
}

/// Splits at a mark, blanks around the parts taken away.
inline std::vector<std::string> split(const std::string& text, char mark) {
    std::vector<std::string> parts;
    std::istringstream stream{text};
    for (std::string part; std::getline(stream, part, mark);) {
        const auto from = part.find_first_not_of(' ');
        if (from == std::string::npos) continue;
        parts.push_back(part.substr(from, part.find_last_not_of(' ') - from + 1));
    }
    return parts;
}

}  // namespace persons
