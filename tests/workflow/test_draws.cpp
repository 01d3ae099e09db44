// What is drawn by lot: the same bytes give the same draw, and every order has the same chance.

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <map>
#include <set>

#include "workflow/draw.hpp"
#include "workflow/driver.hpp"
#include "workflow/leadership.hpp"
#include "workflow/state.hpp"

using namespace contest;

namespace {

/// Chance of a chi-square this large or larger; `freedom` even (Abramowitz and Stegun 26.4.21).
double upper_tail(double chi_square, int freedom) {
    double term = 1, sum = 1;
    for (int k = 1; k < freedom / 2; ++k) {
        term *= chi_square / 2 / k;
        sum += term;
    }
    return std::exp(-chi_square / 2) * sum;
}

std::vector<std::string> named(int n) {
    std::vector<std::string> items;
    for (int i = 0; i < n; ++i) items.push_back("A" + std::to_string(i));
    return items;
}

/// What a contest says to an event: nothing if it takes it.
std::string answer(const Competition& contest, const Event& event) {
    Competition copy = contest;
    try {
        copy.apply(event);
    } catch (const Error& error) {
        return std::string{error.code()};
    }
    return {};
}

using List = std::vector<std::string>;

/// Lists that are not all of `list`, each once.
std::vector<List> not_all(const List& list) {
    std::vector<List> wrong{list, list, list};
    wrong[0].pop_back();
    wrong[1].front() = "nobody";
    wrong[2].push_back("one more");
    if (list.size() > 1) {
        wrong.push_back(list);
        wrong.back().front() = list.back();
    }
    return wrong;
}

/// The event with another value of a field in a part of it: a list or a word.
template <class Value>
Event told_otherwise(Event event, Fields Event::*part, const char* name, const Value& value) {
    (event.*part).set(name, value);
    if (part == &Event::sealed) event.seal(Fields{event.sealed}, std::string{event.salt});
    return event;
}

/// Events that chance cannot have given, made from one that it gave.
std::vector<Event> impossible(const Event& event) {
    std::vector<Event> wrong;
    const auto lists = [&](Fields Event::*part, const char* name) {
        const List list = (event.*part).list(name);
        if (list.empty()) return;
        for (const List& other : not_all(list)) wrong.push_back(told_otherwise(event, part, name, other));
    };
    const auto words = [&](Fields Event::*part, const char* name, const List& values) {
        for (const std::string& value : values) wrong.push_back(told_otherwise(event, part, name, value));
    };
    switch (event.act.kind) {
        case ActKind::draw_paper:
            words(&Event::decided, "paper", {"nobody", "", event.decided.get("paper") + " "});
            words(&Event::decided, "of", {"0", "77", ""});
            break;
        case ActKind::draw_order:
            lists(&Event::decided, "order");
            break;
        case ActKind::seal_scripts:
            lists(&Event::sealed, "applications");
            lists(&Event::sealed, "codes");
            words(&Event::decided, "scripts", {"77", ""});
            break;
        case ActKind::allocate: {
            lists(&Event::decided, "scripts");
            const List markers = event.decided.list("markers"), scripts = event.decided.list("scripts");
            if (scripts.empty()) break;
            words(&Event::decided, "markers", {"nobody", ""});
            List other = markers;
            other.front() = "nobody";
            wrong.push_back(told_otherwise(event, &Event::decided, "markers", other));
            // Everything to those who have the first script.
            const auto each = static_cast<std::size_t>(std::stoi(event.act.fields.get("each")));
            for (std::size_t k = 0; k < markers.size(); ++k) other[k] = markers[k % each];
            const std::set<std::string> all(markers.begin(), markers.end());
            if (all.size() > each && scripts.size() > 2 * each)
                wrong.push_back(told_otherwise(event, &Event::decided, "markers", other));
            // One of two markers twice.
            if (each > 1) {
                other = markers;
                other[1] = other[0];
                wrong.push_back(told_otherwise(event, &Event::decided, "markers", other));
            }
            break;
        }
        case ActKind::draw_lot: {
            std::string capital = event.decided.get("seed");
            capital.front() = 'G';
            words(&Event::decided, "seed", {"", "1", capital, event.decided.get("seed") + "0"});
            break;
        }
        case ActKind::admit_appeal:
        case ActKind::reopen_marking:
            if (!event.sealed.get("code").empty())
                words(&Event::sealed, "code", {"", "1", "0123456789aB", event.sealed.get("code") + "0"});
            break;
        default:
            break;
    }
    return wrong;
}

}  // namespace

