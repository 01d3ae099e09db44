#include <doctest/doctest.h>

#include <algorithm>
#include <random>
#include <set>
#include <sstream>
#include <string>

#include <recruit/recruit.hpp>

using namespace recruit;
using namespace std::chrono_literals;

namespace {

std::string rules(const std::string& referral, const std::string& rest = {}) {
    return "series = \"t.r\"\nversion = \"1\"\nstatus = \"example\"\neffective_from = 2020-01-01\n"
           "[[fact]]\nname = \"veteran\"\ntype = \"boolean\"\ndefault = false\n"
           "[[stage]]\nname = \"exam\"\nmax = 110\ngate = { points = 70 }\n"
           "[select.reserve]\nall = true\n" +
           referral + rest;
}

struct Person {
    std::string id;
    int score;
    bool veteran = false;
};

Selection selection(const std::string& text, const std::vector<Person>& people,
                    std::optional<int> seats = {}) {
    std::vector<std::string> ids, positions;
    std::vector<std::int64_t> scores;
    std::vector<std::uint8_t> veterans;
    for (const Person& p : people) {
        ids.push_back(p.id);
        positions.emplace_back("clerk");
        scores.push_back(p.score);
        veterans.push_back(p.veteran);
    }
    Table t;
    t.add("application", Column::texts(ids));
    t.add("position", Column::texts(positions));
    t.add("exam", Column::integers(Buffer<std::int64_t>{scores}));
    t.add("veteran", Column::booleans(Buffer<std::uint8_t>{veterans}));
    return select(Regulation::parse(text), t, seats ? Seats{*seats} : Seats{});
}

using Names = std::vector<std::string>;
using enum ReferralEventKind;

const std::string top_three = "[referral]\nkind = \"top\"\nnames = 3\nsource = \"section 61\"\n";

}  // namespace

