// CSV text: as it is, and as a score sheet. A table that was read is written, and read back the same.

#include <sstream>

#include <recruit/persistence/file.hpp>
#include <recruit/tables/csv.hpp>
#include <recruit/tables/scores.hpp>

#include "fuzz.hpp"

using namespace recruit;

namespace {

const Regulation& rules() {
    static const Regulation kept = regulation("vn.lead.example.2017");
    return kept;
}

}  // namespace

FUZZ_TARGET(input) {
    const FileOptions options{.threads = 1};
    fuzz::expecting_errors([&] {
        const CsvFile file = parse_csv(fuzz::text(input), "fuzz.csv");
        for (std::size_t row = 0; row < file.table.rows(); ++row)
            fuzz::require(file.line_of(row) > 0, "a row without a line");
        std::ostringstream out;
        write_csv(file.table, out, {.guard_formulas = false});
        if (file.table.rows() == 0) return;
        const CsvFile again = parse_csv(out.str(), "again.csv", {.separator = ','});
        fuzz::require(again.table.rows() == file.table.rows() && again.table.width() == file.table.width(),
                      "a table has another shape after writing and reading");
        for (const auto& [name, column] : file.table.columns()) {
            const Column* other = again.table.find(name);
            fuzz::require(other != nullptr, "a column has another name after writing and reading");
            for (std::size_t row = 0; row < column.size(); ++row)
                fuzz::require(column.str(row) == other->str(row),
                              "a value has changed by writing and reading");
        }
        to_bytes(file.table, options);
    });
    fuzz::expecting_errors([&] {
        const ScoreSheet sheet = parse_scores(fuzz::text(input), rules());
        to_bytes(sheet, options);
    });
}
