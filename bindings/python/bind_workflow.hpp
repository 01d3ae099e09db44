#pragma once

// What the files of the procedure share: words for its enumerations, moments, fields, journals that close.

#include "bind.hpp"

#include <cstdint>
#include <memory>
#include <utility>

#include <recruit/workflow/act.hpp>
#include <recruit/workflow/competition.hpp>
#include <recruit/workflow/journal.hpp>

namespace recruit::python {

template <class E, std::size_t n>
std::array<std::string_view, n> names_of() {
    std::array<std::string_view, n> names;
    for (std::size_t i = 0; i < n; ++i) names[i] = to_string(static_cast<E>(i));
    return names;
}
template <>
inline const std::array<std::string_view, role_count> words<Role> = names_of<Role, role_count>();
template <>
inline const std::array<std::string_view, phase_count> words<Phase> = names_of<Phase, phase_count>();
template <>
inline const std::array<std::string_view, relation_count> words<Relation> =
    names_of<Relation, relation_count>();
template <>
inline const std::array<std::string_view, act_count> words<ActKind> = names_of<ActKind, act_count>();

/// What Python knows as JournalStore: one that can be closed before it is collected.
class Journal {
public:
    explicit Journal(std::unique_ptr<JournalStore> store) : store_{std::move(store)} {}

    /// \throws py::value_error once it is closed.
    JournalStore& store() const {
        if (!store_) throw py::value_error(say("python_journal_closed"));
        return *store_;
    }
    std::shared_ptr<JournalStore> share() const { return store(), store_; }
    bool closed() const noexcept { return store_ == nullptr; }
    void close() noexcept { store_.reset(); }

private:
    std::shared_ptr<JournalStore> store_;
};

void bind_acts(py::module_& m);
void bind_competition(py::module_& m);
void bind_journal(py::module_& m);

}  // namespace recruit::python

namespace pybind11::detail {

/// Moments are datetime.datetime with a time zone; parts of a second are left out.
template <>
struct type_caster<recruit::Instant> {
    PYBIND11_TYPE_CASTER(recruit::Instant, const_name("datetime.datetime"));

    bool load(handle source, bool);
    static handle cast(recruit::Instant instant, return_value_policy, handle);
};

/// Names and values: a mapping. Lists have one item a line, days are written yyyy-mm-dd, None is left out.
template <>
struct type_caster<recruit::Fields> {
    PYBIND11_TYPE_CASTER(recruit::Fields, const_name("collections.abc.Mapping"));

    bool load(handle source, bool);
    static handle cast(const recruit::Fields& fields, return_value_policy, handle);
};

}  // namespace pybind11::detail
