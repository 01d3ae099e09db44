// A national selection: 20,000 simulated applications under Indonesia's rules of 2024, by post and province.

#include <iostream>

#include <recruit/recruit.hpp>

int main() {
    const auto rules = recruit::regulation("id.cpns.2024");
    const auto contest = recruit::synthetic(rules, {.applications = 20'000, .positions = 40, .seed = 2024});
    const auto result = recruit::select(rules, contest.scores, contest.seats);

    std::cout << "Simulated data (số liệu mô phỏng): " << result.size() << " applications, "
              << result.group_count() << " groups of post and province, under " << rules.id() << ".\n\n";
    const auto counts = result.counts();
    for (int i = 0; i < recruit::standing_count; ++i) {
        const auto standing = static_cast<recruit::Standing>(i);
        if (counts[i] > 0) std::cout << to_string(standing) << ": " << counts[i] << '\n';
    }

    // The largest group, and the first person there whom equal points leave to the authority.
    std::size_t largest = 0;
    for (std::size_t g = 1; g < result.group_count(); ++g) {
        if (result.group(g).ranked > result.group(largest).ranked) largest = g;
    }
    const auto group = result.group(largest);
    std::cout << "\nThe largest group: " << group.names[0] << ", " << group.names[1] << ": " << group.ranked
              << " ranked, " << *group.seats << " seats, " << group.selected << " selected, "
              << group.contested << " contested.\n\n";
    for (std::size_t place = group.begin; place < group.begin + 3; ++place) {
        const auto row = result.row(result.order()[place]);
        std::cout << *row.rank << "  " << row.application << "  " << row.total->str(3) << "  "
                  << to_string(row.standing) << '\n';
    }

    for (const auto& row : result) {
        if (row.standing != recruit::Standing::contested) continue;
        std::cout << "\nThe first contested place:\n\n" << result.explain(row.application).str();
        break;
    }
    std::cout << "\nThe last one in the list, in Vietnamese:\n\n"
              << result.explain(result.row(result.order().back()).application).str(recruit::Language::vi);
}