TEST_SUITE("selection/referral") {
    TEST_CASE(
        "New York section 61: 100 x4, 95 x4, 90 x1 for seven posts: 4 reachable, then 6, then {100, 100, "
        "90}") {
        const auto s = selection(rules(top_three), {{"a", 100},
                                                    {"b", 100},
                                                    {"c", 100},
                                                    {"d", 100},
                                                    {"e", 95},
                                                    {"f", 95},
                                                    {"g", 95},
                                                    {"h", 95},
                                                    {"i", 90}});
        CHECK(refer(s, "clerk").reachable() == Names{"a", "b", "c", "d"});
        std::vector<ReferralEvent> events{{appointed, "a"}, {appointed, "b"}};
        CHECK(refer(s, "clerk", events).reachable() == Names{"c", "d", "e", "f", "g", "h"});
        for (const char* id : {"e", "f", "g", "h"}) events.push_back({appointed, id});
        const Referral last = refer(s, "clerk", events);
        CHECK(last.reachable() == Names{"c", "d", "i"});
        CHECK(last.vacancy == 7);
    }

    TEST_CASE("who is not willing leaves room for the next, for this vacancy only") {
        const auto s = selection(rules(top_three), {{"a", 99}, {"b", 98}, {"c", 97}, {"d", 96}, {"e", 95}});
        std::vector<ReferralEvent> events{{unwilling, "b"}};
        CHECK(refer(s, "clerk", events).reachable() == Names{"a", "c", "d"});
        events.push_back({appointed, "d"});
        CHECK(refer(s, "clerk", events).reachable() == Names{"a", "b", "c"});
        events.push_back({declined, "a"});
        CHECK(refer(s, "clerk", events).reachable() == Names{"b", "c", "e"});
    }

    TEST_CASE("an appointment of somebody who was not reachable is refused, with the reason and the source") {
        const auto s = selection(rules(top_three), {{"a", 99}, {"b", 98}, {"c", 97}, {"d", 96}});
        const std::vector<ReferralEvent> events{{appointed, "d"}};
        try {
            static_cast<void>(refer(s, "clerk", events));
            FAIL("not refused");
        } catch (const Error& error) {
            CHECK(error.code() == "not_referred");
            CHECK(error.message().find("section 61") != std::string::npos);
        }
        CHECK_THROWS_AS(static_cast<void>(refer(s, "nobody")), Error);
        CHECK_THROWS_AS(static_cast<void>(refer(s, "clerk", std::vector<ReferralEvent>{{appointed, "z"}})),
                        Error);
    }

    TEST_CASE("rule of three, federal: a veteran who stands before is not passed over without approval") {
        const std::string rule =
            top_three + "precedes = { fact = \"veteran\", equals = true }\nconsiderations = 3\n";
        const auto s = selection(rules(rule), {{"a", 99}, {"v", 98, true}, {"c", 97}, {"d", 96}});
        const Referral first = refer(s, "clerk");
        CHECK(first.reachable() == Names{"a", "v"});
        CHECK(first.at("c").reason == ReferralReason::preference);
        CHECK(first.at("d").reason == ReferralReason::below);
        CHECK(refer(s, "clerk", std::vector<ReferralEvent>{{passed_over, "v"}}).reachable() ==
              Names{"a", "v", "c"});

        // Three considerations, then the name may be dropped, not before.
        std::vector<ReferralEvent> events{{considered, "a"}, {considered, "a"}, {dropped, "a"}};
        CHECK_THROWS_AS(static_cast<void>(refer(s, "clerk", events)), Error);
        events.insert(events.begin(), {considered, "a"});
        CHECK(refer(s, "clerk", events).at("a").reason == ReferralReason::dropped);
    }

    TEST_CASE("rule of many: a cut score, the equals at it, never fewer than the least names") {
        const std::string rule = "[referral]\nkind = \"at_least\"\nscore = 90\nleast_names = 3\n";
        CHECK(refer(selection(rules(rule), {{"a", 99}, {"b", 95}, {"c", 92}, {"d", 90}, {"e", 89}}), "clerk")
                  .reachable() == Names{"a", "b", "c", "d"});
        CHECK(refer(selection(rules(rule), {{"a", 99}, {"b", 80}, {"c", 79}, {"d", 79}, {"e", 75}}), "clerk")
                  .reachable() == Names{"a", "b", "c", "d"});
        const std::string share = "[referral]\nkind = \"percent\"\npercent = 25\nround = \"up\"\n";
        CHECK(refer(selection(rules(share), {{"a", 99}, {"b", 98}, {"c", 97}, {"d", 96}, {"e", 95}}), "clerk")
                  .reachable() == Names{"a", "b"});
    }

    TEST_CASE(
        "category rating: the highest category, merged with the second if fewer than three; preference is "
        "absolute in it") {
        const std::string rule =
            "[referral]\nkind = \"category\"\nmerge_below = 3\nprecedes = { fact = \"veteran\", equals = "
            "true }\n"
            "category = [{ name = \"best\", from = 95 }, { name = \"well\", from = 85 }, { name = "
            "\"qualified\", from = 70 }]\n";
        const auto wide = selection(rules(rule), {{"a", 99}, {"b", 98}, {"c", 96}, {"d", 90}});
        CHECK(refer(wide, "clerk").reachable() == Names{"a", "b", "c"});
        const auto narrow = selection(rules(rule), {{"a", 99}, {"b", 98}, {"d", 90}, {"e", 75}});
        CHECK(refer(narrow, "clerk").reachable() == Names{"a", "b", "d"});
        CHECK(refer(narrow, "clerk").at("e").category == "qualified");
        const auto veteran = selection(rules(rule), {{"a", 99}, {"b", 98}, {"v", 90, true}});
        CHECK(refer(veteran, "clerk").reachable() == Names{"v"});
        // Floating: a disabled veteran stands in the highest category whatever the score.
        std::string floats = rule + "floats = { fact = \"veteran\", equals = true }\n";
        const auto floated = selection(rules(floats), {{"a", 99}, {"b", 98}, {"v", 71, true}, {"d", 90}});
        CHECK(refer(floated, "clerk").at("v").category == "best");
        CHECK(refer(floated, "clerk").reachable() == Names{"v"});
    }

    TEST_CASE(
        "New Jersey: three names for the first post and one more for each further; equals come together") {
        const std::string rule = "[referral]\nkind = \"top\"\nnames = 3\nextra_per_post = 1\n";
        const auto s =
            selection(rules(rule), {{"a", 99}, {"b", 98}, {"c", 97}, {"d", 97}, {"e", 95}, {"f", 94}});
        CHECK(refer(s, "clerk", {}, 1).reachable() == Names{"a", "b", "c", "d"});
        CHECK(refer(s, "clerk", {}, 3).reachable() == Names{"a", "b", "c", "d", "e"});
    }

    TEST_CASE("all groups at once are what one after the other gives, whatever the rule and the threads") {
        std::mt19937 random{7};
        std::vector<std::string> ids, positions;
        std::vector<std::int64_t> scores;
        std::vector<std::uint8_t> veterans;
        for (int i = 0; i < 3000; ++i) {
            ids.push_back("a" + std::to_string(random() % 1'000'000) + "-" + std::to_string(i));
            positions.push_back("p" + std::to_string(random() % 300));
            scores.push_back(60 + static_cast<std::int64_t>(random() % 41));
            veterans.push_back(random() % 5 == 0);
        }
        Table t;
        t.add("application", Column::texts(ids));
        t.add("position", Column::texts(positions));
        t.add("exam", Column::integers(Buffer<std::int64_t>{scores}));
        t.add("veteran", Column::booleans(Buffer<std::uint8_t>{veterans}));
        const std::string ahead = "precedes = { fact = \"veteran\", equals = true }\n";
        std::size_t referred = 0;
        for (const std::string& rule :
             {top_three, top_three + ahead, top_three + "ranked = false\n",
              std::string{"[referral]\nkind = \"percent\"\npercent = 25\nround = \"up\"\nleast_names = 2\n"},
              std::string{"[referral]\nkind = \"at_least\"\nscore = 95\nleast_names = 3\n"} + ahead,
              "[referral]\nkind = \"category\"\nmerge_below = 3\n" + ahead +
                  "category = [{ name = \"best\", from = 97 }, { name = \"well\", from = 85 }, "
                  "{ name = \"qualified\", from = 70 }]\n"}) {
            CAPTURE(rule);
            const auto s = select(Regulation::parse(rules(rule)), t, {});
            for (const std::int64_t posts : {1, 3}) {
                const Table all = refer_all(s, posts, 1);
                std::ostringstream once, again;
                write_csv(all, once);
                write_csv(refer_all(s, posts, 4), again);
                CHECK(once.str() == again.str());
                std::size_t row = 0;
                for (std::size_t g = 0; g < s.group_count(); ++g) {
                    const auto names = s.group(g).names;
                    const Referral one = refer(s, names, {}, posts);
                    for (const auto& id : one.reachable()) {
                        REQUIRE(row < all.rows());
                        CHECK(all.at("application").str(row) == id);
                        CHECK(all.at("position").str(row) == names[0]);
                        CHECK(all.at("precedes").booleans()[row] == one.at(id).precedes);
                        CHECK(all.at("category").str(row) == one.at(id).category);
                        if (one.ranked) CHECK(all.at("rank").integers()[row] == one.at(id).rank);
                        ++row;
                    }
                    if (!one.ranked) CHECK(all.find("rank") == nullptr);
                }
                CHECK(row == all.rows());
                referred += row;
            }
        }
        MESSAGE(referred << " names referred");
        CHECK_THROWS_AS(refer_all(select(Regulation::parse(rules("")), t, {})), Error);
    }

    TEST_CASE("an unranked shortlist goes out by id, without rank or total") {
        const auto s = selection(rules("[referral]\nkind = \"top\"\nnames = 3\nranked = false\n"),
                                 {{"z", 99}, {"m", 98}, {"a", 97}, {"b", 71}});
        const Referral r = refer(s, "clerk");
        CHECK(r.reachable() == Names{"a", "m", "z"});
        CHECK(r.to_table().find("rank") == nullptr);
        CHECK(r.to_table().find("total") == nullptr);
    }

    TEST_CASE(
        "property: never somebody outside the rule of three, in whatever order the rows stand (brute "
        "force)") {
        std::mt19937 random{42};
        for (int trial = 0; trial < 300; ++trial) {
            std::vector<Person> people;
            for (int i = 0; i < 3 + static_cast<int>(random() % 8); ++i)
                people.push_back({"p" + std::to_string(i), 70 + static_cast<int>(random() % 8)});
            auto mixed = people;
            std::shuffle(mixed.begin(), mixed.end(), random);
            const auto s = selection(rules(top_three), people);
            const auto t = selection(rules(top_three), mixed);
            std::vector<ReferralEvent> events;
            std::set<std::string> gone;
            for (int step = 0; step < 4; ++step) {
                const auto reachable = refer(s, "clerk", events).reachable();
                CHECK(reachable == refer(t, "clerk", events).reachable());
                // By hand: fewer than three of those left scored more.
                std::set<std::string> expected;
                for (const Person& p : people) {
                    if (gone.count(p.id) != 0) continue;
                    int better = 0;
                    for (const Person& q : people)
                        better += gone.count(q.id) == 0 && q.score > p.score ? 1 : 0;
                    if (better < 3) expected.insert(p.id);
                }
                CHECK(std::set<std::string>(reachable.begin(), reachable.end()) == expected);
                if (reachable.empty()) break;
                const std::string chosen = reachable[random() % reachable.size()];
                events.push_back({random() % 2 == 0 ? appointed : declined, chosen});
                gone.insert(chosen);
            }
        }
    }
}

