#pragma once

// What random bytes decide.

#include <string>
#include <string_view>
#include <vector>

#include <recruit/workflow/competition.hpp>

namespace recruit::detail {

/// 64 hexadecimal digits: SHA-256 of the bytes, a label for what is drawn, and one thing of it.
std::string drawn(const Entropy& entropy, std::string_view label, std::string_view what);

/// In an order that only the random bytes decide: by the hash of each item. Equal to any order with the same
/// chance, whatever the items are called; there is no remainder to be biased by.
std::vector<std::string> shuffled(std::vector<std::string> items, const Entropy& entropy,
                                  std::string_view label);

}  // namespace recruit::detail
