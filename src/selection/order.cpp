// Groups and order. Nothing here knows what a score means: rows are compared by the bits the plan made.

#include <algorithm>
#include <array>
#include <numeric>

#include <openssl/evp.h>

#include <recruit/base/error.hpp>

#include "base/keys.hpp"
#include "selection/content.hpp"

namespace recruit::detail {

namespace {

/// For each dictionary code its place among the used texts in byte order.
std::vector<std::uint32_t> byte_order(const Column& column) {
    std::vector<std::uint32_t> codes(column.strings().size());
    std::iota(codes.begin(), codes.end(), 0U);
    std::sort(codes.begin(), codes.end(),
              [&](std::uint32_t a, std::uint32_t b) { return column.strings()[a] < column.strings()[b]; });
    std::vector<std::uint32_t> place(codes.size());
    std::uint32_t next = 0;
    for (std::size_t i = 0; i < codes.size(); ++i) {
        // A foreign dictionary may hold a text twice: both codes are the same text.
        if (i > 0 && column.strings()[codes[i]] != column.strings()[codes[i - 1]]) ++next;
        place[codes[i]] = next;
    }
    return place;
}

}  // namespace

Grouping group_by(const Table& table, const std::vector<std::string>& within, IssueLog& log) {
    Grouping result;
    const std::size_t rows = table.rows();
    std::vector<std::uint64_t> key(rows, 0);
    std::vector<bool> missing;
    std::uint64_t span = 1;
    for (const std::string& name : within) {
        // One position needs no column of that name.
        const Column* column = table.find(name);
        if (column == nullptr && name == "position") {
            static const std::vector<std::string> nameless{""};
            result.columns.push_back(
                Column::categories(Buffer<std::int32_t>{std::vector<std::int32_t>(rows)}, Strings{nameless}));
            continue;
        }
        const Column coded = dictionary_coded(as_text(name, table.at(name)));
        const auto place = byte_order(coded);
        const std::uint64_t values = place.empty() ? 1 : *std::max_element(place.begin(), place.end()) + 1ULL;
        if (span >
            (std::uint64_t{1} << 62) / values) {  // squeeze what was combined so far before it overflows
            std::vector<std::uint64_t> seen = key;
            std::sort(seen.begin(), seen.end());
            seen.erase(std::unique(seen.begin(), seen.end()), seen.end());
            for (auto& k : key)
                k = static_cast<std::uint64_t>(std::lower_bound(seen.begin(), seen.end(), k) - seen.begin());
            span = seen.size();
        }
        span *= values;
        for (std::size_t row = 0; row < rows; ++row) {
            if (coded.is_null(row)) {
                if (missing.empty()) missing.assign(rows, false);
                missing[row] = true;
                log.add(row_issue(Code::missing_group, Severity::error, row, name, "", {name}));
                key[row] = key[row] * values;
            } else {
                key[row] = key[row] * values + place[static_cast<std::size_t>(coded.codes()[row])];
            }
        }
        result.columns.push_back(coded);
    }
    // Dense codes in the order of the combined key, which is the order of the names.
    result.group.assign(rows, 0);
    const auto is_missing = [&](std::size_t row) { return !missing.empty() && missing[row]; };
    if (span <= 4 * rows + 1024) {
        std::vector<std::uint32_t> example(span, no_row);
        for (std::size_t row = rows; row-- > 0;) {
            if (!is_missing(row)) example[key[row]] = static_cast<std::uint32_t>(row);
        }
        std::vector<std::uint32_t> dense(span);
        for (std::uint64_t k = 0; k < span; ++k) {
            if (example[k] == no_row) continue;
            dense[k] = static_cast<std::uint32_t>(result.example.size());
            result.example.push_back(example[k]);
        }
        for (std::size_t row = 0; row < rows; ++row) result.group[row] = dense[key[row]];
    } else {
        std::vector<std::pair<std::uint64_t, std::uint32_t>> sorted;
        sorted.reserve(rows);
        for (std::size_t row = 0; row < rows; ++row) {
            if (!is_missing(row)) sorted.emplace_back(key[row], static_cast<std::uint32_t>(row));
        }
        std::sort(sorted.begin(), sorted.end());
        for (std::size_t i = 0; i < sorted.size(); ++i) {
            if (i == 0 || sorted[i].first != sorted[i - 1].first) result.example.push_back(sorted[i].second);
            result.group[sorted[i].second] = static_cast<std::uint32_t>(result.example.size() - 1);
        }
    }
    for (const std::uint32_t row : result.example) {
        std::vector<std::string> names;
        for (const Column& column : result.columns) names.emplace_back(column.text(row));
        result.names.push_back(std::move(names));
    }
    if (!missing.empty()) {
        for (std::size_t row = 0; row < rows; ++row) {
            if (missing[row]) result.group[row] = static_cast<std::uint32_t>(result.groups());
        }
    }
    return result;
}

std::uint64_t lot(const std::string& seed, std::string_view id) {
    std::string bytes = seed;
    bytes += '\0';
    bytes += id;
    std::array<unsigned char, 32> digest{};
    unsigned int length = 0;
    EVP_Digest(bytes.data(), bytes.size(), digest.data(), &length, EVP_sha256(), nullptr);
    std::uint64_t value = 0;
    for (int i = 0; i < 8; ++i) value = value << 8 | digest[static_cast<std::size_t>(i)];
    return value;
}

// ---- Sorter ----

void Sorter::by_words(std::span<std::uint32_t> rows) {
    const auto* first = keys_.words[0];
    pairs_.clear();
    for (const std::uint32_t row : rows) pairs_.emplace_back(first[row], row);
    if (keys_.words.size() == 1) {
        std::sort(pairs_.begin(), pairs_.end(),
                  [](const auto& a, const auto& b) { return a.first < b.first; });
    } else {
        std::sort(pairs_.begin(), pairs_.end(), [&](const auto& a, const auto& b) {
            if (a.first != b.first) return a.first < b.first;
            for (std::size_t w = 1; w < keys_.words.size(); ++w) {
                const auto x = keys_.words[w][a.second];
                const auto y = keys_.words[w][b.second];
                if (x != y) return x < y;
            }
            return false;
        });
    }
    for (std::size_t i = 0; i < rows.size(); ++i) rows[i] = pairs_[i].second;
}

/// rows[begin, end) are equal in the components before `level`: split them by this one, if it can decide.
void Sorter::refine(std::span<const std::uint32_t> rows, std::uint32_t begin, std::uint32_t end, int level) {
    const int count = static_cast<int>(keys_.plan->components.size());
    const auto leaf = [&](bool unresolved) {
        leaves.push_back({begin, end, unresolved});
        if (level <= components_) blocks.push_back({begin, end, unresolved});
    };
    if (end - begin == 1 || level == count) return leaf(false);
    if (level == components_) blocks.push_back({begin, end, false});

    const auto component = static_cast<std::size_t>(level);
    const KeyComponent& c = keys_.plan->components[component];
    if (c.can_be_missing) {
        // Sorted: missing values last, before them those to whom the key does not apply.
        const auto last = keys_.value(component, rows[end - 1]);
        const bool any_missing = last == c.is_missing();
        const bool mixed = last == c.does_not_apply() && keys_.value(component, rows[begin]) != last;
        if (any_missing || mixed) {
            const auto deciding = any_missing ? c.is_missing() : c.does_not_apply();
            for (std::uint32_t i = begin; i < end; ++i) {
                if (keys_.value(component, rows[i]) == deciding) missing.emplace_back(rows[i], level);
            }
            if (level < components_) blocks.push_back({begin, end, true});
            leaves.push_back({begin, end, true});
            return;
        }
    }
    for (std::uint32_t i = begin; i < end;) {
        const auto value = keys_.value(component, rows[i]);
        std::uint32_t next = i + 1;
        while (next < end && keys_.value(component, rows[next]) == value) ++next;
        refine(rows, i, next, level + 1);
        i = next;
    }
}

/// Inside each leaf: by lot, else by id.
void Sorter::settle(std::span<std::uint32_t> rows) {
    const auto by_id = [&](std::uint32_t a, std::uint32_t b) { return ids_.at()(a) < ids_.at()(b); };
    for (const Equals& leaf : leaves) {
        if (leaf.end - leaf.begin < 2) continue;
        const auto part = rows.subspan(leaf.begin, leaf.end - leaf.begin);
        if (!std::is_sorted(part.begin(), part.end(), by_id)) std::sort(part.begin(), part.end(), by_id);
    }
    if (seed_ == nullptr) return;
    std::vector<Equals> drawn;
    for (const Equals& block : blocks) {
        const auto part = rows.subspan(block.begin, block.end - block.begin);
        if (block.unresolved || part.size() < 2) {
            drawn.push_back(block);
            continue;
        }
        // Equal hashes keep the order of the ids: a lot always decides.
        std::stable_sort(part.begin(), part.end(), [&](std::uint32_t a, std::uint32_t b) {
            return lot(*seed_, ids_.at()(a)) < lot(*seed_, ids_.at()(b));
        });
        for (std::uint32_t i = block.begin; i < block.end; ++i) drawn.push_back({i, i + 1, false});
    }
    blocks = drawn;
    leaves = std::move(drawn);
}

void Sorter::find_equals(std::span<std::uint32_t> rows) {
    blocks.clear();
    leaves.clear();
    if (rows.empty()) return;
    by_words(rows);
    refine(rows, 0, static_cast<std::uint32_t>(rows.size()), 0);
}

void Sorter::sort(std::span<std::uint32_t> rows) {
    find_equals(rows);
    settle(rows);
}

Outcome decide(std::int64_t first, std::int64_t tied, std::int64_t limit, TiesAtCut policy,
               std::int64_t extra) {
    const std::int64_t last = first + tied - 1;
    if (last <= limit) return Outcome::in;
    if (first > limit) return Outcome::out;
    switch (policy) {
        case TiesAtCut::include_all:
            return Outcome::in;
        case TiesAtCut::exclude_all:
            return Outcome::out;
        case TiesAtCut::include_up_to:
            return last <= limit + extra ? Outcome::in : Outcome::contested;
        default:
            return Outcome::contested;
    }
}

}  // namespace recruit::detail
