#include <recruit/stats/suppression.hpp>

#include <algorithm>
#include <limits>
#include <numeric>
#include <queue>

#include <recruit/base/error.hpp>
#include <recruit/stats/data.hpp>

#include "stats/writing.hpp"

namespace recruit::stats {

using namespace detail;

namespace {

constexpr std::int64_t unlimited = std::numeric_limits<std::int64_t>::max() / 4;

/// A table with its margins is a circulation: every row and column is a node, every cell an arc, and sums are
/// flows in = flows out. Inner cells run from row to column, totals the other way round.
struct Network {
    const TwoWay& table;

    std::size_t nodes() const { return table.height() + table.width(); }
    std::size_t cells() const { return table.cells.size(); }
    bool is_total(std::size_t cell) const {
        return cell / table.width() == table.rows.size() || cell % table.width() == table.columns.size();
    }
    std::pair<std::size_t, std::size_t> ends(std::size_t cell) const {
        const std::size_t row = cell / table.width(), column = cell % table.width();
        const bool in_row = row == table.rows.size(), in_column = column == table.columns.size();
        const std::size_t row_node = row, column_node = table.height() + column;
        return in_row == in_column ? std::pair{row_node, column_node} : std::pair{column_node, row_node};
    }
};

/// The largest flow from one node to another through hidden cells but `without`, up to `enough`: a cell can
/// grow without limit and shrink to 0.
std::int64_t largest_flow(const Network& network, const std::vector<std::uint8_t>& hidden,
                          std::size_t without, std::size_t from, std::size_t to, std::int64_t enough) {
    std::vector<std::vector<std::size_t>> arcs(network.nodes());
    std::vector<std::int64_t> shrink(network.cells());
    for (std::size_t cell = 0; cell < network.cells(); ++cell) {
        if (hidden[cell] == 0 || cell == without) continue;
        const auto [a, b] = network.ends(cell);
        arcs[a].push_back(cell);
        arcs[b].push_back(cell);
        shrink[cell] = network.table.cells[cell];
    }
    std::int64_t flow = 0;
    while (flow < enough) {
        std::vector<std::size_t> by(network.nodes(), network.cells());  // the cell that led to a node
        std::queue<std::size_t> queue;
        queue.push(from);
        std::vector<std::uint8_t> seen(network.nodes());
        seen[from] = 1;
        while (!queue.empty() && seen[to] == 0) {
            const std::size_t node = queue.front();
            queue.pop();
            for (const std::size_t cell : arcs[node]) {
                const auto [a, b] = network.ends(cell);
                const std::size_t next = a == node ? b : a;
                if (seen[next] != 0 || (a != node && shrink[cell] == 0)) continue;
                seen[next] = 1;
                by[next] = cell;
                queue.push(next);
            }
        }
        if (seen[to] == 0) break;
        std::int64_t amount = unlimited;
        for (std::size_t node = to; node != from;) {
            const auto [a, b] = network.ends(by[node]);
            if (b != node) amount = std::min(amount, shrink[by[node]]);
            node = b == node ? a : b;
        }
        if (amount == unlimited) return unlimited;
        for (std::size_t node = to; node != from;) {
            const auto [a, b] = network.ends(by[node]);
            shrink[by[node]] += b == node ? amount : -amount;
            node = b == node ? a : b;
        }
        flow += amount;
    }
    return flow;
}

/// How much a hidden cell can grow and shrink, each up to `enough`.
std::pair<std::int64_t, std::int64_t> slack(const Network& network, const std::vector<std::uint8_t>& hidden,
                                            std::size_t cell, std::int64_t enough) {
    const auto [a, b] = network.ends(cell);
    const std::int64_t grow = largest_flow(network, hidden, cell, b, a, enough);
    if (grow >= enough && enough < unlimited) return {grow, 0};
    return {grow, std::min(network.table.cells[cell], largest_flow(network, hidden, cell, a, b, enough))};
}

bool is_protected(const Network& network, const std::vector<std::uint8_t>& hidden, std::size_t cell,
                  std::int64_t protection) {
    const auto [grow, shrinks] = slack(network, hidden, cell, protection);
    return grow + shrinks >= protection;
}

/// The cheapest further cells that let `cell` grow (or shrink): a shortest path between its ends.
std::optional<std::vector<std::size_t>> cheapest(const Network& network,
                                                 const std::vector<std::uint8_t>& hidden, std::size_t cell,
                                                 bool grows) {
    const auto [a, b] = network.ends(cell);
    const std::size_t from = grows ? b : a, to = grows ? a : b;
    const std::int64_t all = network.table.cells.back() + 1;
    std::vector<std::int64_t> cost(network.nodes(), unlimited);
    std::vector<std::size_t> by(network.nodes(), network.cells());
    std::vector<std::uint8_t> done(network.nodes());
    cost[from] = 0;
    for (;;) {
        std::size_t node = network.nodes();
        for (std::size_t i = 0; i < network.nodes(); ++i) {
            if (done[i] == 0 && cost[i] < unlimited && (node == network.nodes() || cost[i] < cost[node]))
                node = i;
        }
        if (node == network.nodes()) return std::nullopt;
        if (node == to) break;
        done[node] = 1;
        for (std::size_t other = 0; other < network.cells(); ++other) {
            const auto [p, q] = network.ends(other);
            if (other == cell || (p != node && q != node)) continue;
            const std::int64_t n = network.table.cells[other];
            if (p != node && n == 0) continue;  // it cannot shrink
            const std::size_t next = p == node ? q : p;
            // Small counts first; empty cells and totals are worth most to readers.
            std::int64_t price = 0;
            if (hidden[other] == 0) price = network.is_total(other) ? 4 * all + n : n == 0 ? all : n + 1;
            if (cost[node] + price < cost[next]) {
                cost[next] = cost[node] + price;
                by[next] = other;
            }
        }
    }
    std::vector<std::size_t> path;
    for (std::size_t node = to; node != from;) {
        const auto [p, q] = network.ends(by[node]);
        if (hidden[by[node]] == 0) path.push_back(by[node]);
        node = q == node ? p : q;
    }
    return path;
}

void require_positive(const char* name, std::int64_t value, std::int64_t least) {
    if (value < least)
        throw Error{Code::stats_bad_argument,
                    {std::string{name}, std::to_string(value), std::to_string(least) + " or more"}};
}

}  // namespace

TwoWay two_way(std::vector<std::string> rows, std::vector<std::string> columns,
               const std::vector<std::int64_t>& counts) {
    if (counts.size() != rows.size() * columns.size())
        throw Error{Code::stats_lengths,
                    {std::string{"counts"}, std::to_string(counts.size()), std::string{"rows x columns"},
                     std::to_string(rows.size() * columns.size())}};
    TwoWay out{std::move(rows), std::move(columns), {}, {}};
    const std::size_t width = out.width(), last_row = out.rows.size(), last_column = out.columns.size();
    out.cells.resize(out.height() * width);
    for (std::size_t r = 0; r < last_row; ++r) {
        for (std::size_t c = 0; c < last_column; ++c) {
            const std::int64_t n = counts[r * last_column + c];
            require_positive("count", n, 0);
            out.cells[r * width + c] = n;
            out.cells[r * width + last_column] += n;
            out.cells[last_row * width + c] += n;
            out.cells.back() += n;
        }
    }
    return out;
}

TwoWay two_way(const Table& table, std::string_view row, std::string_view column,
               std::optional<std::string_view> count) {
    const Factor rows = factor(table, row), columns = factor(table, column);
    std::vector<std::int64_t> times(rows.size(), 1);
    if (count) times = whole_counts(table, *count);
    std::vector<std::int64_t> counts(rows.levels.size() * columns.levels.size());
    std::int64_t without = 0;
    for (std::size_t i = 0; i < times.size(); ++i) {
        if (rows.codes[i] < 0 || columns.codes[i] < 0) {
            without += times[i];
        } else {
            counts[static_cast<std::size_t>(rows.codes[i]) * columns.levels.size() +
                   static_cast<std::size_t>(columns.codes[i])] += times[i];
        }
    }
    TwoWay out = two_way(rows.levels, columns.levels, counts);
    if (without > 0) out.dropped.push_back({Text::stats_missing_group, without});
    return out;
}

std::vector<Bounds> audit(const TwoWay& table, const std::vector<std::uint8_t>& hidden) {
    if (hidden.size() != table.cells.size())
        throw Error{Code::stats_lengths,
                    {std::string{"hidden"}, std::to_string(hidden.size()), std::string{"cells"},
                     std::to_string(table.cells.size())}};
    const Network network{table};
    std::vector<Bounds> out;
    for (std::size_t cell = 0; cell < hidden.size(); ++cell) {
        if (hidden[cell] == 0) continue;
        const auto [grow, shrinks] = slack(network, hidden, cell, unlimited);
        Bounds bounds{cell / table.width(), cell % table.width(), table.cells[cell] - shrinks, {}};
        if (grow < unlimited) bounds.upper = table.cells[cell] + grow;
        out.push_back(bounds);
    }
    return out;
}

Suppressed suppress(const TwoWay& table, std::int64_t minimum, Zeros zeros,
                    std::optional<std::int64_t> protection) {
    require_positive("minimum", minimum, 2);
    if (protection) require_positive("protection", *protection, 1);
    Suppressed out;
    out.table = table;
    out.minimum = minimum;
    out.protection = protection.value_or(minimum);
    out.cells.assign(table.cells.size(), Cell::shown);
    std::vector<std::uint8_t> hidden(table.cells.size());
    std::vector<std::size_t> small;
    for (std::size_t cell = 0; cell < hidden.size(); ++cell) {
        const std::int64_t n = table.cells[cell];
        if (n >= minimum || (n == 0 && zeros == Zeros::shown)) continue;
        hidden[cell] = 1;
        out.cells[cell] = Cell::primary;
        small.push_back(cell);
    }
    const Network network{table};
    const auto hide = [&](const std::vector<std::size_t>& path) {
        for (const std::size_t cell : path) {
            hidden[cell] = 1;
            out.cells[cell] = Cell::complementary;
        }
    };
    for (const std::size_t cell : small) {
        while (!is_protected(network, hidden, cell, out.protection)) {
            // A path that is hidden already adds nothing: then the other direction, then everything.
            auto path = cheapest(network, hidden, cell, true);
            if (!path || path->empty()) path = cheapest(network, hidden, cell, false);
            if (path && !path->empty()) {
                hide(*path);
                continue;
            }
            std::vector<std::size_t> rest;
            for (std::size_t other = 0; other < hidden.size(); ++other) {
                if (hidden[other] == 0 && (table.cells[other] > 0 || zeros == Zeros::hidden))
                    rest.push_back(other);
            }
            if (rest.empty()) break;
            const auto next = std::min_element(rest.begin(), rest.end(), [&](std::size_t a, std::size_t b) {
                return std::pair{network.is_total(a), table.cells[a]} <
                       std::pair{network.is_total(b), table.cells[b]};
            });
            hide({*next});
        }
    }
    const auto all_protected = [&] {
        return std::all_of(small.begin(), small.end(), [&](std::size_t cell) {
            return is_protected(network, hidden, cell, out.protection);
        });
    };
    out.is_safe = all_protected();
    if (out.is_safe) {  // show again, the largest first, what the others do not need
        std::vector<std::size_t> order(hidden.size());
        std::iota(order.begin(), order.end(), 0);
        std::stable_sort(order.begin(), order.end(),
                         [&](std::size_t a, std::size_t b) { return table.cells[a] > table.cells[b]; });
        for (const std::size_t cell : order) {
            if (out.cells[cell] != Cell::complementary) continue;
            hidden[cell] = 0;
            if (all_protected()) {
                out.cells[cell] = Cell::shown;
            } else {
                hidden[cell] = 1;
            }
        }
    }
    out.audit = stats::audit(table, hidden);
    return out;
}

std::vector<Note> Suppressed::notes() const {
    std::vector<Note> out;
    const auto count = [&](Cell kind) { return std::count(cells.begin(), cells.end(), kind); };
    out.push_back(note(Text::stats_note_hidden, {count(Cell::primary), count(Cell::complementary)}));
    out.push_back(is_safe ? note(Text::stats_note_audited, {protection}) : note(Text::stats_note_unsafe, {}));
    return out;
}

Display Suppressed::display(Language language) const {
    Display display;
    display.title = say(Text::stats_suppressed_table, {std::to_string(minimum)}, language);
    std::vector<std::string> header{""};
    const std::string total{text(Text::stats_total, language)};
    header.insert(header.end(), table.columns.begin(), table.columns.end());
    header.push_back(total);
    display.is_number.assign(header.size(), true);
    display.is_number[0] = false;
    display.grid = {header};
    for (std::size_t row = 0; row < table.height(); ++row) {
        std::vector<std::string> line{row < table.rows.size() ? table.rows[row] : total};
        for (std::size_t column = 0; column < table.width(); ++column) {
            const bool is_shown = is_safe && cells[row * table.width() + column] == Cell::shown;
            line.push_back(is_shown ? std::to_string(table.at(row, column)) : "·");
        }
        display.grid.push_back(std::move(line));
    }
    for (const Note& note : notes()) display.below.push_back(note.str(language));
    add_remarks(display.below, table.dropped, {}, {}, language);
    return display;
}

Table Suppressed::to_table() const {
    std::vector<std::string> rows, columns, kinds;
    std::vector<bool> has_row, has_column, has_n;
    std::vector<std::int64_t> n;
    for (std::size_t cell = 0; cell < cells.size(); ++cell) {
        const std::size_t row = cell / table.width(), column = cell % table.width();
        has_row.push_back(row < table.rows.size());
        has_column.push_back(column < table.columns.size());
        rows.push_back(has_row.back() ? table.rows[row] : "");
        columns.push_back(has_column.back() ? table.columns[column] : "");
        // A table that is not safe shows nothing.
        has_n.push_back(is_safe && cells[cell] == Cell::shown);
        n.push_back(has_n.back() ? table.cells[cell] : 0);
        // Which hidden cells are the small ones is itself telling: they are all "hidden".
        kinds.emplace_back(has_n.back() ? "shown" : "hidden");
    }
    Table out;
    out.add("row", Column::texts(Strings{rows}, Validity{has_row}));
    out.add("column", Column::texts(Strings{columns}, Validity{has_column}));
    out.add("n", Column::integers(Buffer<std::int64_t>{std::move(n)}, Validity{has_n}));
    out.add("cell", Column::texts(kinds));
    return out;
}

}  // namespace recruit::stats
