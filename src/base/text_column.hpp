#pragma once

// A column of texts, some of them null, built row by row.

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <recruit/base/table.hpp>

namespace recruit::detail {

class TextColumn {
public:
    void add(std::string_view value, bool given = true) {
        bytes_.insert(bytes_.end(), value.begin(), value.end());
        offsets_.push_back(static_cast<std::int64_t>(bytes_.size()));
        given_.push_back(given);
    }
    /// The column; nothing can be added after it.
    Column column() {
        return Column::texts(
            Strings{Buffer<std::int64_t>{std::move(offsets_)}, Buffer<char>{std::move(bytes_)}},
            Validity{given_});
    }

private:
    std::vector<std::int64_t> offsets_{0};
    std::vector<char> bytes_;
    std::vector<bool> given_;
};

}  // namespace recruit::detail
