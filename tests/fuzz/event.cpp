// What a journal holds: lines of events, taken by a contest that is under way. A byte says how far it is;
// then come events, a line each: the body, a tab, and what is sealed, as salt and pairs of name and value,
// with \x01 between. What is sealed is given the commitment it needs; without a tab the line is read as it
// is.

#include <recruit/persistence/file.hpp>

#include "fuzz.hpp"
#include "whole_contest.hpp"

using namespace recruit;

namespace {

struct Held {
    std::vector<Event> events;
    std::vector<Competition> states;  ///< Before each event, and at the end.
};

const Held& held() {
    static const Held kept = [] {
        Held all;
        const auto k = fuzz::whole_contest();
        Competition c;
        k.store->read(1, [&](const JournalRecord& record) {
            all.states.push_back(c);
            all.events.push_back(Event::parse(record.body, record.personal));
            c.apply(all.events.back());
            return true;
        });
        all.states.push_back(c);
        return all;
    }();
    return kept;
}

std::string line_of(const Event& event) {
    std::string line = event.body();
    if (event.sealed.empty()) return line;
    line += '\t' + event.salt;
    for (const auto& [name, value] : event.sealed.items()) line += '\x01' + name + '\x01' + value;
    return line;
}

Event event_of(std::string_view line) {
    std::string_view sealed = line;
    const std::string_view body = fuzz::part(sealed, '\t');
    Event event = Event::parse(body, {});
    fuzz::require(event.body() == body, "an event is written otherwise than it was read");
    if (body.size() == line.size()) return event;
    const std::string salt{fuzz::part(sealed, '\x01')};
    Fields fields;
    while (!sealed.empty()) {
        const std::string name{fuzz::part(sealed, '\x01')};
        fields.set(name, std::string{fuzz::part(sealed, '\x01')});
    }
    event.seal(std::move(fields), salt);
    return event;
}

void require_same(const Event& event) {
    const FileOptions options{.threads = 1};
    const Event again = Event::parse(event.body(), event.personal());
    fuzz::require(again.body() == event.body() && again.personal() == event.personal(),
                  "an event has changed between its texts");
    const auto bytes = to_bytes(event, options);
    fuzz::require(to_bytes(from_bytes<Event>(bytes, options), options) == bytes,
                  "an event has changed in a file");
}

}  // namespace

FUZZ_SEEDS(seed) {
    for (std::size_t i = 0; i < held().events.size(); ++i) {
        std::string lines(1, static_cast<char>(i));
        for (std::size_t j = i; j < std::min(i + 3, held().events.size()); ++j)
            lines += line_of(held().events[j]) + '\n';
        seed(lines);
    }
}

FUZZ_TARGET(input) {
    std::string_view rest = fuzz::text(input);
    if (rest.empty()) return;
    Competition c = held().states[static_cast<unsigned char>(rest.front()) % held().states.size()];
    rest.remove_prefix(1);
    while (!rest.empty()) {
        const std::string_view line = fuzz::part(rest, '\n');
        bool goes_on = false;
        fuzz::expecting_errors([&] {
            const Event event = event_of(line);
            // Not everything that can be written in an event is text that may stand in one.
            fuzz::expecting_errors([&] { require_same(event); });
            const std::string before = c.canonical();
            Competition other = c;
            try {
                c.apply(event);
            } catch (const Error&) {
                fuzz::require(c.canonical() == before, "an event that does not follow has changed a contest");
                throw;
            }
            other.apply(event);
            fuzz::require(other.canonical() == c.canonical(), "an event makes two contests of one");
            goes_on = true;
        });
        if (!goes_on) break;
    }
    // What the journal calls an act is an act that anybody may try.
    fuzz::expecting_errors([&] {
        const Event event = event_of(fuzz::part(rest, '\n'));
        const Event decided = c.decide(event.act, event.at, contest::entropy(7));
        c.apply(decided);
    });
}
