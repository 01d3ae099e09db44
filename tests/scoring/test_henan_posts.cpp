// The 6,231 posts of Henan's civil-servant contest of 2024 as standards. The file lies beside the project and
// is never part of it: where it is absent this test says so and checks nothing. What its phrases mean is told
// here, since it is a matter of this file and not of the library.

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <random>
#include <set>

#include <recruit/base/calendar.hpp>
#include <recruit/scoring/eligibility.hpp>
#include <recruit/tables/csv.hpp>

#include "scoring/persons.hpp"

using namespace recruit;
using namespace std::chrono_literals;
using persons::Person;

namespace {

const std::string head = R"(version = "2024"
status = "reconstructed"
effective_from = 2024-01-01
jurisdiction = "CN"
moment = { name = "registration" }
fact = [
  { name = "born", type = "date" },
  { name = "sex", type = "category", values = ["male", "female"] },
  { name = "education", type = "category", values = ["college", "bachelor", "master", "doctor"] },
  { name = "degree", type = "category", values = ["none", "bachelor", "master", "doctor"] },
  { name = "regular_school", type = "boolean" },
  { name = "degree_at_each_step", type = "boolean" },
  { name = "fresh_graduate", type = "boolean" },
  { name = "in_service", type = "boolean" },
  { name = "grassroots_months", type = "integer" },
  { name = "membership", type = "category", values = ["party", "youth_league", "minge", "minmeng", "minjian", "other_party", "none"] },
  { name = "grassroots_project", type = "boolean" },
  { name = "veteran", type = "boolean" },
  { name = "graduate_veteran", type = "boolean" },
  { name = "law_licence", type = "category", values = ["A", "B", "C", "none"] },
  { name = "physician", type = "boolean" },
  { name = "nurse", type = "boolean" },
]
)";

const std::string bachelor_and_up = R"({ fact = "education", one_of = ["bachelor", "master", "doctor"] })";
const std::string master_and_up = R"({ fact = "education", one_of = ["master", "doctor"] })";
const std::string regular = R"({ fact = "regular_school", equals = true })";

std::string aged(int least, int most) {
    return "{ all = [{ age = \"born\", at = \"registration\", at_least = " + std::to_string(least) +
           " }, { age = \"born\", at = \"registration\", at_most = " + std::to_string(most) + " }] }";
}
std::string both(const std::string& a, const std::string& b) { return "{ all = [" + a + ", " + b + "] }"; }
std::string either(const std::string& a, const std::string& b) { return "{ any = [" + a + ", " + b + "] }"; }
std::string is(const std::string& fact, const std::string& value) {
    return "{ fact = \"" + fact + "\", equals = " + value + " }";
}

/// Phrase -> condition; "" asks nothing.
const std::map<std::string, std::string> ages{
    {"18周岁以上、35周岁以下", aged(18, 35)},
    {"18周岁以上、30周岁以下", aged(18, 30)},
    {"18周岁以上、25周岁以下", aged(18, 25)},
    {"18周岁以上、30周岁以下，应届硕士、博士研究生（非在职）为35周岁以下",
     either(aged(18, 30), "{ all = [" + aged(18, 35) + ", " + is("fresh_graduate", "true") + ", " +
                              is("in_service", "false") + ", " + master_and_up + "] }")}};
const std::map<std::string, std::string> educations{
    {"本科及以上", bachelor_and_up},
    {"大专及以上", R"({ fact = "education", one_of = ["college", "bachelor", "master", "doctor"] })"},
    {"仅限本科", is("education", "\"bachelor\"")},
    {"硕士研究生及以上", master_and_up},
    {"仅限硕士研究生", is("education", "\"master\"")},
    {"大专或本科", R"({ fact = "education", one_of = ["college", "bachelor"] })"},
    {"本科或硕士研究生", R"({ fact = "education", one_of = ["bachelor", "master"] })"},
    {"仅限博士研究生", is("education", "\"doctor\"")},
    {"仅限高等学校本科", both(is("education", "\"bachelor\""), regular)},
    {"仅限高等学校硕士研究生", both(is("education", "\"master\""), regular)},
    {"高等学校本科及以上", both(bachelor_and_up, regular)}};
