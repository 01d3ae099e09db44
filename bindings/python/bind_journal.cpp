// Python face of <recruit/workflow/journal.hpp>, checkpoint.hpp and <recruit/persistence/sqlite_journal.hpp>.

#include "bind_workflow.hpp"

#include <pybind11/operators.h>
#include <pybind11/stl/filesystem.h>

#include <algorithm>
#include <filesystem>

#include <recruit/persistence/sqlite_journal.hpp>
#include <recruit/workflow/checkpoint.hpp>

namespace recruit::python {

namespace {

constexpr const char* journal_doc = R"doc(The append-only, hash-chained record of a contest.

Made by `memory_journal`, `create_sqlite_journal`, `open_sqlite_journal` and `load_journal`. What is in it is never changed or taken out. Iterating gives its records in order, each
checked against the chain. Can be used with ``with``, which closes it.

Examples
--------
>>> journal = recruit.memory_journal("contest-2026-01")
>>> len(journal), journal.head().sequence, journal.competition
(0, 0, 'contest-2026-01')
)doc";

constexpr const char* create_doc = R"doc(Makes a journal without records: a database, with receipts beside it.

Parameters
----------
file : path-like
competition : str
    Name of the contest: it is part of every hash.
receipts : path-like, optional
    Where the head of every record is kept outside the database; ``file + ".receipts"`` if not given. Better on
    another disk.

Raises
------
StoreError
    With the file and what to do.

Examples
--------
>>> import pathlib, tempfile
>>> folder = tempfile.TemporaryDirectory()
>>> file = pathlib.Path(folder.name) / "contest.journal"
>>> with recruit.create_sqlite_journal(file, "contest-2026-01") as journal:
...     len(journal)
0
>>> with recruit.open_sqlite_journal(file, read_only=True) as journal:
...     journal.competition
'contest-2026-01'
>>> folder.cleanup()
)doc";

constexpr const char* open_doc = R"doc(Opens a journal after checking all of it.

Parameters
----------
file : path-like
receipts : path-like, optional
heads : sequence of Checkpoint
    Heads known from elsewhere: a journal that is shorter or differs is not opened.
read_only : bool
    Nothing is written, and nobody else may write meanwhile.

Raises
------
StoreError
    ``journal_in_use``, ``journal_truncated``, ``journal_damaged``, … with the file and what to do.
)doc";

constexpr const char* checkpoint_doc =
    R"doc(That the journal of a contest had so many records, and the hash of the
chain up to there: what is printed in minutes and notices, so that a later cut or rewriting shows.

Examples
--------
>>> head = recruit.checkpoint(recruit.memory_journal("contest-2026-01"))
>>> head.origin, head.size
('recruit/contest-2026-01', 0)
>>> recruit.parse_checkpoint(str(head)) == head
True
>>> secret = bytes(32)  # a real key is made by os.urandom(32), and kept
>>> note = recruit.sign_checkpoint(head, "council", secret)
>>> recruit.verify_checkpoint(note, recruit.verifier_key("council", secret)) == head
True
)doc";

/// \throws py::value_error
std::array<std::byte, 32> secret_of(const py::bytes& given) {
    const auto bytes = std::string_view{given};
    std::array<std::byte, 32> secret{};
    if (bytes.size() != secret.size())
        throw py::value_error(say("python_not_entropy", {std::to_string(bytes.size())}));
    std::transform(bytes.begin(), bytes.end(), secret.begin(),
                   [](char c) { return static_cast<std::byte>(c); });
    return secret;
}

using Path = std::filesystem::path;

SqliteJournalOptions journal_options(const std::optional<Path>& receipts, std::vector<Checkpoint> heads = {},
                                     bool read_only = false) {
    SqliteJournalOptions options;
    if (receipts) options.receipts = *receipts;
    options.heads = std::move(heads);
    options.read_only = read_only;
    return options;
}

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

