// Fields, moments and the one-line form of an event.

#include <recruit/workflow/act.hpp>

#include <algorithm>
#include <charconv>

#include <recruit/base/calendar.hpp>
#include <recruit/base/error.hpp>

#include "base/join.hpp"
#include "base/keys.hpp"
#include "base/sha256.hpp"

namespace recruit {

namespace {

using Items = std::vector<std::pair<std::string, std::string>>;

auto place(Items& items, std::string_view name) {
    return std::lower_bound(items.begin(), items.end(), name,
                            [](const auto& item, std::string_view wanted) { return item.first < wanted; });
}

[[noreturn]] void malformed(std::string what) { throw Error{Code::event_malformed, {std::move(what)}}; }

void quote(std::string& out, std::string_view text) {
    constexpr std::string_view hex = "0123456789abcdef";
    out += '"';
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (c == '\n') {
            out += "\\n";
        } else if (byte < 0x20 || byte == 0x7F) {
            out += "\\u00";
            out += hex[byte >> 4];
            out += hex[byte & 15];
        } else {
            out += c;
        }
    }
    out += '"';
}

/// Objects with text members only, one line, members in the order they are added.
class Object {
public:
    void add(std::string_view name, std::string_view text) {
        key(name);
        quote(out_, text);
    }
    void add(std::string_view name, const Fields& fields) {
        key(name);
        out_ += of(fields);
    }
    static std::string of(const Fields& fields) {
        Object object;
        for (const auto& [name, value] : fields.items()) object.add(name, value);
        return std::move(object).end();
    }
    std::string end() && { return std::move(out_) + "}"; }

private:
    void key(std::string_view name) {
        if (out_.size() > 1) out_ += ',';
        quote(out_, name);
        out_ += ':';
    }
    std::string out_ = "{";
};

/// Reads what Object writes. That no other spelling is taken is seen by writing the event again.
class Scanner {
public:
    explicit Scanner(std::string_view text) : text_{text} {}

    /// Members of an object: text, or a nested object of texts.
    template <class OnText, class OnObject>
    void object(OnText on_text, OnObject on_object) {
        expect('{');
        if (take('}')) return;
        do {
            const std::string name = string();
            expect(':');
            if (peek() == '{') {
                on_object(name, fields());
            } else {
                on_text(name, string());
            }
        } while (take(','));
        expect('}');
    }
    void end() const {
        if (at_ != text_.size()) malformed("something after its end");
    }

private:
    Fields fields() {
        Fields inner;
        expect('{');
        if (take('}')) return inner;
        do {
            const std::string name = string();
            // Fields out of order would each move all that are there.
            if (!inner.empty() && inner.items().back().first >= name) malformed("members out of order");
            expect(':');
            inner.set(name, string());
        } while (take(','));
        expect('}');
        return inner;
    }
    char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
    bool take(char c) {
        if (peek() != c) return false;
        ++at_;
        return true;
    }
    void expect(char c) {
        if (!take(c)) malformed("no " + std::string(1, c) + " at byte " + std::to_string(at_));
    }
    std::string string() {
        expect('"');
        std::string out;
        for (;;) {
            const std::size_t stop = text_.find_first_of("\"\\", at_);
            if (stop == std::string_view::npos) malformed("a text that does not end");
            out += text_.substr(at_, stop - at_);
            at_ = stop + 1;
            if (text_[stop] == '"') return out;
            const char escaped = peek();
            ++at_;
            if (escaped == 'n') {
                out += '\n';
            } else if (escaped == 'u') {
                unsigned value = 0;
                const std::string_view digits = text_.substr(std::min(at_, text_.size()), 4);
                const auto [end, error] =
                    std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
                if (error != std::errc{} || digits.size() < 4 || end != digits.data() + 4 || value > 0x7F)
                    malformed("a wrong \\u at byte " + std::to_string(at_));
                out += static_cast<char>(value);
                at_ += 4;
            } else if (escaped == '"' || escaped == '\\') {
                out += escaped;
            } else {
                malformed("a wrong escape at byte " + std::to_string(at_));
            }
        }
    }

    std::string_view text_;
    std::size_t at_ = 0;
};

std::string lines(const std::vector<std::string>& list) { return detail::joined(list, {}, "\n"); }

std::vector<std::string> split(std::string_view text) {
    std::vector<std::string> list;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        list.emplace_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return list;
}

std::string commitment(const std::string& salt, const Fields& sealed) {
    return detail::sha256_hex(salt + "\n" + Object::of(sealed));
}

Instant instant_of(const std::string& text) {
    const auto instant = parse_instant(text);
    if (!instant) malformed("\"" + text + "\" is no moment");
    return *instant;
}

}  // namespace

void Fields::set(std::string_view name, std::string value) {
    const auto at = place(items_, name);
    if (at != items_.end() && at->first == name) {
        at->second = std::move(value);
    } else {
        items_.emplace(at, std::string{name}, std::move(value));
    }
}
void Fields::set(std::string_view name, const std::vector<std::string>& list) { set(name, lines(list)); }

void Fields::remove(std::string_view name) {
    const auto at = place(items_, name);
    if (at != items_.end() && at->first == name) items_.erase(at);
}

const std::string* Fields::find(std::string_view name) const noexcept {
    const auto at =
        std::lower_bound(items_.begin(), items_.end(), name,
                         [](const auto& item, std::string_view wanted) { return item.first < wanted; });
    return at != items_.end() && at->first == name ? &at->second : nullptr;
}

