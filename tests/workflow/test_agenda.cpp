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
}