void bind_checkpoints(py::module_& m) {
    py::class_<Checkpoint>(m, "Checkpoint", checkpoint_doc)
        .def_readonly("origin", &Checkpoint::origin)
        .def_readonly("size", &Checkpoint::size, "Number of records.")
        .def_readonly("head", &Checkpoint::head, "64 hexadecimal digits.")
        .def("__str__", &Checkpoint::str)
        .def("__repr__",
             [](const Checkpoint& c) {
                 return "<Checkpoint: " + c.origin + ", " + std::to_string(c.size) + " records>";
             })
        .def(py::pickle(
            [](const Checkpoint& c) { return py::make_tuple(c.str()); },
            [](const py::tuple& state) { return parse_checkpoint(state[0].cast<std::string>()); }));
    m.def(
        "checkpoint", [](const Journal& journal) { return checkpoint(journal.store()); }, "journal"_a,
        "Of the last record of a journal.");
    m.def(
        "parse_checkpoint", [](const std::string& note) { return parse_checkpoint(note); }, "note"_a,
        "Reads a checkpoint; signatures are *not* checked. Raises Error.");
    m.def(
        "verifier_key",
        [](const std::string& name, const py::bytes& secret) {
            return verifier_key(name, secret_of(secret));
        },
        "name"_a, "secret"_a, "What others need to check signatures: a C2SP verifier key.");
    m.def(
        "sign_checkpoint",
        [](const Checkpoint& checkpoint, const std::string& name, const py::bytes& secret) {
            return sign_checkpoint(checkpoint, name, secret_of(secret));
        },
        "checkpoint"_a, "name"_a, "secret"_a,
        "The signed note: the checkpoint, an empty line, and one line with an Ed25519 signature.");
    m.def(
        "cosign_checkpoint",
        [](const std::string& note, const std::string& name, const py::bytes& secret) {
            return cosign_checkpoint(note, name, secret_of(secret));
        },
        "note"_a, "name"_a, "secret"_a, "One more signature under a note, of a witness or a second keeper.");
    m.def(
        "verify_checkpoint",
        [](const std::string& note, const std::string& key) { return verify_checkpoint(note, key); },
        "note"_a, "key"_a, "The checkpoint in a note if it is signed with the key. Raises Error.");
    m.def(
        "check_checkpoint",
        [](const Journal& journal, const Checkpoint& known) { check_checkpoint(journal.store(), known); },
        "journal"_a, "known"_a, "Returns if the journal continues from this head. Raises StoreError, Error.");
}

void bind_files(py::module_& m) {
    m.def(
        "create_sqlite_journal",
        [](const Path& file, std::string competition, const std::optional<Path>& receipts) {
            return Journal{create_sqlite_journal(file, std::move(competition), journal_options(receipts))};
        },
        "file"_a, "competition"_a, py::kw_only(), "receipts"_a = py::none(), create_doc);
    m.def(
        "open_sqlite_journal",
        [](const Path& file, const std::optional<Path>& receipts, std::vector<Checkpoint> heads,
           bool read_only) {
            const auto options = journal_options(receipts, std::move(heads), read_only);
            const py::gil_scoped_release unlocked;
            return Journal{open_sqlite_journal(file, options)};
        },
        "file"_a, py::kw_only(), "receipts"_a = py::none(), "heads"_a = py::tuple{}, "read_only"_a = false,
        open_doc);
    m.def(
        "backup_journal",
        [](const Journal& journal, const Path& file) {
            const auto store = journal.share();
            const py::gil_scoped_release unlocked;
            backup_journal(*store, file);
        },
        "journal"_a, "file"_a, "A whole copy as a new SQLite journal, also while acts are being recorded.");
    m.def(
        "save_journal",
        [](const Journal& journal, const Path& file, bool with_personal) {
            const auto store = journal.share();
            const py::gil_scoped_release unlocked;
            save_journal(*store, file, with_personal);
        },
        "journal"_a, "file"_a, py::kw_only(), "with_personal"_a,
        "One file to be handed on; without the personal parts the chain still verifies.");
    m.def(
        "load_journal",
        [](const Path& file, std::optional<std::uint64_t> max_bytes) {
            FileOptions options;
            if (max_bytes) options.max_bytes = *max_bytes;
            const py::gil_scoped_release unlocked;
            return Journal{load_journal(file, options)};
        },
        "file"_a, py::kw_only(), "max_bytes"_a = py::none(),
        "A journal in memory from what `save_journal` wrote, every hash computed anew.");
}

}  // namespace

void bind_journal(py::module_& m) {
    bind_records(m);
    bind_checkpoints(m);
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
    bind_files(m);
}

}  // namespace recruit::python
