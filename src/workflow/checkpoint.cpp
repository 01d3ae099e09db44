// Checkpoints as signed notes: c2sp.org/tlog-checkpoint, c2sp.org/signed-note.

#include <recruit/workflow/checkpoint.hpp>

#include <algorithm>
#include <charconv>
#include <memory>
#include <optional>

#include <openssl/evp.h>

#include <recruit/base/error.hpp>
#include <recruit/workflow/journal.hpp>

#include "base/bytes.hpp"
#include "base/hex.hpp"
#include "base/keys.hpp"
#include "base/sha256.hpp"

namespace recruit {

using namespace detail;

namespace {

constexpr std::string_view origin_prefix = "recruit/";
constexpr std::string_view dash = "\xE2\x80\x94 ";  // U+2014 and a blank
constexpr char ed25519 = 1;                         // the algorithm's number in C2SP keys
constexpr std::size_t hash_bytes = 32, signature_bytes = 64, key_id_bytes = 4;

constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

std::string base64(std::string_view bytes) {
    std::string text;
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        unsigned group = 0;
        for (std::size_t j = 0; j < 3; ++j)
            group = group << 8 | (i + j < bytes.size() ? static_cast<unsigned char>(bytes[i + j]) : 0U);
        for (std::size_t j = 0; j < 4; ++j)
            text += i + j <= bytes.size() ? alphabet[group >> (18 - 6 * j) & 63] : '=';
    }
    return text;
}

/// The one text that gives these bytes, or nothing.
std::optional<std::string> from_base64(std::string_view text) {
    if (text.size() % 4 != 0) return std::nullopt;
    std::string bytes;
    for (std::size_t i = 0; i < text.size(); i += 4) {
        unsigned group = 0;
        std::size_t known = 0;
        for (std::size_t j = 0; j < 4; ++j) {
            const auto digit = alphabet.find(text[i + j]);
            if (digit != std::string_view::npos && known == j) ++known;
            group = group << 6 | static_cast<unsigned>(digit == std::string_view::npos ? 0 : digit);
        }
        if (known < 2) return std::nullopt;
        for (std::size_t j = 0; j + 1 < known; ++j) bytes += static_cast<char>(group >> (16 - 8 * j) & 0xFF);
    }
    if (base64(bytes) != text) return std::nullopt;
    return bytes;
}

[[noreturn]] void malformed(std::size_t line) {
    throw Error{Code::checkpoint_malformed, {std::to_string(line)}};
}

/// Blanks of Unicode are refused in names of keys, and so is everything that does not show.
bool is_key_name(std::string_view name) {
    const auto has = [&](std::string_view part) { return name.find(part) != std::string_view::npos; };
    return !name.empty() && find_not_utf8(name) == name.size() && name.find('+') == std::string_view::npos &&
           std::none_of(name.begin(), name.end(),
                        [](char c) { return static_cast<unsigned char>(c) <= 0x20 || c == 0x7F; }) &&
           !has("\xC2\x85") && !has("\xC2\xA0") && !has("\xE1\x9A\x80") && !has("\xE2\x80\x80") &&
           !has("\xE2\x80\x81") && !has("\xE2\x80\x82") && !has("\xE2\x80\x83") && !has("\xE2\x80\x84") &&
           !has("\xE2\x80\x85") && !has("\xE2\x80\x86") && !has("\xE2\x80\x87") && !has("\xE2\x80\x88") &&
           !has("\xE2\x80\x89") && !has("\xE2\x80\x8A") && !has("\xE2\x80\xA8") && !has("\xE2\x80\xA9") &&
           !has("\xE2\x80\xAF") && !has("\xE2\x81\x9F") && !has("\xE3\x80\x80");
}

/// One line of text that a note can carry.
bool is_line(std::string_view text) {
    return !text.empty() && find_not_utf8(text) == text.size() &&
           std::none_of(text.begin(), text.end(),
                        [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
}

struct Signature {
    std::string name, key_id, bytes;
};

struct Note {
    std::string text;  ///< What is signed, with the last end of line.
    Checkpoint checkpoint;
    std::vector<Signature> signatures;
};

Note read_note(std::string_view note) {
    constexpr std::size_t longest = 1'000'000;
    if (note.size() > longest || find_not_utf8(note) != note.size()) malformed(1);
    Note read;
    std::size_t number = 0;
    bool signed_part = false;
    for (std::string_view rest = note; !rest.empty();) {
        ++number;
        const auto end = rest.find('\n');
        if (end == std::string_view::npos) malformed(number);
        const std::string_view line = rest.substr(0, end);
        rest.remove_prefix(end + 1);
        if (signed_part) {
            if (!line.starts_with(dash)) malformed(number);
            const std::string_view words = line.substr(dash.size());
            const auto blank = words.find(' ');
            if (blank == std::string_view::npos) malformed(number);
            const auto bytes = from_base64(words.substr(blank + 1));
            const std::string_view name = words.substr(0, blank);
            if (!is_key_name(name) || !bytes || bytes->size() <= key_id_bytes) malformed(number);
            read.signatures.push_back(
                {std::string{name}, bytes->substr(0, key_id_bytes), bytes->substr(key_id_bytes)});
            continue;
        }
        if (line.empty()) {
            if (number < 4) malformed(number);
            signed_part = true;
            continue;
        }
        if (!is_line(line)) malformed(number);
        read.text.append(line) += '\n';
        Checkpoint& known = read.checkpoint;
        if (number == 1) {
            known.origin = line;
        } else if (number == 2) {
            const auto [stop, error] = std::from_chars(line.data(), line.data() + line.size(), known.size);
            if (error != std::errc{} || std::to_string(known.size) != line) malformed(number);
            (void)stop;
        } else if (number == 3) {
            const auto hash = from_base64(line);
            if (!hash || hash->size() != hash_bytes) malformed(number);
            known.head = to_hex(*hash);
        }
    }
    if (number < 3 || (signed_part && read.signatures.empty())) malformed(number + 1);
    return read;
}

struct FreeKey {
    void operator()(EVP_PKEY* key) const noexcept { EVP_PKEY_free(key); }
    void operator()(EVP_MD_CTX* context) const noexcept { EVP_MD_CTX_free(context); }
};
using Key = std::unique_ptr<EVP_PKEY, FreeKey>;
using Context = std::unique_ptr<EVP_MD_CTX, FreeKey>;

const unsigned char* octets(std::string_view bytes) {
    return reinterpret_cast<const unsigned char*>(bytes.data());
}

Key private_key(SecretKey secret) {
    Key key{EVP_PKEY_new_raw_private_key(
        EVP_PKEY_ED25519, nullptr, reinterpret_cast<const unsigned char*>(secret.data()), secret.size())};
    if (!key) throw std::bad_alloc{};
    return key;
}

std::string public_bytes(const Key& key) {
    std::string bytes(hash_bytes, '\0');
    std::size_t size = bytes.size();
    if (EVP_PKEY_get_raw_public_key(key.get(), reinterpret_cast<unsigned char*>(bytes.data()), &size) != 1)
        throw std::bad_alloc{};
    return bytes;
}

std::string key_id(std::string_view name, std::string_view public_key) {
    std::string bytes{name};
    bytes += '\n';
    bytes += ed25519;
    bytes += public_key;
    const auto hash = sha256_of(bytes);
    return {reinterpret_cast<const char*>(hash.data()), key_id_bytes};
}

[[noreturn]] void refuse_key(std::string_view key) {
    throw Error{Code::checkpoint_key_malformed, {std::string{key}}};
}

std::string signature_line(std::string_view text, std::string_view name, SecretKey secret) {
    if (!is_key_name(name)) refuse_key(name);
    const Key key = private_key(secret);
    const Context context{EVP_MD_CTX_new()};
    std::string signature(signature_bytes, '\0');
    std::size_t size = signature.size();
    if (!context || EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key.get()) != 1 ||
        EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size, octets(text),
                       text.size()) != 1)
        throw std::bad_alloc{};
    return std::string{dash} + std::string{name} + ' ' + base64(key_id(name, public_bytes(key)) + signature) +
           '\n';
}

bool is_signed(const Note& note, std::string_view name, std::string_view public_key) {
    const Key key{
        EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, octets(public_key), public_key.size())};
    if (!key) return false;
    const std::string id = key_id(name, public_key);
    return std::any_of(note.signatures.begin(), note.signatures.end(), [&](const Signature& s) {
        if (s.name != name || s.key_id != id || s.bytes.size() != signature_bytes) return false;
        const Context context{EVP_MD_CTX_new()};
        return context && EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key.get()) == 1 &&
               EVP_DigestVerify(context.get(), octets(s.bytes), s.bytes.size(), octets(note.text),
                                note.text.size()) == 1;
    });
}

}  // namespace

