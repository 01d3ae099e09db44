// A programme of four bodies and its interim review (sơ kết): simulated returns, then what was published.

#include <algorithm>
#include <iomanip>
#include <iostream>
#include <string>
#include <vector>

#include <recruit/recruit.hpp>

namespace {

using Rows = std::vector<std::vector<std::string>>;

/// Rows of cells as a table of texts; an empty cell is none.
recruit::Table table_of(const Rows& rows, const std::vector<std::string>& names = {}) {
    std::size_t width = 0;
    for (const auto& row : rows) width = std::max(width, row.size());
    recruit::Table table;
    for (std::size_t c = 0; c < width; ++c) {
        std::vector<std::string> cells;
        std::vector<bool> given;
        for (const auto& row : rows) {
            cells.push_back(c < row.size() ? row[c] : "");
            given.push_back(!cells.back().empty());
        }
        table.add(names.empty() ? std::to_string(c + 1) : names[c],
                  recruit::Column::texts(recruit::Strings{cells}, recruit::Validity{given}));
    }
    return table;
}

/// A number with as many digits as it needs, at most two after the point.
void print(double value) {
    const bool whole = value == static_cast<double>(static_cast<long long>(value));
    std::cout << std::fixed << std::setprecision(whole ? 0 : 2) << value;
}

void print(const recruit::ReviewGroup& group, const std::vector<std::string>& names) {
    for (const auto& name : names) {
        const auto& figure = group.at(name);
        std::cout << "  " << figure.label() << ": ";
        if (figure.value) {
            print(*figure.value);
        } else {
            std::cout << to_string(figure.state);
            if (figure.low) {
                std::cout << ", ";
                print(*figure.low);
                std::cout << " to ";
                if (figure.high) print(*figure.high);
                if (!figure.high) std::cout << "any";
            }
        }
        std::cout << '\n';
    }
}

void print(const recruit::Issues& issues) {
    for (const auto& issue : issues) std::cout << "  " << issue.str() << '\n';
}

}  // namespace

int main() {
    const auto bodies = recruit::read_register(table_of({{"007", "Bộ Mẫu", "central", "true"},
                                                         {"012", "Tỉnh Giả Hòa", "province", "true"},
                                                         {"013", "Tỉnh Giả Bình", "province", "true"},
                                                         {"014", "Tỉnh Giả An", "province", "true"}},
                                                        {"id", "name", "level", "in_pilot"}))
                            .bodies;
    const std::vector<std::string> names{"STT",     "Mã kỳ thi",   "Chức danh",      "Chỉ tiêu",
                                         "Đăng ký", "Trúng tuyển", "Ngày thông báo", "Số liệu mô phỏng"};
    // One body lost the zeros of its id and reports a contest twice; one held none; one sent nothing.
    const std::vector<recruit::ReturnSheet> returns{
        {"007.csv", table_of({{"Báo cáo kết quả thi tuyển"},
                              {"Cơ quan báo cáo", "007"},
                              names,
                              {"1", "K-1", "Phó vụ trưởng", "1", "4", "1", "01/03/2018", "x"},
                              {"2", "K-2", "Trưởng phòng", "2", "5", "2", "15/09/2018", "x"},
                              {"Tổng cộng", "", "", "3", "9", "3"}})},
        {"012.csv", table_of({{"Cơ quan báo cáo", "12"},
                              names,
                              {"1", "K-1", "Phó giám đốc sở", "1", "3", "1", "02/05/2019", "x"},
                              {"2", "K-1", "Phó giám đốc sở", "1", "6", "1", "02/05/2019", "x"}})},
        {"013.csv", table_of({{"Cơ quan báo cáo", "Tỉnh Giả Bình"}, {"Không tổ chức thi tuyển trong kỳ"}})},
    };
    auto done = recruit::consolidate(returns, bodies);
    std::cout << "Simulated returns (số liệu mô phỏng). What they leave open:\n";
    print(done.issues);

    const std::vector<std::string> counts{"bodies",   "bodies_held", "bodies_nil", "bodies_not_reported",
                                          "titles",   "seats",       "applied",    "winners",
                                          "fill_rate"};
    std::cout << "\nThe review:\n";
    print(recruit::review({done.contests}, bodies).groups().front(), counts);

    // A person decides; the decision is kept and replayed.
    recruit::ConsolidateOptions options;
    options.decisions.push_back({"012", "K-1", "applied", "6", "the ministry", "2020-10-01", "list seen"});
    done = recruit::consolidate(returns, bodies, options);
    std::cout << "\nThe same once a person has decided on contest K-1:\n";
    const auto reviewed = recruit::review({done.contests}, bodies);
    print(reviewed.groups().front(), {"applied"});

    std::cout << "\nWhere the applicants are from:\n";
    const auto behind = reviewed.provenance("applied");
    for (std::size_t i = 0; i < behind.rows(); ++i) {
        std::cout << "  " << behind.at("agency").str(i) << ' ' << behind.at("competition").str(i) << ": "
                  << behind.at("value").str(i) << ", " << behind.at("source").str(i) << '\n';
    }

    std::cout << "\nYear on year:\n";
    const auto changes = reviewed.grouped({"year"}).changes();
    for (std::size_t i = 0; i < changes.rows(); ++i) {
        const auto figure = changes.at("figure").str(i);
        if (figure != "titles" && figure != "applied" && figure != "winners") continue;
        std::cout << "  " << figure << ", " << changes.at("before").str(i) << " to "
                  << changes.at("year").str(i) << ": ";
        print(changes.at("change").reals()[i]);
        std::cout << '\n';
    }

    // Published aggregates, restated: the interim report of 2020, and press reports of 2022 and 2023.
    const auto published = table_of({{"Provinces of the pilot", "86", "", "", "368"},
                                     {"Vũng Tàu", "42", "42", "98", "31"},
                                     {"Châu Đức", "16", "16", "22", ""}},
                                    {"agency", "titles", "seats", "applied", "winners"});
    recruit::ReviewOptions by_agency;
    by_agency.by = {"agency"};
    const auto known = recruit::review({published}, {}, by_agency);
    std::cout << "\nWhat was published, and what nobody can know from it:\n";
    for (std::size_t i = 1; i < known.groups().size(); ++i) {
        const auto& group = known.groups()[i];
        std::cout << group.key.front() << '\n';
        print(group, {"applicants_per_seat", "under_minimum", "fill_rate", "appointed"});
    }
}