const std::map<std::string, std::string> degrees{
    // A degree that fits the education; a college course has none.
    {"与学历相对应的学位",
     R"({ by = "education", case = { college = { fact = "degree", one_of = ["none", "bachelor", "master", "doctor"] }, bachelor = { fact = "degree", one_of = ["bachelor", "master", "doctor"] }, master = { fact = "degree", one_of = ["master", "doctor"] }, doctor = { fact = "degree", equals = "doctor" } } })"},
    {"无要求", ""},
    {"学士", is("degree", "\"bachelor\"")},
    {"硕士", is("degree", "\"master\"")},
    {"博士", is("degree", "\"doctor\"")}};
const std::map<std::string, std::string> experiences{
    {"无", ""}, {"两年以上基层工作经历", R"({ fact = "grassroots_months", at_least = 24 })"}};
const std::map<std::string, std::string> memberships{
    {"中共党员", is("membership", "\"party\"")},
    {"中共党员或共青团员", R"({ fact = "membership", one_of = ["party", "youth_league"] })"},
    {"中共党员、民建会员、共青团员或群众",
     R"({ fact = "membership", one_of = ["party", "minjian", "youth_league", "none"] })"},
    {"非中共党员，若为民主党派成员仅限民革党员",
     R"({ fact = "membership", one_of = ["none", "youth_league", "minge"] })"},
    {"非中共党员，若是民主党派成员，仅限民盟盟员",
     R"({ fact = "membership", one_of = ["none", "youth_league", "minmeng"] })"},
    {"高校毕业生退役士兵且为中共党员", both(is("graduate_veteran", "true"), is("membership", "\"party\""))}};
const std::map<std::string, std::string> others{
    {"男性", is("sex", "\"male\"")},
    {"女性", is("sex", "\"female\"")},
    {"退役士兵", is("veteran", "true")},
    {"男性、退役士兵", both(is("sex", "\"male\""), is("veteran", "true"))},
    {"服务基层项目人员", is("grassroots_project", "true")},
    {"服务基层项目人员或退役士兵", either(is("grassroots_project", "true"), is("veteran", "true"))},
    {"普通高等院校本科及以上、学士及以上",
     "{ all = [" + bachelor_and_up + ", " + regular +
         R"(, { fact = "degree", one_of = ["bachelor", "master", "doctor"] }] })"},
    {"普通高等院校本科、学士", "{ all = [" + is("education", "\"bachelor\"") + ", " + regular + ", " +
                                   is("degree", "\"bachelor\"") + "] }"},
    {"普通高等院校硕士研究生及以上", both(master_and_up, regular)},
    {"普通高等院校硕士研究生", both(is("education", "\"master\""), regular)},
    {"本科阶段须普通高等学校毕业", regular},
    {"高等学历教育各阶段均需取得相应学历学位", is("degree_at_each_step", "true")},
    {"本科及以上学历须获得相应层次学位", is("degree_at_each_step", "true")},
    {"取得《法律职业资格证书》A证", is("law_licence", "\"A\"")},
    {"取得法律职业资格证书A证", is("law_licence", "\"A\"")},
    {"取得《法律职业资格证书》A证、B证", R"({ fact = "law_licence", one_of = ["A", "B"] })"},
    {"取得《法律职业资格证书》A证、C证", R"({ fact = "law_licence", one_of = ["A", "C"] })"},
    {"取得《法律职业资格证书》A证、B证、C证", R"({ fact = "law_licence", one_of = ["A", "B", "C"] })"},
    {"具有执业医师资格", is("physician", "true")},
    {"具有执业医师资格证", is("physician", "true")},
    {"具有护士执业资格", is("nurse", "true")}};

/// The phrases of the free text: parts between ；, without a full stop at the end.
std::vector<std::string> phrases(std::string text) {
    const auto cut = [&](const std::string& mark) {
        std::vector<std::string> parts;
        for (std::size_t from = 0; from <= text.size();) {
            const auto end = std::min(text.find(mark, from), text.size());
            parts.push_back(text.substr(from, end - from));
            from = end + mark.size();
        }
        return parts;
    };
    std::vector<std::string> result;
    for (std::string part : cut("；")) {
        const auto strip = [&](const std::string& mark) {
            if (part.ends_with(mark)) part.resize(part.size() - mark.size());
        };
        strip(" ");
        strip("。");
        strip(" ");
        if (!part.empty()) result.push_back(part);
    }
    return result;
}

