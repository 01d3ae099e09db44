#include <iostream>

#include <recruit/recruit.hpp>

int main() {
    const auto points = recruit::Points::of(7150, 2);
    std::cout << "recruit " << recruit::version << ": " << points << " points\n";
}
