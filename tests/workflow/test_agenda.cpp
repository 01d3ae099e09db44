// Contests that are driven by their agenda alone, under every regulation of the catalogue.

#include <cstdlib>
#include <set>

#include "workflow/driver.hpp"

using namespace contest;

namespace {

int rounds(int everyday) { return std::getenv("RECRUIT_NIGHTLY") != nullptr ? 50 * everyday : everyday; }

}  // namespace

TEST_SUITE("workflow/agenda") {
    TEST_CASE("under every regulation of the catalogue the agenda leads from the plan to the appointment") {
        int ended = 0, acts = 0, appointed = 0;
        std::set<std::string> with_appointment;
        for (const std::string& id : regulation_ids()) {
            for (int seed = 1; seed <= rounds(8); ++seed) {
                Driver driver{regulation(id), static_cast<std::uint64_t>(seed)};
                const int done = driver.run();
                INFO(id, " seed ", seed, ": ", driver.stuck);
                CHECK(done > 0);
                if (done <= 0) continue;
                ++ended;
                acts += done;
                const Table people = driver.k.c.applications();
                for (std::size_t i = 0; i < people.rows(); ++i) {
                    if (people.at("appointment").text(i) != "appointed") continue;
                    ++appointed;
                    with_appointment.insert(id);
                }
                CHECK(Competition::replay(*driver.k.store).canonical() == driver.k.c.canonical());
            }
        }
        CHECK(with_appointment.size() >= 8);
        MESSAGE(ended, " contests under ", regulation_ids().size(), " regulations, ", acts, " acts, ",
                appointed, " appointed, under ", with_appointment.size(), " regulations");
    }

    TEST_CASE("an item says until when, by which clause, and what must wait says from when") {
        const Regulation rules = Regulation::parse(R"(series = "test.days"
version = "1"
effective_from = 2017-01-01
status = "example"
[[stage]]
name = "test"
max = 100
[[rank]]
name = "title"
within = ["position"]
ties = [{ end = "authority_decides" }]
[[deadline]]
name = "window"
from = "opened"
to = "applications_closed"
at_least = 20
at_most = 30
source = "Art. 3"
[[deadline]]
name = "screening"
from = "applications_closed"
to = "screened"
at_most = 5
days = "working"
)");
        Contest k{rules.toml()};
        k.plan({{"p", 1}});
        k.announce("2026-01-06", "2026-01-10", {"computer"});
        k.on("2026-01-06");
        k.act(ActKind::open_applications, "sec");
        const auto closing = [&](const char* day) {
            for (const AgendaItem& item : agenda(k.c, *parse_date(day)))
                if (item.act == ActKind::close_applications) return item;
            return AgendaItem{};
        };
        CHECK(closing("2026-01-10").urgency == Urgency::later);
        CHECK(format_date(*closing("2026-01-10").first) == "2026-01-26");
        CHECK(format_date(*closing("2026-01-26").last) == "2026-02-05");
        CHECK(closing("2026-01-26").urgency == Urgency::due);
        CHECK(closing("2026-02-06").urgency == Urgency::overdue);
        CHECK(closing("2026-01-26").str() == "close applications: secretary, until 2026-02-05. [Art. 3]");
        k.on("2026-01-26");
        k.act(ActKind::close_applications, "sec");
        // Five working days after Monday 26 January; one that is off moves it.
        const auto last = [&] { return format_date(*agenda(k.c, k.today()).front().last); };
        CHECK(last() == "2026-02-02");
        k.act(ActKind::set_day, "sec", {{"date", "2026-01-28"}, {"kind", "holiday"}});
        CHECK(last() == "2026-02-03");
        k.on("2026-02-10");
        k.act(ActKind::close_screening, "chair");
        CHECK(k.c.discretion().back().effect == "late: deadline.screening was 2026-02-03");
    }

    TEST_CASE("plan gives the shortest lawful calendar and the latest days") {
        const Regulation rules = Regulation::parse(R"(series = "test.plan"
version = "1"
effective_from = 2026-01-01
status = "example"
[[stage]]
name = "test"
max = 100
[[rank]]
name = "title"
within = ["position"]
ties = [{ end = "authority_decides" }]
[[deadline]]
name = "window"
from = "opened"
to = "applications_closed"
at_least = 20
at_most = 30
[[deadline]]
name = "sitting"
from = "applications_closed"
to = "test.sat"
at_least = 5
)");
        BurdenOptions options;
        options.start = *parse_date("2026-03-01");
        const auto events = plan(rules, options);
        REQUIRE(events.size() == 3);
        CHECK(events[0].event == "opened");
        CHECK(format_date(events[1].first) == "2026-03-21");
        CHECK(format_date(*events[1].last) == "2026-03-31");
        CHECK(format_date(events[2].first) == "2026-03-26");
        CHECK_FALSE(events[2].last.has_value());
        CHECK(events[1].critical);
        CHECK(events[2].critical);
    }
}
