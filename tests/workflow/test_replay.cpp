// The same journal gives the same contest wherever it is read.

#include <clocale>
#include <cstdlib>
#include <ctime>
#include <locale>

#include "workflow/driver.hpp"

using namespace contest;

namespace {

/// Numbers as many countries write them: 1.234,5.
class Commas final : public std::numpunct<char> {
    char do_decimal_point() const override { return ','; }
    char do_thousands_sep() const override { return '.'; }
    std::string do_grouping() const override { return "\3"; }
};

}  // namespace

TEST_SUITE("workflow/replay") {
    TEST_CASE("a journal gives the same digest under every locale and in every time zone") {
        const int journals = std::getenv("RECRUIT_NIGHTLY") != nullptr ? 500 : 50;
        const auto ids = regulation_ids();
        std::vector<std::shared_ptr<JournalStore>> stores;
        std::vector<std::string> digests, agendas;
        for (int n = 0; n < journals; ++n) {
            Driver driver{regulation(ids[static_cast<std::size_t>(n) % ids.size()]),
                          static_cast<std::uint64_t>(100 + n), 3};
            const int acts = driver.run();
            INFO(ids[static_cast<std::size_t>(n) % ids.size()], ": ", driver.stuck);
            REQUIRE(acts > 0);
            stores.push_back(driver.k.store);
            digests.push_back(driver.k.c.digest());
        }
        const char* zone_before = std::getenv("TZ");
        const std::string zone_was = zone_before == nullptr ? "" : zone_before;
        int worlds = 0;
        std::string seen;
        for (const std::string name : {"C", "commas", "vi_VN.UTF-8", "de_DE.UTF-8", "tr_TR.UTF-8"}) {
            std::optional<std::locale> there;
            try {
                if (name == "commas")
                    there.emplace(std::locale::classic(), new Commas);
                else
                    there.emplace(name);
            } catch (const std::runtime_error&) {
                MESSAGE("the locale ", name, " is not installed here: left out");
                continue;
            }
            const std::locale before = std::locale::global(*there);
            for (const char* zone : {"UTC", "UTC-7", "UTC+11"}) {
                setenv("TZ", zone, 1);
                tzset();
                ++worlds;
                seen += " " + name + "/" + zone;
                for (std::size_t n = 0; n < stores.size(); ++n) {
                    const bool same = Competition::replay(*stores[n]).digest() == digests[n];
                    INFO(name, ", ", zone, ", journal ", n);
                    CHECK(same);
                }
            }
            std::locale::global(before);
        }
        if (zone_before == nullptr)
            unsetenv("TZ");
        else
            setenv("TZ", zone_was.c_str(), 1);
        tzset();
        CHECK(worlds >= 6);
        MESSAGE(stores.size(), " journals in ", worlds, " worlds:", seen);
    }
}