struct Share {
    std::size_t said = 0, expressed = 0;
    std::map<std::string, std::size_t> left;

    std::string str() const {
        return std::to_string(expressed) + " of " + std::to_string(said) + " (" +
               std::to_string(said == 0 ? 100 : 100 * expressed / said) + " %)";
    }
    /// The condition of a phrase; none where it cannot be expressed.
    const std::string* look_up(const std::map<std::string, std::string>& known, const std::string& phrase) {
        ++said;
        const auto found = known.find(phrase);
        if (found == known.end()) {
            ++left[phrase];
            return nullptr;
        }
        ++expressed;
        return &found->second;
    }
};

/// Whole years on a day, by month and day as numbers.
int age_on(std::chrono::year_month_day born, std::chrono::year_month_day day) {
    const int passed = int{day.year()} - int{born.year()};
    const auto place = [](std::chrono::year_month_day d) {
        return unsigned{d.month()} * 100 + unsigned{d.day()};
    };
    return passed - (place(day) < place(born) ? 1 : 0);
}

}  // namespace

TEST_SUITE("scoring/henan_posts") {
    TEST_CASE(
        "Henan 2024: age, education, degree, experience and membership of all 6,231 posts are predicates") {
        const auto path =
            std::filesystem::path{RECRUIT_SOURCE_DIR} / ".." / "shared" / "data" / "henan_posts_2024.csv";
        if (!std::filesystem::exists(path)) {
            MESSAGE("skipped: henan_posts_2024.csv is not beside the project");
            return;
        }
        const Table posts = read_csv(path).table;
        REQUIRE(posts.rows() == 6231);
        Share age, education, degree, experience, membership, other;
        std::map<std::string, std::size_t> numbers;  // rules -> number of their standard
        std::vector<Standard> standards;
        StandardOfPosition positions;
        std::vector<std::string> ids;
        std::map<std::string, std::pair<std::string, std::string>>
            plain;  // posts with age and education alone
        for (std::size_t row = 0; row < posts.rows(); ++row) {
            std::string rules;
            bool only_plain = true;
            const auto require = [&](const std::string& name, const std::string* condition) {
                if (condition != nullptr && !condition->empty())
                    rules += "[[require]]\nname = \"" + name + "\"\nholds = " + *condition + "\n";
            };
            const auto text = [&](const char* column) { return posts.at(column).str(row); };
            require("age", age.look_up(ages, text("ageRequirement")));
            require("education", education.look_up(educations, text("educationRequirement")));
            require("degree", degree.look_up(degrees, text("degreeRequirement")));
            require("experience", experience.look_up(experiences, text("workExperience")));
            std::size_t number = 0;
            for (const std::string& phrase : phrases(text("otherRequirement"))) {
                only_plain = false;
                const bool of_membership =
                    phrase.find("党员") != std::string::npos || phrase.find("团员") != std::string::npos;
                require(
                    of_membership ? "membership" : "other_" + std::to_string(++number),
                    of_membership ? membership.look_up(memberships, phrase) : other.look_up(others, phrase));
            }
            const auto [at, is_new] = numbers.try_emplace(rules, standards.size());
            if (is_new)
                standards.push_back(Standard::parse("series = \"cn.henan.post." + std::to_string(at->second) +
                                                    "\"\n" + head + rules));
            ids.push_back(text("postId"));
            positions[ids.back()] = standards[at->second].id();
            if (only_plain && text("workExperience") == "无" && text("degreeRequirement") == "无要求")
                plain[ids.back()] = {text("ageRequirement"), text("educationRequirement")};
        }
        MESSAGE("posts " << posts.rows() << ", standards " << standards.size());
        MESSAGE("age " << age.str() << ", education " << education.str() << ", degree " << degree.str()
                       << ", experience " << experience.str() << ", membership phrases " << membership.str());
        MESSAGE("other phrases " << other.str() << "; not expressed, " << other.left.size() << " kinds:");
        std::size_t left = 0;
        for (const auto& [phrase, count] : other.left) {
            left += count;
            if (count > 5) MESSAGE("  " << count << " × " << phrase);
        }
        CHECK(left + other.expressed == other.said);
        for (const Share* share : {&age, &education, &degree, &experience}) CHECK(share->expressed == 6231);
        CHECK(membership.expressed == membership.said);
        CHECK(membership.said > 500);

        // Persons by lot, a few for each post.
        std::mt19937 random{2024};
        const auto pick = [&](const std::vector<std::string>& words) {
            return words[random() % words.size()];
        };
        std::vector<Person> people;
        for (std::size_t i = 0; i < ids.size() * 3; ++i) {
            const auto born = std::chrono::year_month_day{std::chrono::sys_days{1985y / 1 / 1} +
                                                          std::chrono::days{random() % 8000}};
            people.push_back(
                {{"born", random() % 20 == 0 ? format_date(born).substr(0, 4) : format_date(born)},
                 {"position", ids[i % ids.size()]},
                 {"sex", pick({"male", "female"})},
                 {"education", pick({"college", "bachelor", "bachelor", "master", "doctor", ""})},
                 {"degree", pick({"none", "bachelor", "bachelor", "master", "doctor"})},
                 {"regular_school", pick({"true", "true", "false"})},
                 {"degree_at_each_step", pick({"true", "false"})},
                 {"fresh_graduate", pick({"true", "false"})},
                 {"in_service", pick({"true", "false"})},
                 {"grassroots_months", pick({"0", "12", "24", "60"})},
                 {"membership", pick({"party", "youth_league", "none", "minge"})},
                 {"grassroots_project", pick({"true", "false"})},
                 {"veteran", pick({"true", "false"})},
                 {"graduate_veteran", pick({"true", "false"})},
                 {"law_licence", pick({"A", "B", "C", "none"})},
                 {"physician", pick({"true", "false"})},
                 {"nurse", pick({"true", "false"})}});
        }
        const std::chrono::year_month_day day = 2024y / 1 / 15;
        const Table result = check(positions, standards, persons::table(people), {{"registration", day}});
        std::map<std::string, std::size_t> outcomes;
        for (std::size_t row = 0; row < result.rows(); ++row) ++outcomes[result.at("outcome").str(row)];
        MESSAGE(result.rows() << " persons: met " << outcomes["met"] << ", not met " << outcomes["not_met"]
                              << ", cannot be told " << outcomes["cannot_be_told"]);
        CHECK(outcomes["met"] > 100);
        CHECK(outcomes["not_met"] > 1000);
        CHECK(outcomes["cannot_be_told"] > 100);

        // Posts that ask for age and education alone, decided here by hand for persons who are known in full.
        std::size_t decided = 0;
        for (std::size_t row = 0; row < people.size(); ++row) {
            const Person& person = people[row];
            const auto post = plain.find(person.at("position"));
            if (post == plain.end() || person.at("education").empty() || person.at("born").size() != 10)
                continue;
            const auto& [ages_asked, schools] = post->second;
            const std::map<std::string, int> steps{
                {"college", 0}, {"bachelor", 1}, {"master", 2}, {"doctor", 3}};
            const int step = steps.at(person.at("education"));
            const int years = age_on(*parse_date(person.at("born")), day);
            int most = ages_asked.find("25周岁") != std::string::npos   ? 25
                       : ages_asked.find("30周岁") != std::string::npos ? 30
                                                                        : 35;
            if (ages_asked.find("应届") != std::string::npos && person.at("fresh_graduate") == "true" &&
                person.at("in_service") == "false" && step >= 2)
                most = 35;
            const std::map<std::string, std::set<int>> wanted{
                {"本科及以上", {1, 2, 3}},    {"大专及以上", {0, 1, 2, 3}}, {"仅限本科", {1}},
                {"硕士研究生及以上", {2, 3}}, {"仅限硕士研究生", {2}},      {"大专或本科", {0, 1}},
                {"本科或硕士研究生", {1, 2}}, {"仅限博士研究生", {3}}};
            const auto school = wanted.find(schools);
            if (school == wanted.end()) continue;
            const bool meets = years >= 18 && years <= most && school->second.count(step) == 1;
            CHECK((result.at("outcome").str(row) == "met") == meets);
            ++decided;
        }
        MESSAGE(decided << " of them decided by hand as well");
        CHECK(decided > 500);
        // No standard of a real post contradicts itself.
        std::size_t contradictory = 0;
        for (const Standard& standard : standards) {
            for (const Finding& finding : audit(standard))
                contradictory += finding.kind == FindingKind::contradictory ? 1 : 0;
        }
        CHECK(contradictory == 0);
    }
}
