// One contest, five people, told as a story: who becomes deputy director, and why.

#include <iostream>

#include <recruit/recruit.hpp>

// The score sheet as the secretary keeps it. Project marks come from the five slips of the council.
constexpr std::string_view sheet =
    R"(application,position,written,written.status,woman,unit_has_woman_leader,ethnic_minority,project.member_1,project.member_2,project.member_3,project.member_4,project.member_5
A-011,deputy-director,49.5,present,false,false,false,,,,,
A-012,deputy-director,50,present,false,false,true,82,80.5,84,79,81.5
A-013,deputy-director,88,present,false,false,false,75,72.5,77,70,76.5
A-014,deputy-director,64.5,present,true,false,false,81,83,80,82.5,80.5
A-015,deputy-director,,absent,false,false,false,,,,,
)";

int main() {
    const auto rules = recruit::regulation("vn.lead.example.2017");
    const auto scores = recruit::parse_scores(sheet, rules);
    const auto result = recruit::select(rules, scores.table, {{"deputy-director", 1}});

    std::cout << "One seat, five applications, under " << rules.id() << ".\n"
              << "The written test is a gate of 50; the council's mean for the project decides.\n\n";
    for (const auto& row : result) {
        std::cout << (row.rank ? row.rank->str() : "-") << "  " << row.application << "  "
                  << (row.total ? row.total->str(2) : "    -") << "  " << to_string(row.standing)
                  << (row.stage.empty() ? "" : " (" + row.stage + ")") << '\n';
    }

    std::cout << "\nHalf a point short of the gate:\n\n" << result.explain("A-011").str();
    std::cout << "\nTwo are level on points, and a rule decides:\n\n" << result.explain("A-014").str();
    std::cout << "\nThe letter to the other one, in Vietnamese:\n\n"
              << result.explain("A-012").str(recruit::Language::vi);
}