std::string Checkpoint::str() const {
    const auto hash = from_hex(head);
    if (!is_line(origin)) malformed(1);
    if (!hash || hash->size() != hash_bytes) malformed(3);
    return origin + '\n' + std::to_string(size) + '\n' + base64(*hash) + '\n';
}

Checkpoint checkpoint(const JournalStore& store) {
    const Receipt last = store.head();
    if (!is_line(store.competition())) throw Error{Code::journal_name_refused, {store.competition()}};
    return {std::string{origin_prefix} + store.competition(), last.sequence, last.head};
}

Checkpoint parse_checkpoint(std::string_view note) { return read_note(note).checkpoint; }

std::string verifier_key(std::string_view name, SecretKey secret) {
    if (!is_key_name(name)) refuse_key(name);
    const std::string key = public_bytes(private_key(secret));
    return std::string{name} + '+' + to_hex(key_id(name, key)) + '+' + base64(ed25519 + key);
}

std::string sign_checkpoint(const Checkpoint& checkpoint, std::string_view name, SecretKey secret) {
    const std::string text = checkpoint.str();
    return text + '\n' + signature_line(text, name, secret);
}

std::string cosign_checkpoint(std::string_view note, std::string_view name, SecretKey secret) {
    const Note read = read_note(note);
    return std::string{note} + (read.signatures.empty() ? "\n" : "") +
           signature_line(read.text, name, secret);
}

