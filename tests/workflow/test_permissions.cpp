#include <doctest/doctest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

#include <recruit/base/error.hpp>
#include <recruit/base/random.hpp>
#include <recruit/workflow/act.hpp>

#include "workflow/reviewed.hpp"

using namespace recruit;

namespace {

std::string file(const std::string& name) {
    std::ifstream in{std::string{RECRUIT_SOURCE_DIR} + "/" + name, std::ios::binary};
    return {std::istreambuf_iterator<char>{in}, {}};
}

/// A line an act: its roles, phases and relations, by their stable names.
std::string written_out() {
    std::string lines;
    for (int a = 0; a < act_count; ++a) {
        const auto act = static_cast<ActKind>(a);
        std::string roles, phases, relations;
        const auto any = [&](auto role, auto phase, auto relation) {
            for (int r = 0; r < role_count; ++r)
                for (int p = 0; p < phase_count; ++p)
                    for (int k = 0; k < relation_count; ++k)
                        if ((role < 0 || role == r) && (phase < 0 || phase == p) &&
                            (relation < 0 || relation == k) &&
                            permitted(static_cast<Role>(r), act, static_cast<Phase>(p),
                                      static_cast<Relation>(k)))
                            return true;
            return false;
        };
        for (int r = 0; r < role_count; ++r)
            if (any(r, -1, -1)) roles += " " + std::string{to_string(static_cast<Role>(r))};
        for (int p = 0; p < phase_count; ++p)
            if (any(-1, p, -1)) phases += " " + std::string{to_string(static_cast<Phase>(p))};
        for (int k = 0; k < relation_count; ++k)
            if (any(-1, -1, k)) relations += " " + std::string{to_string(static_cast<Relation>(k))};
        lines += std::string{to_string(act)} + ":" + roles + " |" + phases + " |" + relations + "\n";
    }
    return lines;
}

bool is_permitted(const reviewed::Cell& c) { return permitted(c.role, c.act, c.phase, c.relation); }

}  // namespace

