#pragma once

// Strict reading of one TOML table: every key is asked for by name and type; what is left over is an error;
// what differs from its default becomes a line of the canonical text. All errors are collected, none is
// thrown.

#include <array>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace recruit::detail {

/// Thrown where toml++ says that what it reads cannot be (its assertions): it checks a text as it reads, but
/// version 3.3 forgets to for some (`2017-01-0= 3`, `[1, }`, `[]` as a head).
struct MeaninglessToml {};

[[noreturn]] inline void refuse_meaningless() { throw MeaninglessToml{}; }

}  // namespace recruit::detail

#define TOML_HEADER_ONLY 1
#define TOML_ENABLE_FORMATTERS 0
#define TOML_ASSERT(holds) (static_cast<bool>(holds) ? void() : ::recruit::detail::refuse_meaningless())
// Without assertions toml++ lets the compiler take them for granted.
#pragma push_macro("NDEBUG")
#undef NDEBUG
#include <toml++/toml.h>
#pragma pop_macro("NDEBUG")

#include <recruit/base/error.hpp>
#include <recruit/base/rounding.hpp>
#include <recruit/regulation/rules.hpp>

#include "base/join.hpp"
#include "base/keys.hpp"

namespace recruit::detail {

/// What all tables of one file share: where errors and canonical lines go.
class Document {
public:
    explicit Document(std::string_view file) : file_{file} {}

    void error(const toml::node* node, std::string path, Code code, std::vector<Argument> arguments,
               std::string value = {});
    void canonical(const std::string& path, const std::string& value);

    Issues& issues() noexcept { return issues_; }
    std::vector<std::string>& lines() noexcept { return lines_; }
    const std::string& file() const noexcept { return file_; }

private:
    std::string file_;
    Issues issues_;
    std::vector<std::string> lines_;
};

/// One table being read. `finish()` reports the keys nobody asked for.
class Reader {
public:
    Reader(Document& document, const toml::table& table, std::string path)
        : document_{&document}, table_{&table}, path_{std::move(path)} {}

    Document& document() const noexcept { return *document_; }
    const std::string& path() const noexcept { return path_; }
    std::string path_of(std::string_view key) const {
        return path_.empty() ? std::string{key} : path_ + "." + std::string{key};
    }
    const toml::table& table() const noexcept { return *table_; }
    bool has(std::string_view key) const { return table_->contains(key); }

    /// The node of a key, which then counts as known; null if absent.
    const toml::node* take(std::string_view key);
    /// The same, reporting `missing_key` with `example` if absent.
    const toml::node* require(std::string_view key, std::string_view example);

    std::optional<std::string> text(std::string_view key);
    std::optional<std::string> required_text(std::string_view key, std::string_view example);
    std::string free_text(std::string_view key);  ///< Sources, notes: not canonical.
    Title title();
    std::optional<Points> points(std::string_view key);
    std::optional<Fraction> fraction(std::string_view key);
    std::optional<std::int64_t> integer(std::string_view key, std::int64_t least, std::int64_t most);
    bool boolean(std::string_view key, bool fallback);
    std::optional<std::chrono::year_month_day> date(std::string_view key);
    std::optional<Rounding> rounding(std::string_view key);
    std::vector<std::string> texts(std::string_view key, bool canonical = true);

    /// The tables of an array of tables (or of an array of inline tables), each with its indexed path.
    std::vector<Reader> tables(std::string_view key);
    std::optional<Reader> child(std::string_view key);

    /// One of an enum's names, tried in order from the first enumerator while `count` lasts.
    template <class Enum>
    std::optional<Enum> choice(std::string_view key, int count) {
        const auto* node = take(key);
        if (node == nullptr) return std::nullopt;
        return choice_of<Enum>(*node, key, count);
    }
    template <class Enum>
    std::optional<Enum> choice_of(const toml::node& node, std::string_view key, int count) {
        const auto word = as_text(node, key);
        if (!word) return std::nullopt;
        std::string allowed;
        for (int i = 0; i < count; ++i) {
            const auto name = to_string(static_cast<Enum>(i));
            if (name == *word) return static_cast<Enum>(i);
            add_item(allowed, name);
        }
        error(&node, key, Code::unknown_value, {*word, allowed}, *word);
        return std::nullopt;
    }

    std::optional<std::string> as_text(const toml::node& node, std::string_view key);
    std::optional<Points> as_points(const toml::node& node, std::string_view key);

    void error(const toml::node* node, std::string_view key, Code code, std::vector<Argument> arguments,
               std::string value = {});
    void wrong_type(const toml::node& node, std::string_view key, Text expected);
    void emit(std::string_view key, const std::string& value) { document_->canonical(path_of(key), value); }
    void finish();

private:
    Document* document_;
    const toml::table* table_;
    std::string path_;
    std::set<std::string, std::less<>> known_;
};

}  // namespace recruit::detail
