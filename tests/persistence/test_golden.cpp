// Files as past versions wrote them, read for ever. golden/<value>.<generation>.recruit is the value of that
// name in values.hpp; the newest generation is what is written today. With RECRUIT_WRITE_GOLDEN=1 in the
// environment the test adds a generation where what is written today is not the newest; no file is ever
// changed.

#include <doctest/doctest.h>

#include <cstdlib>
#include <iostream>
#include <map>
#include <set>
#include <sstream>

#include <recruit/persistence/file.hpp>

#include "persistence/bytes.hpp"
#include "persistence/values.hpp"

using namespace recruit;
namespace fs = std::filesystem;

namespace {

const fs::path folder = fs::path{RECRUIT_SOURCE_DIR} / "tests" / "persistence" / "golden";

struct Name {
    std::string value;
    int generation = 0;
};

Name parsed(const fs::path& path) {
    const std::string name = path.filename().string();
    const auto dot = name.find('.');
    return {name.substr(0, dot), std::atoi(name.c_str() + dot + 1)};
}

fs::path golden(const std::string& value, int generation) {
    return folder / (value + "." + std::to_string(generation) + ".recruit");
}

std::map<std::string, int> newest_generations() {
    std::map<std::string, int> newest;
    for (const auto& entry : fs::directory_iterator{folder}) {
        if (entry.path().extension() != ".recruit") continue;
        const Name name = parsed(entry.path());
        newest[name.value] = std::max(newest[name.value], name.generation);
    }
    return newest;
}

}  // namespace

TEST_SUITE("persistence/golden") {
    TEST_CASE("what is written today is the newest golden file, byte for byte") {
        auto newest = newest_generations();
        std::size_t compared = 0;
        values::each([&](const char* name, const auto& value) {
            CAPTURE(name);
            const FileBytes bytes = to_bytes(value);
            const bool fits = newest[name] > 0 && bytes == read_all(golden(name, newest[name]));
            if (!fits && std::getenv("RECRUIT_WRITE_GOLDEN") != nullptr)
                write_all(golden(name, ++newest[name]), bytes);
            INFO(
                "A class is written otherwise than before: see docs/file-format.md, \"When a class "
                "changes\"; "
                "or put back what changed.");
            REQUIRE(newest[name] > 0);
            CHECK(bytes == read_all(golden(name, newest[name])));
            ++compared;
        });
        CHECK(compared == newest.size());
    }

    TEST_CASE("every golden file of every generation is read, as the value it was") {
        const auto newest = newest_generations();
        std::size_t files = 0;
        values::each([&](const char* name, const auto& value) {
            using T = std::remove_cvref_t<decltype(value)>;
            const auto known = newest.find(name);
            REQUIRE(known != newest.end());
            for (int generation = 1; generation <= known->second; ++generation) {
                CAPTURE(name);
                CAPTURE(generation);
                CHECK(to_bytes(load<T>(golden(name, generation))) == to_bytes(value));
                ++files;
            }
        });
        std::cout << "golden files read: " << files << '\n';
    }

    TEST_CASE("no key of the catalogue that a file may hold has gone") {
        std::set<std::string> known;
        for (std::size_t i = 0; i < text_count(); ++i) known.emplace(to_string(static_cast<Text>(i)));
        for (std::size_t i = 0; i < code_count(); ++i) known.emplace(to_string(static_cast<Code>(i)));
        std::ifstream list{folder / "keys.txt"};
        REQUIRE(list);
        std::size_t keys = 0;
        for (std::string key; std::getline(list, key);) {
            if (key.empty() || key.front() == '#') continue;
            INFO("files written with \"" << key << "\" could not be read any more: keep it in the catalogue");
            CHECK(known.count(key) == 1);
            ++keys;
        }
        CHECK(keys > 100);
    }

}  // TEST_SUITE
