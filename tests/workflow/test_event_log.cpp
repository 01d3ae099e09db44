// The log of a journal: what is in it, and what must not be.

#include <recruit/workflow/event_log.hpp>

#include "workflow/contest.hpp"

using namespace contest;

namespace {

const std::string rules = R"(series = "test.log"
version = "1"
effective_from = 2020-01-01
status = "example"
[[stage]]
name = "written"
max = 100
missing = "absent"
[[rank]]
name = "title"
within = ["position"]
ties = [{ end = "shared" }]
)";

Contest sealed() {
    Contest k{rules};
    k.plan({{"director", 1}});
    k.announce("2026-01-06", "2026-01-31", {"written"});
    k.take_in({"A1", "A2"}, "director");
    k.sit("written", {"A1", "A2"}, false);
    k.seal("written", {"A1", "A2"});
    return k;
}

}  // namespace

TEST_SUITE("workflow/event_log") {
    TEST_CASE("a row an act, in order, with what it was about and what it decided") {
        const Contest k = sealed();
        const Table log = event_log(*k.store);
        REQUIRE(log.rows() == k.c.size());
        CHECK(log.at("act").text(0) == "plan");
        CHECK(log.at("actor").text(0) == "sec");
        CHECK(log.at("role").text(0) == "secretary");
        CHECK(log.at("at").text(0) == "2026-01-05T02:00:00Z");
        CHECK(log.at("application").is_null(0));
        CHECK(log.at("position").text(1) == "director");
        CHECK(log.at("details").text(1) == "seats=1");
        for (std::size_t i = 1; i < log.rows(); ++i)
            REQUIRE(log.at("at").text(i - 1) <= log.at("at").text(i));
    }

    TEST_CASE("no name and no code beside a person is in it") {
        const Contest k = sealed();
        std::vector<std::string> codes;
        k.store->read(1, [&](const JournalRecord& record) {
            const Event event = Event::parse(record.body, record.personal);
            for (const std::string& code : event.sealed.list("codes")) codes.push_back(code);
            return true;
        });
        REQUIRE(codes.size() == 2);
        const Table log = event_log(*k.store);
        for (const auto& [name, column] : log.columns()) {
            for (std::size_t i = 0; i < log.rows(); ++i) {
                const std::string text = column.str(i);
                REQUIRE(text.find("Nguyễn") == std::string::npos);
                for (const std::string& code : codes) REQUIRE(text.find(code) == std::string::npos);
            }
        }
    }

    TEST_CASE("an empty journal is an empty table with every column") {
        const Table log = event_log(*memory_journal("none"));
        CHECK(log.rows() == 0);
        CHECK(log.width() == 12);
    }
}
