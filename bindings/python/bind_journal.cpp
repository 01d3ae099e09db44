// Python face of <recruit/workflow/journal.hpp>.

#include "bind_workflow.hpp"

#include <pybind11/operators.h>

namespace recruit::python {

namespace {

constexpr const char* journal_doc = R"doc(The append-only, hash-chained record of a contest.

Made by `memory_journal`; what is in it is never changed or taken out. Iterating gives its records in order, each
checked against the chain. Can be used with ``with``, which closes it.

Examples
--------
>>> journal = recruit.memory_journal("contest-2026-01")
>>> len(journal), journal.head().sequence, journal.competition
(0, 0, 'contest-2026-01')
)doc";

/// Records in order, so many at a time that a long journal is never in memory as a whole.
class Records {
public:
    Records(std::shared_ptr<JournalStore> store, std::uint64_t first)
        : store_{std::move(store)}, next_{first == 0 ? 1 : first} {}

    JournalRecord next() {
        if (at_ == chunk_.size()) {
            chunk_.clear();
            at_ = 0;
            store_->read(next_, [this](const JournalRecord& record) {
                chunk_.push_back(record);
                return chunk_.size() < most;
            });
            if (chunk_.empty()) throw py::stop_iteration();
            next_ += chunk_.size();
        }
        return std::move(chunk_[at_++]);
    }

private:
    static constexpr std::size_t most = 1000;
    std::shared_ptr<JournalStore> store_;
    std::uint64_t next_;
    std::vector<JournalRecord> chunk_;
    std::size_t at_ = 0;
};

std::string shown(const Journal& journal) {
    if (journal.closed()) return "<JournalStore: closed>";
    const Receipt head = journal.store().head();
    return "<JournalStore: " + journal.store().competition() + ", " + std::to_string(head.sequence) +
           " records, head " + head.head.substr(0, 16) + "…>";
}

void bind_records(py::module_& m) {
    py::class_<Receipt>(m, "Receipt", "That something is recorded: its number and the hash up to it.")
        .def(py::init([](std::uint64_t sequence, std::string head) {
                 return Receipt{sequence, std::move(head)};
             }),
             "sequence"_a, "head"_a)
        .def_readonly("sequence", &Receipt::sequence, "From 1.")
        .def_readonly("head", &Receipt::head, "64 hexadecimal digits.")
        .def(py::self == py::self)  // NOLINT(misc-redundant-expression)
        .def("__hash__", [](const Receipt& receipt) { return py::hash(py::str{receipt.head}); })
        .def("__repr__", [](const Receipt& receipt) {
            return "Receipt(" + std::to_string(receipt.sequence) + ", '" + receipt.head + "')";
        });
    py::class_<JournalRecord>(m, "JournalRecord", "What was recorded.")
        .def_readonly("sequence", &JournalRecord::sequence)
        .def_readonly("previous", &JournalRecord::previous, "Head before it.")
        .def_readonly("key", &JournalRecord::key)
        .def_readonly("body", &JournalRecord::body, "One line: the event as the chain holds it.")
        .def_readonly("commitment", &JournalRecord::commitment,
                      "SHA-256 of salt and personal part; empty if there is none.")
        .def_readonly("personal", &JournalRecord::personal, "Empty if there is none or it was erased.")
        .def_readonly("head", &JournalRecord::head)
        .def(py::self == py::self)  // NOLINT(misc-redundant-expression)
        .def("__repr__", [](const JournalRecord& record) {
            return "<JournalRecord: " + std::to_string(record.sequence) + ">";
        });
}

}  // namespace

void bind_journal(py::module_& m) {
    bind_records(m);
    py::class_<Records>(m, "_Records")
        .def("__iter__", [](Records& records) -> Records& { return records; })
        .def("__next__", &Records::next);
    py::class_<Journal>(m, "JournalStore", journal_doc)
        .def_property_readonly("competition",
                               [](const Journal& journal) { return journal.store().competition(); })
        .def_property_readonly("closed", &Journal::closed)
        .def("__len__", [](const Journal& journal) { return journal.store().size(); })
        .def(
            "head", [](const Journal& journal) { return journal.store().head(); },
            "Of the last record; sequence 0 and the hash of the name for none.")
        .def("__iter__",
             [](const Journal& journal) {
                 return Records{journal.share(), 1};
             })
        .def(
            "read",
            [](const Journal& journal, std::uint64_t first) {
                return Records{journal.share(), first};
            },
            "first"_a = 1,
            "Records from one on, in order, each checked against the chain. Raises StoreError.")
        .def(
            "find", [](const Journal& journal, const std::string& key) { return journal.store().find(key); },
            "key"_a, "The record an idempotency key was used for, or None.")
        .def(
            "erase_personal",
            [](const Journal& journal, std::uint64_t sequence) { journal.store().erase_personal(sequence); },
            "sequence"_a, "Destroys the personal part of a record; the chain still verifies.")
        .def("close", &Journal::close, "Lets go of the file; every act that was acknowledged is in it.")
        .def("__enter__", [](Journal& journal) -> Journal& { return journal; })
        .def("__exit__", [](Journal& journal, const py::args&) { journal.close(); })
        .def("__reduce__",
             [](const Journal&) -> py::object { throw py::type_error(say("python_contest_not_pickled")); })
        .def("__repr__", &shown);
    m.def(
        "memory_journal",
        [](std::string competition) { return Journal{memory_journal(std::move(competition))}; },
        "competition"_a, "A journal in memory: for tests, simulations and what-if studies.");
    m.def(
        "journal_origin", [](const std::string& competition) { return journal_origin(competition); },
        "competition"_a, "The head of a chain without records.");
}

}  // namespace recruit::python