TEST_SUITE("selection/list") {
    const std::string kept =
        "[[list]]\nname = \"reserve\"\nkind = \"passed_kept\"\nmonths = 12\nextended_months = 24\n"
        "standards_again = false\nscope = \"equivalent_position\"\n";

    TEST_CASE(
        "expiry is derived: months to the day, an extension approved in time, the last day of a short "
        "month") {
        ListRule rule;
        rule.months = 12;
        rule.extended_months = 24;
        CHECK(expires(rule, {2024y / 2 / 29, {}, {}}) == 2025y / 2 / 28);
        CHECK(expires(rule, {2024y / 3 / 1, 2025y / 2 / 28, {}}) == 2026y / 3 / 1);
        CHECK(expires(rule, {2024y / 3 / 1, 2025y / 3 / 1, {}}) == 2025y / 3 / 1);  // approved too late
    }

    TEST_CASE("New York: a new list ends the old one 30 days after it, not before a year nor after four") {
        ListRule rule;
        rule.months = 48;
        rule.least_months = 12;
        rule.superseded_after_days = 30;
        CHECK(expires(rule, {2020y / 1 / 1, {}, 2022y / 6 / 1}) == 2022y / 7 / 1);
        CHECK(expires(rule, {2020y / 1 / 1, {}, 2020y / 6 / 1}) == 2021y / 1 / 1);
        CHECK(expires(rule, {2020y / 1 / 1, {}, 2023y / 12 / 20}) == 2024y / 1 / 1);
    }

    TEST_CASE("Thanh Khe 2008: top 3 of 15, one appointed, two results kept and used in their order") {
        std::vector<Person> people;
        for (int i = 0; i < 15; ++i) people.push_back({"t" + std::to_string(10 + i), 95 - i});
        std::string text = rules("", kept);
        text.replace(text.find("all = true"), 10, "count = 2");
        const auto s = selection(text, people, 1);
        const std::string group = "clerk";
        const ReserveList list{s, "reserve", std::span{&group, 1}, {2008y / 10 / 15, {}, {}}};
        CHECK(list.on(2009y / 1 / 1).size() == 2);
        CHECK(list.next(2009y / 1 / 1) == Names{"t11"});
        CHECK(list.next(2009y / 1 / 1, Vacancy::same_position, {},
                        std::vector<ReferralEvent>{{appointed, "t11"}}) == Names{"t12"});
        CHECK(list.next(2009y / 10 / 14) == Names{"t11"});
        CHECK(list.next(2009y / 10 / 15).empty());
        CHECK(list.on(2009y / 10 / 15).front().reason == KeptReason::expired);
        CHECK(list.on(2008y / 10 / 1).front().reason == KeptReason::not_begun);
        CHECK(list.next(2009y / 1 / 1, Vacancy::equivalent_position) == Names{"t11"});
        CHECK(list.on(2009y / 1 / 1, Vacancy::elsewhere).front().reason == KeptReason::out_of_scope);
    }

    TEST_CASE("Decree 161/2018: nothing is kept for a later exam") {
        const auto s =
            selection(rules("", "[[list]]\nname = \"reserve\"\nkind = \"passed_kept\"\nallowed = false\n"),
                      {{"a", 90}, {"b", 80}}, 1);
        const std::string group = "clerk";
        const ReserveList list{s, "reserve", std::span{&group, 1}, {2019y / 6 / 1, {}, {}}};
        CHECK(list.next(2019y / 7 / 1).empty());
        CHECK(list.on(2019y / 7 / 1).front().reason == KeptReason::not_allowed);
    }

    TEST_CASE(
        "standards are checked on the day of use: unknown is not met; a winner cancelled is followed by the "
        "next who passed") {
        std::string text = rules("", kept);
        text.replace(text.find("standards_again = false"), 23, "standards_again = true");
        const auto s = selection(text, {{"w", 95}, {"b", 90}, {"c", 85}, {"d", 60}}, 1);
        const std::string group = "clerk";
        const ReserveList list{s, "reserve", std::span{&group, 1}, {2024y / 1 / 10, {}, {}}};
        CHECK(list.next(2024y / 6 / 1).empty());
        CHECK(list.on(2024y / 6 / 1).front().reason == KeptReason::standards_unknown);
        Table checked;
        checked.add("application", Column::texts(Names{"b", "c"}));
        checked.add("status", Column::texts(Names{"ineligible", "eligible"}));
        CHECK(list.next(2024y / 6 / 1, Vacancy::same_position, checked) == Names{"c"});
        // d failed the gate and is on no list, whoever falls away.
        for (const KeptResult& one : list.on(2024y / 6 / 1)) CHECK(one.application != "d");
    }

    TEST_CASE("equals are used together, and a later day never makes a list usable again") {
        const auto s = selection(rules("", kept), {{"w", 95}, {"b", 90}, {"c", 90}, {"d", 80}}, 1);
        const std::string group = "clerk";
        const ReserveList list{s, "reserve", std::span{&group, 1}, {2024y / 1 / 10, {}, {}}};
        CHECK(list.next(2024y / 2 / 1) == Names{"b", "c"});
        bool ended = false;
        for (int day = 0; day < 800; ++day) {
            const bool usable = !list.next(add_days(2024y / 1 / 10, day)).empty();
            if (ended) CHECK_FALSE(usable);
            ended = ended || !usable;
        }
        CHECK(ended);
    }

    TEST_CASE("a stage passed exempts for its 24 months: whoever passed it, ranked or not (Decree 06/2023)") {
        const std::string text =
            "series = \"t.x\"\nversion = \"1\"\nstatus = \"example\"\neffective_from = 2020-01-01\n"
            "[[stage]]\nname = \"round1\"\nmax = 100\ngate = { points = 50 }\n[[stage]]\nname = "
            "\"round2\"\nmax = 100\n"
            "gate = { points = 50 }\n[score]\nterms = [{ stage = \"round2\" }]\n"
            "[[list]]\nname = \"accreditation\"\nkind = \"stage_exemption\"\nstage = \"round1\"\nmonths = "
            "24\n"
            "scope = \"anywhere\"\nstandards_again = false\n";
        Table t;
        // d passed too late to be called on, e was found out later, f withdrew between the rounds.
        t.add("application", Column::texts(Names{"a", "b", "c", "d", "e", "f"}));
        t.add("position", Column::texts(Names{"clerk", "clerk", "clerk", "clerk", "clerk", "clerk"}));
        t.add("round1",
              Column::integers(Buffer<std::int64_t>{std::vector<std::int64_t>{60, 60, 40, 60, 60, 60}}));
        t.add("round1.status",
              Column::texts(Names{"present", "present", "present", "not_called", "present", "present"}));
        t.add("round2",
              Column::integers(Buffer<std::int64_t>{std::vector<std::int64_t>{40, 70, 90, 0, 90, 0}}));
        t.add("round2.status",
              Column::texts(Names{"present", "present", "present", "present", "cancelled", "withdrawn"}));
        const auto s = select(Regulation::parse(text), t, 1);
        const std::string group = "clerk";
        const ReserveList list{s, "accreditation", std::span{&group, 1}, {2023y / 8 / 1, {}, {}}};
        std::set<std::string> exempt;
        for (const KeptResult& one : list.on(2025y / 7 / 31, Vacancy::elsewhere))
            if (one.reason == KeptReason::usable) exempt.insert(one.application);
        CHECK(exempt == std::set<std::string>{"a", "b", "d", "f"});
        CHECK(list.next(2025y / 8 / 1, Vacancy::elsewhere).empty());
    }
}