TEST_SUITE("workflow/permissions") {
    TEST_CASE("a single cell that says something else is noticed, whichever it is") {
        const reviewed::Table table{file("tests/workflow/permissions.txt")};
        const int flips = std::getenv("RECRUIT_NIGHTLY") != nullptr ? 20'000 : 1'000;
        RandomStream random{2026};
        int noticed = 0, opened = 0;
        for (int n = 0; n < flips; ++n) {
            const auto flipped = reviewed::cell(static_cast<int>(random.below(reviewed::cells)));
            const auto found =
                table.differences([&](const reviewed::Cell& c) { return is_permitted(c) != (c == flipped); });
            noticed += found.size() == 1 && found.front() == flipped;
            opened += !is_permitted(flipped);
        }
        CHECK(noticed == flips);
        MESSAGE(noticed, " of ", flips, " changed cells noticed, ", opened,
                " of them opened what is forbidden");
    }

    TEST_CASE("the table is the reviewed one, cell by cell") {
        // tests/workflow/permissions.txt was read line by line; a changed cell must be changed there too.
        if (std::getenv("RECRUIT_WRITE_GOLDEN") != nullptr)
            std::ofstream{std::string{RECRUIT_SOURCE_DIR} + "/tests/workflow/permissions.txt"}
                << written_out();
        CHECK(written_out() == file("tests/workflow/permissions.txt"));
        // What a line says is a product: no cell between its roles, phases and relations is left out.
        const reviewed::Table table{file("tests/workflow/permissions.txt")};
        CHECK(table.lines == act_count);
        CHECK(table.differences(is_permitted).empty());
        std::size_t cells = 0, allowed = 0;
        for (int a = 0; a < act_count; ++a) {
            const auto act = static_cast<ActKind>(a);
            for (int r = 0; r < role_count; ++r)
                for (int p = 0; p < phase_count; ++p)
                    for (int k = 0; k < relation_count; ++k, ++cells)
                        allowed += permitted(static_cast<Role>(r), act, static_cast<Phase>(p),
                                             static_cast<Relation>(k));
        }
        CHECK(cells == 92'880);
        CHECK(allowed < cells / 10);
        MESSAGE(cells, " cells, ", allowed, " of them allow");
    }

    TEST_CASE("nobody with a conflict of interest examines, decides or ranks that person") {
        for (const ActKind act : {ActKind::screen, ActKind::mark, ActKind::remark, ActKind::settle,
                                  ActKind::decide_appeal, ActKind::decide_tie, ActKind::appoint,
                                  ActKind::not_appoint, ActKind::attend, ActKind::correct_mark}) {
            for (int r = 0; r < role_count; ++r)
                for (int p = 0; p < phase_count; ++p) {
                    CHECK_FALSE(
                        permitted(static_cast<Role>(r), act, static_cast<Phase>(p), Relation::conflicted));
                    CHECK_FALSE(permitted(static_cast<Role>(r), act, static_cast<Phase>(p), Relation::self));
                }
        }
    }

    TEST_CASE("what only the person may do is no role's but the applicant's, who holds no other") {
        for (int a = 0; a < act_count; ++a)
            for (int r = 1; r < role_count; ++r)
                for (int p = 0; p < phase_count; ++p) {
                    const auto may = [&](Relation relation) {
                        return permitted(static_cast<Role>(r), static_cast<ActKind>(a), static_cast<Phase>(p),
                                         relation);
                    };
                    if (may(Relation::self)) CHECK(may(Relation::none));
                }
    }

    TEST_CASE("nothing about a contest is done after it was cancelled or void") {
        for (int a = 0; a < act_count; ++a)
            for (int r = 0; r < role_count; ++r)
                for (int k = 0; k < relation_count; ++k)
                    for (const Phase phase : {Phase::cancelled, Phase::void_})
                        CHECK_FALSE(permitted(static_cast<Role>(r), static_cast<ActKind>(a), phase,
                                              static_cast<Relation>(k)));
    }

    TEST_CASE("roles that do not go together do so in neither order") {
        for (int a = 0; a < role_count; ++a)
            for (int b = 0; b < role_count; ++b) {
                CHECK(compatible(static_cast<Role>(a), static_cast<Role>(b)) ==
                      compatible(static_cast<Role>(b), static_cast<Role>(a)));
                if (a != b) {
                    const bool with_applicant = a == 0 || b == 0;
                    if (with_applicant) CHECK_FALSE(compatible(static_cast<Role>(a), static_cast<Role>(b)));
                }
            }
        CHECK_FALSE(compatible(Role::marker, Role::remarker));
        CHECK_FALSE(compatible(Role::code_keeper, Role::marker));
        CHECK(compatible(Role::chair, Role::marker));
    }

    TEST_CASE("every name is found again, and every act says what it needs") {
        for (int r = 0; r < role_count; ++r)
            CHECK(role(to_string(static_cast<Role>(r))) == static_cast<Role>(r));
        for (int a = 0; a < act_count; ++a) {
            const auto act = static_cast<ActKind>(a);
            CHECK(act_kind(to_string(act)) == act);
            CHECK_FALSE(label(act, Language::vi).empty());
            CHECK(label(act, Language::vi) != label(act, Language::en));
            (void)fields(act);
        }
        CHECK(fields(ActKind::mark).front().name == "stage");
        CHECK(fields(ActKind::assign_role)[1].words.size() == role_count);
        CHECK_FALSE(act_kind("wave").has_value());
    }

    TEST_CASE("the documentation prints the table as it is") {
        const std::string page = file("docs/procedure.md");
        CHECK(page.find(permissions_table(Language::en)) != std::string::npos);
    }

    TEST_CASE("moments are read and written in one form") {
        CHECK(format_instant(*parse_instant("2026-02-28T23:59:59Z")) == "2026-02-28T23:59:59Z");
        for (const char* wrong : {"2026-02-29T00:00:00Z", "2026-02-28T24:00:00Z", "2026-02-28 10:00:00Z",
                                  "2026-02-28T10:00:00", "2026-02-28T10:00:0aZ", ""})
            CHECK_FALSE(parse_instant(wrong).has_value());
    }

    TEST_CASE("an event is one line, and no other spelling of it is taken") {
        Event event;
        event.act.kind = ActKind::rule;
        event.act.actor = "chair";
        event.act.fields = {
            {"matter", "tab\there \"quoted\" \\ and\nlines"}, {"decision", "Đồng ý"}, {"reason", "x"}};
        event.role = Role::chair;
        event.at = *parse_instant("2026-02-28T10:00:00Z");
        event.seal({{"name", "Nguyễn"}}, "0123456789abcdef");
        const std::string body = event.body();
        CHECK(body.find('\n') == std::string::npos);
        CHECK(body.find("Nguyễn") == std::string::npos);
        const Event again = Event::parse(body, event.personal());
        CHECK(again.body() == body);
        CHECK(again.sealed == event.sealed);
        CHECK(Event::parse(body, "").sealed.empty());  // erased: the chain still holds its digest
        // A changed line is refused, or it is another event that is written exactly so.
        int refused = 0, others = 0;
        for (std::size_t i = 0; i < body.size(); ++i) {
            for (const std::string& wrong : {body.substr(0, i), body.substr(0, i) + " " + body.substr(i),
                                             body.substr(0, i) + body.substr(i + 1)}) {
                std::string read;
                try {
                    read = Event::parse(wrong, "").body();
                } catch (const Error&) {
                    ++refused;
                    continue;
                }
                ++others;
                CHECK(read == wrong);
                CHECK(read != body);
            }
        }
        CHECK(refused > others);
        MESSAGE(refused, " refused, ", others, " other events");
        CHECK_THROWS_AS(Event::parse(body, R"({"salt":"0123456789abcdef","sealed":{"name":"Trần"}})"), Error);
        CHECK_THROWS_AS(Event::parse(R"({"act":"rule"})", ""), Error);
        CHECK_THROWS_AS(Event::parse(body + " ", ""), Error);
    }
}
