#pragma once

// Cuts CSV text into records and fields.

#include <bit>
#include <cstdint>
#include <cstring>
#include <memory_resource>
#include <string_view>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace recruit::detail {

/// Walks over the characters that can mean something (separator, quote, CR, LF), 64 bytes of text at a time.
class CsvScanner {
public:
    CsvScanner(std::string_view text, char separator) noexcept : text_{text}, separator_{separator} {
        load();
    }

    /// Position of the next such character, or the size of the text.
    std::size_t next() noexcept {
        while (mask_ == 0) {
            block_ += 64;
            if (block_ >= text_.size()) {
                block_ = text_.size();  // stays at the end, however often it is asked
                return text_.size();
            }
            load();
        }
        const auto position = block_ + static_cast<std::size_t>(std::countr_zero(mask_));
        mask_ &= mask_ - 1;
        return position;
    }

private:
    void load() noexcept {
        const std::size_t left = text_.size() - block_;
        if (left >= 64) {
            mask_ = marks(text_.data() + block_);
        } else {
            char last[64] = {};
            if (left > 0) std::memcpy(last, text_.data() + block_, left);
            mask_ = marks(last) & ((std::uint64_t{1} << left) - 1);
        }
    }

    std::uint64_t marks(const char* at) const noexcept {
        std::uint64_t mask = 0;
#if defined(__SSE2__)
        const __m128i separators = _mm_set1_epi8(separator_), quotes = _mm_set1_epi8('"'),
                      feeds = _mm_set1_epi8('\n'), returns = _mm_set1_epi8('\r');
        for (int i = 0; i < 4; ++i) {
            const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at + 16 * i));
            const __m128i found =
                _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(bytes, separators), _mm_cmpeq_epi8(bytes, quotes)),
                             _mm_or_si128(_mm_cmpeq_epi8(bytes, feeds), _mm_cmpeq_epi8(bytes, returns)));
            mask |= std::uint64_t{static_cast<std::uint32_t>(_mm_movemask_epi8(found))} << (16 * i);
        }
#else
        for (int i = 0; i < 64; ++i) {
            const char c = at[i];
            const bool found = c == separator_ || c == '"' || c == '\n' || c == '\r';
            mask |= std::uint64_t{found} << i;
        }
#endif
        return mask;
    }

    std::string_view text_;
    char separator_;
    std::size_t block_ = 0;
    std::uint64_t mask_ = 0;
};

/// One record as it was found.
struct CsvRecord {
    enum class Problem : std::uint8_t { none, text_after_quote, unclosed_quote };

    std::size_t fields = 0;
    std::int64_t line = 0;  ///< On which it begins.
    bool blank = false;     ///< A line without a character.
    Problem problem = Problem::none;
    std::int64_t problem_line = 0;  ///< Where the first problem is; of an open quote, where it opens.
};

class CsvLexer {
public:
    /// Fields whose quotes were undone live in `memory` until it is released; others point into `text`.
    CsvLexer(std::string_view text, char separator, std::pmr::memory_resource& memory) noexcept
        : text_{text}, separator_{separator}, scanner_{text, separator}, memory_{&memory} {}

    bool at_end() const noexcept { return at_ >= text_.size(); }
    std::size_t position() const noexcept { return at_; }

    /// Reads a record, giving each of the first `most` fields to out[0], out[1], ….
    CsvRecord read(std::string_view* out, std::size_t most) {
        CsvRecord record;
        record.line = line_;
        const std::size_t begin = at_;
        for (;;) {
            std::size_t end;
            std::string_view field;
            if (at_ < text_.size() && text_[at_] == '"') {
                field = quoted(record, end);
                if (record.problem == CsvRecord::Problem::unclosed_quote) {
                    at_ = text_.size();
                    return record;
                }
            } else {
                end = unquoted_end();
                field = text_.substr(at_, end - at_);
            }
            if (record.fields < most) out[record.fields] = field;
            ++record.fields;
            at_ = end + 1;
            if (end < text_.size() && text_[end] == separator_) continue;
            record.blank = end == begin;
            if (end + 1 < text_.size() && text_[end] == '\r' && text_[end + 1] == '\n') {
                scanner_.next();
                ++at_;
            }
            ++line_;
            return record;
        }
    }

private:
    /// The next separator or line end; quotes on the way are characters like others.
    std::size_t unquoted_end() noexcept {
        std::size_t end = scanner_.next();
        while (end < text_.size() && text_[end] == '"') end = scanner_.next();
        return end;
    }

    std::string_view quoted(CsvRecord& record, std::size_t& end) {
        const std::int64_t opened = line_;
        const std::size_t begin = scanner_.next() + 1;
        std::size_t doubled = 0;
        std::size_t close;
        for (;;) {
            close = scanner_.next();
            if (close >= text_.size()) {
                record.problem = CsvRecord::Problem::unclosed_quote;
                record.problem_line = opened;
                return {};
            }
            const char c = text_[close];
            const char after = close + 1 < text_.size() ? text_[close + 1] : '\0';
            if (c == '"') {
                if (after != '"') break;
                scanner_.next();
                ++doubled;
            } else if (c == '\n' || (c == '\r' && after != '\n')) {
                ++line_;
            }
        }
        end = unquoted_end();
        if (end != close + 1 && record.problem == CsvRecord::Problem::none) {
            record.problem = CsvRecord::Problem::text_after_quote;
            record.problem_line = line_;
        }
        const std::string_view raw = text_.substr(begin, close - begin);
        return doubled == 0 ? raw : without_doubles(raw, doubled);
    }

    std::string_view without_doubles(std::string_view raw, std::size_t doubled) {
        const std::size_t size = raw.size() - doubled;
        char* const text = static_cast<char*>(memory_->allocate(size, 1));
        char* to = text;
        for (std::size_t i = 0; i < raw.size(); ++i) {
            *to++ = raw[i];
            if (raw[i] == '"') ++i;
        }
        return {text, size};
    }

    std::string_view text_;
    char separator_;
    CsvScanner scanner_;
    std::pmr::memory_resource* memory_;
    std::size_t at_ = 0;
    std::int64_t line_ = 1;
};

}  // namespace recruit::detail