TEST_SUITE("workflow/draws") {
    TEST_CASE("every place has the same chance for everybody, in a million draws") {
        const bool nightly = std::getenv("RECRUIT_NIGHTLY") != nullptr;
        constexpr int n = 5;  // (5 - 1)^2 degrees of freedom
        const int draws = nightly ? 10'000'000 : 1'000'000;
        const auto items = named(n);
        std::array<std::array<std::int64_t, n>, n> counts{};
        RandomStream random{22};
        Entropy bytes{};
        for (int d = 0; d < draws; ++d) {
            for (std::size_t i = 0; i < bytes.size(); i += 8) {
                std::uint64_t word = random.next();
                for (std::size_t k = 0; k < 8; ++k, word >>= 8)
                    bytes[i + k] = static_cast<std::uint8_t>(word);
            }
            const auto order = detail::shuffled(items, bytes, "order");
            for (std::size_t place = 0; place < n; ++place)
                ++counts[static_cast<std::size_t>(order[place][1] - '0')][place];
        }
        double chi = 0;
        const double expected = static_cast<double>(draws) / n;
        for (const auto& row : counts)
            for (const std::int64_t count : row)
                chi += (static_cast<double>(count) - expected) * (static_cast<double>(count) - expected) /
                       expected;
        // Rows and columns add up: the statistic has (n - 1)^2 degrees after scaling by (n - 1) / n.
        const double p = upper_tail(chi * (n - 1) / n, (n - 1) * (n - 1));
        CHECK(p > 0.001);
        CHECK(p < 0.999);
        MESSAGE(draws, " draws, chi-square ", chi * (n - 1) / n, ", p ", p);
    }

    TEST_CASE("no name and no number of people is favoured, from two to ten thousand") {
        int sizes = 0;
        for (const int n : {2, 3, 7, 10, 64, 100, 1'000, 1'024, 10'000}) {
            // Ninths of the list against ninths of the order, over as many draws as give a million places.
            constexpr int bins = 9;
            const int draws = n < bins ? 0 : std::max(1, 200'000 / n);
            std::array<std::array<double, bins>, bins> counts{};
            const auto items = named(n);
            std::map<std::string, int> at;
            for (int i = 0; i < n; ++i) at[items[static_cast<std::size_t>(i)]] = i;
            const auto bin = [&](int i) {
                return static_cast<std::size_t>(static_cast<std::int64_t>(i) * bins / n);
            };
            std::array<double, bins> width{};
            for (int i = 0; i < n; ++i) ++width[bin(i)];
            for (int d = 0; d < draws; ++d) {
                const auto order =
                    detail::shuffled(items, entropy(static_cast<std::uint64_t>(d) + 5), "order");
                for (int place = 0; place < n; ++place)
                    ++counts[bin(at[order[static_cast<std::size_t>(place)]])][bin(place)];
            }
            if (draws == 0) {
                // Two or three: how often the first named comes first.
                int first = 0;
                for (int d = 0; d < 20'000; ++d)
                    first +=
                        detail::shuffled(items, entropy(static_cast<std::uint64_t>(d)), "order").front() ==
                        "A0";
                const double share = first / 20'000.0, sd = std::sqrt((n - 1.0) / n / n / 20'000);
                CHECK(std::abs(share - 1.0 / n) < 3.5 * sd);
            } else {
                double chi = 0;
                for (std::size_t a = 0; a < bins; ++a)
                    for (std::size_t b = 0; b < bins; ++b) {
                        const double expected = draws * width[a] * width[b] / n;
                        chi += (counts[a][b] - expected) * (counts[a][b] - expected) / expected;
                    }
                // A permutation has n - 1 in the place of n: chi-square with 64 degrees of freedom.
                const double p = upper_tail(chi * (n - 1) / n, (bins - 1) * (bins - 1));
                INFO(n, " people");
                CHECK(p > 0.001);
                CHECK(p < 0.999);
            }
            ++sizes;
        }
        MESSAGE(sizes, " sizes");
    }

    TEST_CASE("the same bytes give the same draw, and one changed bit another") {
        const auto items = named(20);
        const Entropy bytes = entropy(3);
        const auto order = detail::shuffled(items, bytes, "order");
        CHECK(detail::shuffled(items, bytes, "order") == order);
        CHECK(detail::shuffled(items, bytes, "code-order") != order);
        auto turned = items;
        std::reverse(turned.begin(), turned.end());
        CHECK(detail::shuffled(turned, bytes, "order") == order);  // not by the order they are given in
        int changed = 0;
        for (std::size_t bit = 0; bit < 256; ++bit) {
            Entropy other = bytes;
            other[bit / 8] = static_cast<std::uint8_t>(other[bit / 8] ^ (1u << (bit % 8)));
            changed += detail::shuffled(items, other, "order") != order;
        }
        CHECK(changed == 256);
        MESSAGE(changed, " of 256 changed bits gave another order");
        // What a set of scripts is handed out by depends on its seed alone.
        const std::vector<std::vector<std::size_t>> none(items.size());
        const std::vector<std::string> markers{"k1", "k2", "k3"};
        CHECK(allocation(items, markers, 2, none, "seed") == allocation(items, markers, 2, none, "seed"));
        CHECK(allocation(items, markers, 2, none, "seed") !=
              allocation(items, markers, 2, none, "other seed"));
    }

    TEST_CASE("a journal is believed what chance gave only if chance could have given it") {
        std::map<std::string_view, int> drawn, refused;
        const auto check = [&](const Contest& held) {
            Competition c;
            List codes;
            held.store->read(1, [&](const JournalRecord& record) {
                const Event event = Event::parse(record.body, record.personal);
                const std::string_view kind = to_string(event.act.kind);
                std::vector<Event> wrong = impossible(event);
                drawn[kind] += !wrong.empty();
                // Nor is a code given twice.
                if (!event.sealed.get("code").empty() && !codes.empty())
                    wrong.push_back(told_otherwise(event, &Event::sealed, "code", codes.back()));
                for (const Event& other : wrong) {
                    CAPTURE(other.body());
                    CAPTURE(other.personal());
                    CHECK(answer(c, other) == "event_does_not_follow");
                    ++refused[kind];
                }
                // Any order could have been drawn, and what is erased is told as erased.
                const auto turned = [&](Fields Event::*part, const char* name) {
                    List list = (event.*part).list(name);
                    std::reverse(list.begin(), list.end());
                    CHECK(answer(c, told_otherwise(event, part, name, list)) == "");
                };
                if (event.act.kind == ActKind::draw_order) turned(&Event::decided, "order");
                if (event.act.kind == ActKind::seal_scripts) turned(&Event::sealed, "codes");
                if (!event.sealed.list("codes").empty() || !event.sealed.get("code").empty())
                    CHECK(answer(c, Event::parse(record.body, {})) == "sealed_part_erased");
                for (const std::string& code : event.sealed.list("codes")) codes.push_back(code);
                c.apply(event);
                return true;
            });
            CHECK(c.digest() == held.c.digest());
        };
        const List ids = regulation_ids();
        for (std::size_t n = 0; n < 40; ++n) {
            std::string rules = n % 2 == 0 ? leadership : regulation(ids[n / 2 % ids.size()]).toml();
            // A ranking that ends otherwise ends with a lot, in some.
            const std::string_view end =
                n % 2 == 0 ? "{ end = \"authority_decides\" }" : "{ end = \"shared\" }";
            if (const auto at = rules.rfind(end); n % 4 < 2 && at != std::string::npos)
                rules.replace(at, end.size(), "{ end = \"lot\" }");
            Driver driver{Regulation::parse(rules), n, 6};
            const int acts = driver.run();
            INFO(driver.stuck);
            CHECK(acts > 0);
            check(driver.k);
        }
        {  // A script that lost a marker is marked again under a new code; another is appealed against.
            Contest k = until_written_published();
            const auto& second = k.c.state().stages[0].work[1];
            const std::string code = second.code;
            k.act(ActKind::find_conflict, "mon",
                  {{"person", second.marks.front().marker}, {"application", "A2"}, {"relation", "spouse"}});
            k.act(ActKind::reopen_marking, "chair",
                  {{"stage", "written"}, {"script", code}, {"reason", "one mark struck"}});
            check(k);
        }
        {
            Contest k = until_written_published();
            k.later(1);
            k.act(ActKind::lodge_appeal, "person-A5",
                  {{"stage", "written"}, {"application", "A5"}, {"reason", "half a mark"}});
            k.act(ActKind::admit_appeal, "chair",
                  {{"stage", "written"}, {"application", "A5"}, {"admitted", "true"}});
            check(k);
        }
        std::string told;
        for (const auto& [kind, count] : drawn)
            if (count > 0)
                told += " " + std::string{kind} + " " + std::to_string(count) + "/" +
                        std::to_string(refused[kind]);
        MESSAGE("drawn/refused:", told);
        for (const char* kind : {"draw_paper", "draw_order", "seal_scripts", "allocate", "draw_lot",
                                 "admit_appeal", "reopen_marking"})
            CHECK(drawn[kind] > 0);
    }
}
