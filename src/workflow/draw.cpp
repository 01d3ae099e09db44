#include "workflow/draw.hpp"

#include <algorithm>
#include <utility>

#include "base/sha256.hpp"

namespace recruit::detail {

std::string drawn(const Entropy& entropy, std::string_view label, std::string_view what) {
    std::string bytes{reinterpret_cast<const char*>(entropy.data()), entropy.size()};
    bytes += label;
    bytes += '\0';
    bytes += what;
    return sha256_hex(bytes);
}

std::vector<std::string> shuffled(std::vector<std::string> items, const Entropy& entropy,
                                  std::string_view label) {
    std::vector<std::pair<std::string, std::string>> keyed;
    keyed.reserve(items.size());
    for (std::string& item : items) {
        std::string key = drawn(entropy, label, item);
        keyed.emplace_back(std::move(key), std::move(item));
    }
    std::sort(keyed.begin(), keyed.end());
    items.clear();
    for (auto& [key, item] : keyed) items.push_back(std::move(item));
    return items;
}

}  // namespace recruit::detail
