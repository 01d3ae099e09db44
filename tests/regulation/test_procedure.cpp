#include <doctest/doctest.h>

#include <algorithm>
#include <set>

#include <recruit/base/error.hpp>
#include <recruit/regulation/diff.hpp>
#include <recruit/regulation/regulation.hpp>

using namespace recruit;

namespace {

const std::string head =
    "series = \"x\"\nversion = \"1\"\nstatus = \"example\"\neffective_from = 2020-01-01\n"
    "[[fact]]\nname = \"present\"\ntype = \"integer\"\n"
    "[[stage]]\nname = \"written\"\nmax = 100\n";

std::set<std::string> codes(const std::string& more) {
    std::set<std::string> found;
    try {
        Regulation::parse(head + more);
    } catch (const InvalidRegulation& error) {
        for (const Issue& issue : error.issues()) found.insert(std::string{to_string(issue.code)});
    }
    return found;
}
using Codes = std::set<std::string>;

}  // namespace

TEST_SUITE("regulation/procedure.hpp") {
    TEST_CASE("a size is a number, a list or a range, and equal sizes are the same rule") {
        const auto rules = [](const std::string& size) {
            return Regulation::parse(head + "[council]\nsize = " + size + "\n");
        };
        CHECK(rules("5").procedure().council->sizes == std::vector<std::int64_t>{5});
        CHECK(rules("[7, 5]").procedure().council->sizes == std::vector<std::int64_t>{5, 7});
        CHECK(rules("{ from = 5, to = 7, odd = true }") == rules("[5, 7]"));
        CHECK(rules("{ from = 5, to = 7 }").procedure().council->sizes.size() == 3);
        CHECK(codes("[council]\nsize = 0\n") == Codes{"out_of_range"});
        CHECK(codes("[council]\nsize = { from = 7, to = 5 }\n") == Codes{"out_of_range"});
        CHECK(codes("[council]\nsize = { from = 6, to = 6, odd = true }\n") == Codes{"out_of_range"});
        CHECK(codes("[council]\nsize = \"5\"\n") == Codes{"wrong_type"});
    }

    // 2/3 of 5 is 3 1/3: four; 2/3 of 7 is 4 2/3: five; half of 6 is exactly three.
    TEST_CASE("a quorum is compared exactly") {
        Council council;
        CHECK(!council.least_present(5));
        council.quorum = Fraction{2, 3};
        CHECK(council.least_present(5) == 4);
        CHECK(council.least_present(7) == 5);
        council.quorum = Fraction{1, 2};
        CHECK(council.least_present(6) == 3);
        council.present = 3;
        CHECK(council.least_present(9) == 3);
    }

    // Half of nine is 4.5.
    TEST_CASE("half of an odd number of votes is four or five as the rule rounds it") {
        ConfidenceVote vote;
        CHECK(vote.enough(9) == 5);
        CHECK(vote.enough(8) == 4);
        vote.round = RoundingMode::down;
        CHECK(vote.enough(9) == 4);
        vote.inclusive = false;
        CHECK(vote.enough(9) == 5);
        CHECK(vote.enough(8) == 5);
        vote.round.reset();
        CHECK(vote.enough(9) == 5);
        CHECK(vote.enough(8) == 5);
        vote.round = RoundingMode::up;
        CHECK(vote.enough(9) == 6);
    }

    TEST_CASE("days allowed depend on the number of applicants") {
        Deadline rule;
        rule.tiers = {{500, 30}};
        CHECK(!rule.most(499));
        rule.at_most = 15;
        CHECK(rule.most(499) == 15);
        CHECK(rule.most(500) == 30);
    }

    TEST_CASE("events and closed words that do not exist are refused with what there is") {
        CHECK(codes("[[deadline]]\nname = \"a\"\nfrom = \"annonced\"\nto = \"screened\"\nat_most = 3\n") ==
              Codes{"unknown_event"});
        CHECK(codes("[[deadline]]\nname = \"a\"\nfrom = \"oral.sat\"\nto = \"screened\"\nat_most = 3\n") ==
              Codes{"unknown_event"});
        CHECK(
            codes(
                "[[deadline]]\nname = \"a\"\nfrom = \"written.sat\"\nto = \"written.marked\"\nat_most = 3\n")
                .empty());
        CHECK(codes("[[deadline]]\nname = \"a\"\nfrom = \"plan\"\nto = \"plan\"\nat_most = 3\n") ==
              Codes{"duplicate_name"});
        CHECK(codes("[[deadline]]\nname = \"a\"\nfrom = \"plan\"\nto = \"announced\"\n") ==
              Codes{"missing_key"});
        CHECK(codes("[[deadline]]\nname = \"a\"\nfrom = \"plan\"\nto = \"announced\"\nat_least = 9\nat_most "
                    "= 3\n") == Codes{"out_of_range"});
        CHECK(codes("[[step]]\nname = \"approved\"\nwho = \"king\"\n") == Codes{"unknown_value"});
        CHECK(codes("[[conflict]]\nname = \"a\"\nrelations = [\"friend\"]\n") == Codes{"unknown_value"});
        CHECK(codes("[council]\nboards = [\"marking\"]\nseparate = [[\"marking\", \"codes\"]]\n") ==
              Codes{"unknown_reference"});
        CHECK(codes("[council]\nquorum = \"2/3\"\npresent = 3\n") == Codes{"conflicting_keys"});
        CHECK(codes("[council]\nroles = [\"secretary\"]\nequal_votes = \"chair_decides\"\n") ==
              Codes{"unknown_reference"});
        CHECK(codes("[vote]\nstage = \"written\"\npresent = \"present\"\nshare = \"3/2\"\n") ==
              Codes{"out_of_range"});
        CHECK(codes("[vote]\nstage = \"present\"\npresent = \"present\"\nshare = \"1/2\"\n") ==
              Codes{"wrong_reference"});
        CHECK(codes("[vote]\nstage = \"written\"\npresent = \"present\"\nshare = \"1/2\"\nround = "
                    "\"half_even\"\n") == Codes{"unknown_value"});
        CHECK(codes("[[minimum_field]]\nleast = 2\nat = \"oral\"\n") == Codes{"unknown_reference"});
        CHECK(codes("[[minimum_field]]\nleast = 2\nat = \"present\"\n") == Codes{"unknown_value"});
        CHECK(codes("[appeals]\nallowed = [\"present\"]\n") == Codes{"wrong_reference"});
        CHECK(codes("[transition]\non_expiry = \"cancelled\"\n") == Codes{"missing_key"});
        CHECK(codes("[ending]\nnobody = \"rerun\"\n") == Codes{"unknown_key"});
        CHECK(codes("[council]\nsize = 5.0\n") == Codes{"float_in_regulation"});
    }

    TEST_CASE("marks of a conflict found later cannot be struck from slips without names") {
        CHECK(codes("[[marking]]\nstage = \"written\"\nslips = \"anonymous\"\nround = { digits = 2, mode = "
                    "\"half_up\" }\n"
                    "[[conflict]]\nname = \"a\"\nrelations = [\"child\"]\nfound_later = \"strike\"\n") ==
              Codes{"conflicting_keys"});
    }

    TEST_CASE("what is not said changes no digest, and what is said changes it") {
        const Regulation bare = Regulation::parse(head);
        CHECK(Regulation::parse(head + "[appeals]\n") == bare);
        CHECK(Regulation::parse(head + "[ending]\nsource = \"Art. 1\"\n") == bare);
        CHECK(!(Regulation::parse(head + "[ending]\nnobody_passes = \"rerun\"\n") == bare));
    }

    TEST_CASE("the page of a regulation tells its procedure in both languages") {
        const Regulation rules =
            Regulation::parse(head +
                              "[council]\nsize = [5, 7]\nsource = \"Art. 8\"\n"
                              "[[deadline]]\nname = \"screening\"\nfrom = \"applications_closed\"\nto = "
                              "\"screened\"\nat_most = 15\n"
                              "days = \"working\"\n");
        CHECK(rules.describe(Language::en).find("council: 5, 7 members; quorum not said") !=
              std::string::npos);
        CHECK(rules.describe(Language::en).find("[Art. 8]") != std::string::npos);
        CHECK(rules.describe(Language::en)
                  .find("from close of applications to end of the check of files: at most 15 working days") !=
              std::string::npos);
        CHECK(rules.describe(Language::vi).find("không quá 15 ngày làm việc") != std::string::npos);
    }

    TEST_CASE("differences of procedure are told by the name of the rule") {
        const auto with = [](const std::string& days) {
            return Regulation::parse(head +
                                     "[[deadline]]\nname = \"screening\"\nfrom = \"applications_closed\"\n"
                                     "to = \"screened\"\nat_most = " +
                                     days + "\n");
        };
        const auto changed = diff(with("15"), with("20"));
        REQUIRE(changed.size() == 1);
        CHECK(changed[0].path == "deadline.screening.at_most");
        CHECK(changed[0].str() == "Deadline \"screening\": the most days was 15, is now 20.");
        const auto added = diff(Regulation::parse(head), with("15"));
        CHECK(std::any_of(added.begin(), added.end(), [](const RuleChange& change) {
            return change.str() == "Deadline \"screening\" is new.";
        }));
        CHECK(
            std::all_of(added.begin(), added.end(), [](const RuleChange& change) { return change.is_rule; }));
    }
}
