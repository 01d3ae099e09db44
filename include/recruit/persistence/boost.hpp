#pragma once

/// \file
/// Optional: recruit's values inside a host's own Boost.Serialization archives. Room: persistence.
///
/// A host that keeps its records in Boost archives includes this header, and names a recruit value like any
/// member: `archive & result`. Needs Boost 1.74 or later and recruit::persistence; nothing else of recruit
/// includes it.
///
/// What goes into the host's archive are the bytes of `to_bytes`, in one block: any archive takes them (text
/// and XML as base64), and loading them is as strict as loading a file, whatever the archive around them is.
/// Points and Fraction, of which a host may have many, are written as their text instead ("71.5", "2/9").
///
/// `archive & value` loads over an existing value. Regulation and Selection, which have no default
/// constructor, are made with `recruit::load_from<Selection>(archive)` where `archive << value` or
/// `recruit::save_to` wrote them.

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include <boost/serialization/binary_object.hpp>
#include <boost/serialization/level.hpp>
#include <boost/serialization/nvp.hpp>
#include <boost/serialization/split_free.hpp>
#include <boost/serialization/string.hpp>
#include <boost/serialization/tracking.hpp>

#include <recruit/base/error.hpp>
#include <recruit/persistence/file.hpp>

namespace recruit {

/// Values larger than this are refused before memory is asked for them.
inline constexpr std::uint64_t max_archived_bytes = std::uint64_t{1} << 32;

/// Writes a value's bytes to an archive of Boost.
template <class Archive, Storable T>
void save_to(Archive& archive, const T& value) {
    std::vector<std::byte> bytes = to_bytes(value);
    const std::uint64_t size = bytes.size();
    archive << boost::serialization::make_nvp("size", size);
    // The header of Boost wants memory that could be changed, and does not change it.
    const auto block = boost::serialization::make_binary_object(bytes.data(), bytes.size());
    archive << boost::serialization::make_nvp("recruit", block);
}

/// Reads a value that `save_to` or `archive << value` wrote. \throws as `from_bytes`
template <Storable T, class Archive>
T load_from(Archive& archive) {
    std::uint64_t size = 0;
    archive >> boost::serialization::make_nvp("size", size);
    if (size > max_archived_bytes) refuse_archived(size, max_archived_bytes);
    std::vector<std::byte> bytes(static_cast<std::size_t>(size));
    auto block = boost::serialization::make_binary_object(bytes.data(), bytes.size());
    archive >> boost::serialization::make_nvp("recruit", block);
    return from_bytes<T>(bytes);
}

/// What a Boost archive holds as text.
template <class T>
concept ArchivedAsText = OneOf<T, Points, Fraction>;

}  // namespace recruit

namespace boost::serialization {

/// No class information and no addresses: a recruit value is a value.
template <recruit::Storable T>
struct implementation_level<T> {
    typedef mpl::integral_c_tag tag;
    typedef mpl::int_<object_serializable> type;
    BOOST_STATIC_CONSTANT(int, value = type::value);
};
template <recruit::Storable T>
struct tracking_level<T> {
    typedef mpl::integral_c_tag tag;
    typedef mpl::int_<track_never> type;
    BOOST_STATIC_CONSTANT(int, value = type::value);
};

template <class Archive, recruit::Storable T>
void save(Archive& archive, const T& value, unsigned) {
    if constexpr (recruit::ArchivedAsText<T>) {
        const std::string text = value.str();
        archive << make_nvp("text", text);
    } else {
        recruit::save_to(archive, value);
    }
}

template <class Archive, recruit::Storable T>
void load(Archive& archive, T& value, unsigned) {
    if constexpr (recruit::ArchivedAsText<T>) {
        std::string text;
        archive >> make_nvp("text", text);
        const auto parsed = T::parse(text);
        if (!parsed || parsed->str() != text) recruit::refuse_archived(text);
        value = *parsed;
    } else {
        value = recruit::load_from<T>(archive);
    }
}

template <class Archive, recruit::Storable T>
void serialize(Archive& archive, T& value, unsigned version) {
    split_free(archive, value, version);
}

}  // namespace boost::serialization
