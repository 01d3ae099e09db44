#pragma once

// The reviewed table of permissions, read from its file, and every cell in which another table differs from
// it.

#include <doctest/doctest.h>

#include <array>
#include <fstream>
#include <functional>
#include <sstream>
#include <string>
#include <vector>

#include <recruit/workflow/act.hpp>

namespace reviewed {

using namespace recruit;

struct Cell {
    ActKind act;
    Role role;
    Phase phase;
    Relation relation;
    friend bool operator==(const Cell&, const Cell&) = default;
};
using Predicate = std::function<bool(const Cell&)>;

inline constexpr int cells = act_count * role_count * phase_count * relation_count;

inline Cell cell(int index) {
    Cell c;
    c.relation = static_cast<Relation>(index % relation_count);
    index /= relation_count;
    c.phase = static_cast<Phase>(index % phase_count);
    index /= phase_count;
    c.role = static_cast<Role>(index % role_count);
    c.act = static_cast<ActKind>(index / role_count);
    return c;
}

/// A line "act: roles | phases | relations" allows every cell of the product, and what has no line nothing.
class Table {
public:
    explicit Table(const std::string& text) : allowed_(cells, false) {
        std::istringstream in{text};
        for (std::string line; std::getline(in, line);) {
            const std::size_t colon = line.find(':');
            const auto act = act_kind(line.substr(0, colon));
            REQUIRE_MESSAGE(act.has_value(), line);
            ++lines;
            std::array<std::vector<std::string>, 3> words;
            std::istringstream rest{line.substr(colon + 1)};
            std::size_t part = 0;
            for (std::string word; rest >> word;) {
                if (word == "|")
                    ++part;
                else
                    words.at(part).push_back(word);
            }
            const auto has = [&](std::size_t p, std::string_view name) {
                for (const std::string& word : words[p])
                    if (word == name) return true;
                return false;
            };
            for (int i = 0; i < cells; ++i) {
                const Cell c = cell(i);
                if (c.act == *act && has(0, to_string(c.role)) && has(1, to_string(c.phase)) &&
                    has(2, to_string(c.relation)))
                    allowed_[static_cast<std::size_t>(i)] = true;
            }
        }
    }
    /// Cells in which `other` says something else.
    std::vector<Cell> differences(const Predicate& other) const {
        std::vector<Cell> all;
        for (int i = 0; i < cells; ++i)
            if (other(cell(i)) != allowed_[static_cast<std::size_t>(i)]) all.push_back(cell(i));
        return all;
    }
    int lines = 0;

private:
    std::vector<bool> allowed_;
};

}  // namespace reviewed