Checkpoint verify_checkpoint(std::string_view note, std::string_view verifier_key) {
    const auto first = verifier_key.find('+');
    const auto second = first == std::string_view::npos ? first : verifier_key.find('+', first + 1);
    if (second == std::string_view::npos) refuse_key(verifier_key);
    const std::string_view name = verifier_key.substr(0, first);
    const auto key = from_base64(verifier_key.substr(second + 1));
    if (!is_key_name(name) || !key || key->size() != hash_bytes + 1 || key->front() != ed25519 ||
        to_hex(key_id(name, key->substr(1))) != verifier_key.substr(first + 1, second - first - 1))
        refuse_key(verifier_key);
    Note read = read_note(note);
    if (!is_signed(read, name, std::string_view{*key}.substr(1)))
        throw Error{Code::checkpoint_not_signed, {std::string{name}}};
    return std::move(read.checkpoint);
}

void check_checkpoint(const JournalStore& store, const Checkpoint& known) {
    const std::string origin = std::string{origin_prefix} + store.competition();
    if (known.origin != origin) throw Error{Code::checkpoint_of_another, {known.origin, origin}};
    const Receipt last = store.head();
    if (last.sequence < known.size) {
        throw StoreError{
            Code::journal_truncated,
            {std::to_string(last.sequence), std::to_string(known.size), Text::journal_known_checkpoint}};
    }
    std::string head = journal_origin(store.competition());
    if (known.size == last.sequence) {
        head = last.head;
    } else if (known.size > 0) {
        store.read(known.size, [&](const JournalRecord& record) {
            head = record.head;
            return false;
        });
    }
    if (head != known.head) {
        throw StoreError{Code::journal_differs, {std::to_string(known.size), Text::journal_known_checkpoint}};
    }
}

}  // namespace recruit
