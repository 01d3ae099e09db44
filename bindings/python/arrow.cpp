// The Arrow PyCapsule interface: https://arrow.apache.org/docs/format/CDataInterface/PyCapsuleInterface.html

#include <memory>

#include <recruit/tables/arrow.hpp>

#include "bind.hpp"

namespace recruit::python {

namespace {

template <class Struct>
constexpr const char* capsule_name = nullptr;
template <>
constexpr const char* capsule_name<ArrowSchema> = "arrow_schema";
template <>
constexpr const char* capsule_name<ArrowArray> = "arrow_array";
template <>
constexpr const char* capsule_name<ArrowArrayStream> = "arrow_array_stream";

/// What a capsule holds. \throws py::error_already_set if it is none of that name.
template <class Struct>
Struct* held(py::handle capsule) {
    auto* const found = static_cast<Struct*>(PyCapsule_GetPointer(capsule.ptr(), capsule_name<Struct>));
    if (found == nullptr) throw py::error_already_set();
    return found;
}

template <class Struct>
struct Released {
    void operator()(Struct* kept) const {
        if (kept->release != nullptr) kept->release(kept);  // nobody took it
        delete kept;
    }
};
template <class Struct>
using Owned = std::unique_ptr<Struct, Released<Struct>>;

template <class Struct>
py::capsule capsule_of(Owned<Struct> owned) {
    py::capsule capsule{owned.get(), capsule_name<Struct>,
                        [](PyObject* self) { Released<Struct>{}(held<Struct>(self)); }};
    owned.release();
    return capsule;
}

Owned<ArrowArrayStream> stream_of(const Table& table, py::handle requested) {
    Owned<ArrowArrayStream> stream{new ArrowArrayStream{}};
    to_arrow_stream(table, stream.get(), requested.is_none() ? nullptr : held<ArrowSchema>(requested));
    return stream;
}

template <class Struct>
Owned<Struct> got(ArrowArrayStream& stream, int (*get)(ArrowArrayStream*, Struct*)) {
    Owned<Struct> owned{new Struct{}};
    if (get(&stream, owned.get()) != 0) throw std::bad_alloc{};
    return owned;
}

/// A stream of one batch, from a schema and an array that are moved into it.
struct OneBatch {
    Owned<ArrowSchema> schema;
    Owned<ArrowArray> array;
};

template <class Struct>
Owned<Struct> moved(Struct* from) {
    Owned<Struct> owned{new Struct{*from}};
    from->release = nullptr;
    return owned;
}

template <class Struct>
int hand_over(Owned<Struct>& from, Struct* out) noexcept {
    *out = from ? *from : Struct{};  // later calls: released, which is the end
    if (from) from->release = nullptr;
    from.reset();
    return 0;
}

ArrowArrayStream stream_of(ArrowSchema* schema, ArrowArray* array) {
    ArrowArrayStream stream{};
    stream.private_data = new OneBatch{moved(schema), moved(array)};
    stream.get_schema = [](ArrowArrayStream* self, ArrowSchema* out) {
        return hand_over(static_cast<OneBatch*>(self->private_data)->schema, out);
    };
    stream.get_next = [](ArrowArrayStream* self, ArrowArray* out) {
        return hand_over(static_cast<OneBatch*>(self->private_data)->array, out);
    };
    stream.get_last_error = [](ArrowArrayStream*) -> const char* { return nullptr; };
    stream.release = [](ArrowArrayStream* self) {
        delete static_cast<OneBatch*>(self->private_data);
        self->release = nullptr;
    };
    return stream;
}

/// Reads without the GIL: a producer may need it in another thread to make the next batch.
template <class Read>
auto read_from(py::handle data, Read read) {
    if (py::hasattr(data, "__arrow_c_stream__")) {
        const py::object capsule = data.attr("__arrow_c_stream__")();
        auto* const stream = held<ArrowArrayStream>(capsule);
        const py::gil_scoped_release unlocked;
        return read(stream);
    }
    const py::tuple pair = data.attr("__arrow_c_array__")();
    ArrowArrayStream stream = stream_of(held<ArrowSchema>(pair[0]), held<ArrowArray>(pair[1]));
    const py::gil_scoped_release unlocked;
    return read(&stream);
}

}  // namespace

bool speaks_arrow(py::handle data) {
    return py::hasattr(data, "__arrow_c_stream__") || py::hasattr(data, "__arrow_c_array__");
}

Table table_from_arrow(py::handle data) {
    return read_from(data, [](ArrowArrayStream* s) { return from_arrow_stream(s); });
}

Column column_from_arrow(const std::string& name, py::handle data) {
    return read_from(data, [&](ArrowArrayStream* s) { return column_from_arrow_stream(s, name); });
}

py::object arrow_schema(const Table& table) {
    const auto stream = stream_of(table, py::none());
    return capsule_of(got(*stream, stream->get_schema));
}

py::object arrow_stream(const Table& table, const py::object& requested_schema) {
    return capsule_of(stream_of(table, requested_schema));
}

py::object arrow_array(const Table& table, const py::object& requested_schema) {
    const auto stream = stream_of(table, requested_schema);
    return py::make_tuple(capsule_of(got(*stream, stream->get_schema)),
                          capsule_of(got(*stream, stream->get_next)));
}

}  // namespace recruit::python