const std::string& Fields::get(std::string_view name) const noexcept {
    static const std::string none;
    const std::string* value = find(name);
    return value == nullptr ? none : *value;
}

std::vector<std::string> Fields::list(std::string_view name) const { return split(get(name)); }

std::optional<Instant> parse_instant(std::string_view text) noexcept {
    if (text.size() != 20 || text[10] != 'T' || text[13] != ':' || text[16] != ':' || text[19] != 'Z')
        return std::nullopt;
    const auto date = parse_date(text.substr(0, 10));
    if (!date) return std::nullopt;
    const auto two = [&](std::size_t at, int below) -> std::optional<int> {
        const char a = text[at], b = text[at + 1];
        if (a < '0' || a > '9' || b < '0' || b > '9') return std::nullopt;
        const int value = (a - '0') * 10 + (b - '0');
        return value < below ? std::optional{value} : std::nullopt;
    };
    const auto hour = two(11, 24), minute = two(14, 60), second = two(17, 60);
    if (!hour || !minute || !second) return std::nullopt;
    return std::chrono::sys_days{*date} + std::chrono::hours{*hour} + std::chrono::minutes{*minute} +
           std::chrono::seconds{*second};
}

std::string format_instant(Instant instant) {
    const auto day = std::chrono::floor<std::chrono::days>(instant);
    const std::chrono::hh_mm_ss time{instant - day};
    std::string out = format_date(std::chrono::year_month_day{day}) + "T";
    const auto two = [&](auto count, char after) {
        const auto value = static_cast<int>(count);
        out += static_cast<char>('0' + value / 10);
        out += static_cast<char>('0' + value % 10);
        out += after;
    };
    two(time.hours().count(), ':');
    two(time.minutes().count(), ':');
    two(time.seconds().count(), 'Z');
    return out;
}

std::string Event::body() const {
    Object object;
    object.add("act", to_string(act.kind));
    object.add("actor", act.actor);
    object.add("as", to_string(role));
    object.add("at", format_instant(at));
    if (!decided.empty()) object.add("decided", decided);
    if (!act.documents.empty()) object.add("documents", lines(act.documents));
    if (!act.fields.empty()) object.add("fields", act.fields);
    if (act.occurred_at) object.add("occurred_at", format_instant(*act.occurred_at));
    if (!act.recorded_by.empty()) object.add("recorded_by", act.recorded_by);
    if (!act.scan.empty()) object.add("scan", act.scan);
    if (!sealed_digest.empty()) object.add("sealed", sealed_digest);
    if (!act.signed_by.empty()) object.add("signed_by", lines(act.signed_by));
    return std::move(object).end();
}

std::string Event::personal() const {
    if (sealed.empty()) return {};
    Object object;
    object.add("salt", salt);
    object.add("sealed", sealed);
    return std::move(object).end();
}

void Event::seal(Fields secret, std::string with) {
    sealed = std::move(secret);
    salt = std::move(with);
    sealed_digest = sealed.empty() ? std::string{} : commitment(salt, sealed);
}

Event Event::parse(std::string_view body, std::string_view personal) {
    Event event;
    bool has_act = false, has_role = false, has_time = false;
    Scanner scanner{body};
    scanner.object(
        [&](const std::string& name, std::string value) {
            if (name == "act") {
                const auto kind = act_kind(value);
                if (!kind) malformed("\"" + value + "\" is no act");
                event.act.kind = *kind;
                has_act = true;
            } else if (name == "actor") {
                event.act.actor = std::move(value);
            } else if (name == "as") {
                const auto as = recruit::role(value);
                if (!as) malformed("\"" + value + "\" is no role");
                event.role = *as;
                has_role = true;
            } else if (name == "at") {
                event.at = instant_of(value);
                has_time = true;
            } else if (name == "documents") {
                event.act.documents = split(value);
            } else if (name == "occurred_at") {
                event.act.occurred_at = instant_of(value);
            } else if (name == "recorded_by") {
                event.act.recorded_by = std::move(value);
            } else if (name == "scan") {
                event.act.scan = std::move(value);
            } else if (name == "sealed") {
                event.sealed_digest = std::move(value);
            } else if (name == "signed_by") {
                event.act.signed_by = split(value);
            } else {
                malformed("\"" + name + "\" is no member");
            }
        },
        [&](const std::string& name, Fields value) {
            if (name == "decided") {
                event.decided = std::move(value);
            } else if (name == "fields") {
                event.act.fields = std::move(value);
            } else {
                malformed("\"" + name + "\" is no member");
            }
        });
    scanner.end();
    if (!has_act || !has_role || !has_time) malformed("act, role or moment is missing");
    if (event.body() != body) malformed("written in another way than recruit writes it");
    if (personal.empty()) return event;
    Scanner beside{personal};
    beside.object(
        [&](const std::string& name, std::string value) {
            if (name != "salt") malformed("\"" + name + "\" is no member");
            event.salt = std::move(value);
        },
        [&](const std::string& name, Fields value) {
            if (name != "sealed") malformed("\"" + name + "\" is no member");
            event.sealed = std::move(value);
        });
    beside.end();
    if (event.sealed_digest != commitment(event.salt, event.sealed)) throw Error{Code::event_commitment, {}};
    return event;
}

}  // namespace recruit
