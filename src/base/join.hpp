#pragma once

// Lists for people: "a, b".

#include <functional>
#include <string>
#include <string_view>
#include <type_traits>

namespace recruit::detail {

/// One more item at the end of a list. What comes first stands without a separator.
inline void add_item(std::string& list, std::string_view item, std::string_view between = ", ") {
    if (!list.empty()) list += between;
    list += item;
}

/// Items as one text. `as` is a member or a function that tells an item's text or number. Linear.
template <class Items, class As = std::identity>
std::string joined(const Items& items, As as = {}, std::string_view between = ", ") {
    std::string list;
    for (const auto& item : items) {
        const auto& text = std::invoke(as, item);
        if constexpr (std::is_integral_v<std::remove_cvref_t<decltype(text)>>)
            add_item(list, std::to_string(text), between);
        else
            add_item(list, text, between);
    }
    return list;
}

}  // namespace recruit::detail
