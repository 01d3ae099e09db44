#include "persistence/receipts.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace recruit::detail {

namespace {

constexpr std::string_view title = "recruit receipts 1\n";

// A file that grows with every line is synced several times as slowly as one that does not: its new length
// is written as well. So it grows by some hundred lines at a time.
constexpr std::uint64_t room_at_once = std::uint64_t{1} << 14;

std::string line(const Receipt& receipt) {
    std::string text = receipt.sequence == 0 ? std::string{title} : std::string{};
    return text + std::to_string(receipt.sequence) + ' ' + receipt.head + '\n';
}

/// Whether a write of `wanted` that was not completed can have left `found`: every byte the right one, or
/// one that was never written.
bool may_be_torn(std::string_view found, std::string_view wanted) {
    for (std::size_t i = 0; i < found.size(); ++i)
        if (found[i] != wanted[i] && found[i] != '\0') return false;
    return true;
}

}  // namespace

std::string_view Receipts::window(std::uint64_t at, std::size_t size) {
    constexpr std::size_t chunk = std::size_t{1} << 16;
    if (at < buffer_at_ || at + size > buffer_at_ + buffer_.size()) {
        buffer_ = file_.read(at, std::max(size, chunk));
        buffer_at_ = at;
    }
    return std::string_view{buffer_}.substr(static_cast<std::size_t>(at - buffer_at_), size);
}

std::uint64_t Receipts::used() const {
    constexpr std::size_t chunk = std::size_t{1} << 16;
    for (std::uint64_t size = file_.size(); size > 0;) {
        const std::uint64_t from = size - std::min<std::uint64_t>(size, chunk);
        const std::string bytes = file_.read(from, static_cast<std::size_t>(size - from));
        const auto last = bytes.find_last_not_of('\0');
        if (last != std::string::npos) return from + last + 1;
        size = from;
    }
    return 0;
}

Receipts::~Receipts() {
    if (room_ <= end_) return;
    try {
        file_.truncate(end_);
    } catch (const SqliteFailure&) {
        // The room may as well stay.
    }
}

bool Receipts::begin(const std::string& origin) {
    const Receipt none{0, origin};
    const std::string wanted = line(none);
    if (used() > wanted.size() || !may_be_torn(file_.read(0, wanted.size()), wanted)) return false;
    add({&none, 1});
    return true;
}

void Receipts::expect(const Receipt& receipt) {
    const std::string wanted = line(receipt);
    const std::string_view found = window(compared_, wanted.size());
    compared_ += wanted.size();
    if (found == wanted && !unwritten_ && !foreign_) {
        end_ = compared_;
    } else if (!may_be_torn(found, wanted)) {
        if (!foreign_) foreign_ = receipt.sequence;
    } else if (found != wanted && !unwritten_) {
        unwritten_ = receipt.sequence;
    }
}

Receipts::Findings Receipts::findings() const {
    Findings found{unwritten_, foreign_, {}};
    const std::uint64_t size = used();
    if (size <= compared_) return found;
    // The last whole line says how far the journal went.
    constexpr std::uint64_t two_lines = 200;
    const std::uint64_t from = size - std::min(size - compared_, two_lines);
    std::string_view lines;
    const std::string tail = file_.read(from, static_cast<std::size_t>(size - from));
    lines = tail;
    if (from > compared_) lines.remove_prefix(std::min(lines.find('\n'), lines.size() - 1) + 1);
    std::uint64_t last = 0;
    for (; !lines.empty(); lines.remove_prefix(std::min(lines.find('\n'), lines.size() - 1) + 1)) {
        std::uint64_t number = 0;
        const auto parsed = std::from_chars(lines.data(), lines.data() + lines.size(), number);
        if (parsed.ec == std::errc{}) last = std::max(last, number);
    }
    found.beyond = last;
    return found;
}

void Receipts::add(std::span<const Receipt> receipts) {
    std::string lines;
    for (const Receipt& receipt : receipts) lines += line(receipt);
    const std::uint64_t end = end_ + lines.size();
    if (room_ == 0) room_ = file_.size();
    const std::uint64_t room = end <= room_ ? room_ : (end / room_at_once + 1) * room_at_once;
    if (room > room_) lines.resize(static_cast<std::size_t>(room - end_), '\0');
    const std::uint64_t before = std::exchange(room_, 0);  // until it is there
    file_.write(end_, lines);
    file_.sync();
    room_ = std::max(before, room);
    end_ = end;
}

}  // namespace recruit::detail
