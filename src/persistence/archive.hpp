#pragma once

// recruit's own archive: the Saving and Loading Archive concepts of Boost.Serialization over one strict
// encoding. Stock archives are no file formats: a changed byte loads as another value, a changed length asks
// for any amount of memory. Here every value has exactly one encoding, every length is checked against the
// bytes that are left, and nothing follows a pointer.
//
//   bool            one byte, 0 or 1
//   unsigned        7 bits a byte, least first, high bit if more follow; shortest form only
//   signed          as unsigned of (v << 1) ^ (v >> 63)
//   enumeration     as unsigned; at most its last value
//   text            length, bytes
//   list, optional  count, or 0 or 1; then the members
//   variant         index, then the member
//   class           its class version, the first time the class occurs; then what its serialize() names
//   column block    zeros up to a multiple of 8 bytes, then fixed-width little-endian values

#include <bit>
#include <chrono>
#include <concepts>
#include <cstring>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include <boost/mpl/bool.hpp>
#include <boost/serialization/library_version_type.hpp>
#include <boost/serialization/nvp.hpp>
#include <boost/serialization/serialization.hpp>
#include <boost/serialization/version.hpp>

#include <recruit/base/table.hpp>

#include "persistence/format_error.hpp"

namespace recruit::detail {

static_assert(std::endian::native == std::endian::little, "column blocks are little-endian memory");

/// How a class is written: by a view of its members, or, if it guards an invariant, by a flat record that
/// makes it anew through its constructor. Both have a serialize() and a class version.
template <class T>
struct Record;
template <class T>
inline constexpr bool is_viewed = false;
template <class T>
requires is_viewed<T>
struct Record<T> {
    T& value;
};
template <class T>
concept Known = requires {
    sizeof(Record<T>);
};
template <class T>
concept FlatRecord = Known<T> && !is_viewed<T>;
/// A record without memory of its own.
template <class T>
concept PlainRecord = FlatRecord<T> && std::is_trivially_copyable_v<Record<T>>;

/// Keys of the catalogue of texts are written by name: their numbers change with every new text.
template <class T>
concept CatalogueKey = std::same_as<T, Text> || std::same_as<T, Code>;

/// The last enumerator of an enumeration, which no value exceeds.
template <class E>
inline constexpr int last_of = -1;

inline constexpr int max_depth =
    200;  ///< Of values inside values; what is deeper is neither saved nor loaded.
inline constexpr std::size_t block_alignment = 8;

template <class T>
struct IsList : std::false_type {};
template <class T>
struct IsList<std::vector<T>> : std::true_type {};
template <class T>
struct IsOptional : std::false_type {};
template <class T>
struct IsOptional<std::optional<T>> : std::true_type {};
template <class T>
struct IsVariant : std::false_type {};
template <class... T>
struct IsVariant<std::variant<T...>> : std::true_type {};
template <class T>
struct IsPair : std::false_type {};
template <class A, class B>
struct IsPair<std::pair<A, B>> : std::true_type {};

/// Class versions met so far; each is in the archive once.
class ClassVersions {
public:
    template <class R>
    static const void* key() noexcept {
        static const char unique = 0;
        return &unique;
    }
    const unsigned* find(const void* key) const noexcept {
        for (const auto& [known, version] : met_) {
            if (known == key) return &version;
        }
        return nullptr;
    }
    void add(const void* key, unsigned version) { met_.emplace_back(key, version); }

private:
    std::vector<std::pair<const void*, unsigned>> met_;
};

/// What both directions share.
template <class Derived, bool saving>
class ArchiveBase {
public:
    using is_saving = boost::mpl::bool_<saving>;
    using is_loading = boost::mpl::bool_<!saving>;

    template <class T>
    Derived& operator&(T&& value) {
        if constexpr (saving)
            return self() << value;
        else
            return self() >> value;
    }
    template <class T>
    void register_type(const T* = nullptr) noexcept {}  // nothing is found by its type
    /// Of Boost's collections: their present layout.
    boost::serialization::library_version_type get_library_version() const noexcept {
        return boost::serialization::library_version_type{18};
    }

protected:
    Derived& self() noexcept { return static_cast<Derived&>(*this); }
    void enter() {
        if (++depth_ > max_depth) self().too_deep();
    }
    void leave() noexcept { --depth_; }

    ClassVersions versions_;
    int depth_ = 0;
};

/// Bytes to write, as pieces in order: small ones are kept here, large blocks stay where they are.
class Pieces {
public:
    struct Piece {
        const std::byte* data;
        std::size_t size;
    };

    void put(const void* data, std::size_t size) {
        open().append(static_cast<const char*>(data), size);
        size_ += size;
    }
    void put(unsigned char byte) {
        open().push_back(static_cast<char>(byte));
        ++size_;
    }
    /// A block that `owner`, if given, keeps alive; else the value being saved does.
    void refer(std::span<const std::byte> block, std::shared_ptr<const void> owner = {});

    void keep(std::shared_ptr<const void> owner) { owners_.push_back(std::move(owner)); }
    std::uint64_t size() const noexcept { return size_; }
    /// All pieces; nothing may be put afterwards.
    const std::vector<Piece>& finish();

private:
    std::string& open() {
        if (!is_open_) {
            small_.emplace_back();
            pieces_.push_back({nullptr, 0});  // filled in when it is closed
            is_open_ = true;
        }
        return small_.back();
    }
    void close();

    std::deque<std::string> small_;
    std::vector<Piece> pieces_;
    std::vector<std::shared_ptr<const void>> owners_;
    std::uint64_t size_ = 0;
    bool is_open_ = false;
};

class OutArchive : public ArchiveBase<OutArchive, true> {
public:
    template <class T>
    OutArchive& operator<<(const T& value) {
        write(value);
        return *this;
    }
    void save_binary(const void* data, std::size_t size) { pieces_.put(data, size); }

    void unsigned_integer(std::uint64_t v);
    void text(std::string_view text) {
        unsigned_integer(text.size());
        pieces_.put(text.data(), text.size());
    }
    /// Zeros up to the alignment, then the values; `owner` keeps those alive that were made for this.
    template <class V>
    void block(std::span<const V> values, std::shared_ptr<const void> owner = {}) {
        static constexpr char zeros[block_alignment]{};
        pieces_.put(zeros, (block_alignment - pieces_.size() % block_alignment) % block_alignment);
        pieces_.refer(std::as_bytes(values), std::move(owner));
    }

    /// Memory that blocks refer to.
    void keep(std::shared_ptr<const void> owner) { pieces_.keep(std::move(owner)); }

    Pieces& pieces() noexcept { return pieces_; }
    int threads = 0;
    [[noreturn]] void too_deep() const;

private:
    template <class T>
    void write(const T& v) {
        if constexpr (std::is_same_v<T, bool>) {
            pieces_.put(static_cast<unsigned char>(v ? 1 : 0));
        } else if constexpr (std::is_same_v<T, char>) {
            unsigned_integer(static_cast<unsigned char>(v));
        } else if constexpr (std::is_same_v<T, std::monostate>) {
        } else if constexpr (CatalogueKey<T>) {
            text(to_string(v));
        } else if constexpr (std::is_enum_v<T>) {
            static_assert(last_of<T> >= 0, "state the last enumerator: last_of");
            unsigned_integer(static_cast<std::uint64_t>(v));
        } else if constexpr (std::signed_integral<T>) {
            const auto wide = static_cast<std::int64_t>(v);
            unsigned_integer((static_cast<std::uint64_t>(wide) << 1) ^
                             static_cast<std::uint64_t>(wide >> 63));
        } else if constexpr (std::unsigned_integral<T>) {
            unsigned_integer(v);
        } else if constexpr (std::is_same_v<T, std::string>) {
            text(v);
        } else if constexpr (std::is_same_v<T, std::chrono::sys_days>) {
            write(static_cast<std::int64_t>(v.time_since_epoch().count()));
        } else if constexpr (std::is_same_v<T, std::chrono::year_month_day>) {
            if (!v.ok()) throw Error{Code::invalid_date, {}};
            write(std::chrono::sys_days{v});
        } else if constexpr (IsOptional<T>::value) {
            write(v.has_value());
            if (v) write(*v);
        } else if constexpr (IsList<T>::value) {
            unsigned_integer(v.size());
            enter();
            for (const auto& member : v) write(member);
            leave();
        } else if constexpr (IsPair<T>::value) {
            write(v.first);
            write(v.second);
        } else if constexpr (IsVariant<T>::value) {
            unsigned_integer(v.index());
            std::visit([&](const auto& member) { this->write(member); }, v);
        } else {
            write_class(v);
        }
    }
    template <class T>
    void write(const boost::serialization::nvp<T>& v) {
        write(v.const_value());
    }
    template <class T>
    void write_class(const T& v) {
        if constexpr (PlainRecord<T>) {
            Record<T> record{v};
            write_fields(record);
        } else if constexpr (FlatRecord<T>) {
            // Blocks may refer to what the record owns.
            const auto record = std::make_shared<Record<T>>(v);
            write_fields(*record);
            keep(record);
        } else if constexpr (Known<T>) {
            Record<T> view{const_cast<T&>(v)};  // serialize() is one for both directions, as in Boost
            write_fields(view);
        } else {
            write_fields(const_cast<T&>(v));  // a class with a serialize() of its own
        }
    }
    template <class R>
    void write_fields(R& record) {
        constexpr unsigned version = boost::serialization::version<R>::value;
        if (versions_.find(ClassVersions::key<R>()) == nullptr) {
            versions_.add(ClassVersions::key<R>(), version);
            unsigned_integer(version);
        }
        enter();
        boost::serialization::serialize_adl(*this, record, version);
        leave();
    }

    Pieces pieces_;
};

/// Bytes being read, and who keeps them alive for the columns that look into them.
struct Bytes {
    std::shared_ptr<const void> owner;
    std::span<const std::byte> span;
};

class InArchive : public ArchiveBase<InArchive, false> {
public:
    explicit InArchive(Bytes bytes) noexcept : bytes_{std::move(bytes)} {}

    template <class T>
    InArchive& operator>>(T&& value) {
        read(value);
        return *this;
    }
    void load_binary(void* data, std::size_t size) { std::memcpy(data, take(size).data(), size); }

    std::uint64_t unsigned_integer();
    std::string_view text() {
        const auto bytes = take(count(1));
        return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
    }
    /// A number of things of at least `least` bytes each, which are all still to come.
    std::size_t count(std::size_t least);
    template <class V>
    std::span<const V> block(std::size_t size) {
        static_assert(alignof(V) <= block_alignment);
        return {reinterpret_cast<const V*>(take_block(size, sizeof(V)).data()), size};
    }
    template <class V>
    Buffer<V> buffer(std::size_t size) {
        return Buffer<V>{bytes_.owner, block<V>(size)};
    }

    std::size_t left() const noexcept { return bytes_.span.size() - at_; }
    std::size_t position() const noexcept { return at_; }
    /// \throws Corrupt if something is left over
    void finish();
    [[noreturn]] void damaged(Text what) const;
    [[noreturn]] void too_deep() const;

    int threads = 0;
    /// Some class was written by an older version: its bytes are not what would be written now.
    bool has_older_classes = false;

private:
    std::span<const std::byte> take(std::size_t size);
    std::span<const std::byte> take_block(std::size_t size, std::size_t width);
    std::int64_t signed_integer() {
        const std::uint64_t v = unsigned_integer();
        return static_cast<std::int64_t>((v >> 1) ^ (~(v & 1) + 1));
    }
    unsigned class_version(unsigned newest);
    /// \throws NewerVersion if the catalogue has no such key: keys are never taken out of it.
    template <class Key>
    Key key_named(std::string_view name) const;

    template <class T>
    void read(T& v) {
        if constexpr (std::is_same_v<T, bool>) {
            const auto byte = static_cast<unsigned char>(take(1)[0]);
            if (byte > 1) damaged(Text::damage_flag);
            v = byte == 1;
        } else if constexpr (std::is_same_v<T, char>) {
            std::uint8_t byte = 0;
            read(byte);
            v = static_cast<char>(byte);
        } else if constexpr (std::is_same_v<T, std::monostate>) {
        } else if constexpr (CatalogueKey<T>) {
            v = key_named<T>(text());
        } else if constexpr (std::is_enum_v<T>) {
            static_assert(last_of<T> >= 0, "state the last enumerator: last_of");
            const std::uint64_t number = unsigned_integer();
            if (number > static_cast<std::uint64_t>(last_of<T>)) damaged(Text::damage_enumerator);
            v = static_cast<T>(number);
        } else if constexpr (std::signed_integral<T>) {
            const std::int64_t wide = signed_integer();
            if (!std::in_range<T>(wide)) damaged(Text::damage_number);
            v = static_cast<T>(wide);
        } else if constexpr (std::unsigned_integral<T>) {
            const std::uint64_t wide = unsigned_integer();
            if (!std::in_range<T>(wide)) damaged(Text::damage_number);
            v = static_cast<T>(wide);
        } else if constexpr (std::is_same_v<T, std::string>) {
            v = text();
        } else if constexpr (std::is_same_v<T, std::chrono::sys_days>) {
            const std::int64_t days = signed_integer();
            // The days of the years that std::chrono can name.
            if (days < -12'687'794 || days > 11'248'737) damaged(Text::damage_number);
            v = std::chrono::sys_days{std::chrono::days{days}};
        } else if constexpr (std::is_same_v<T, std::chrono::year_month_day>) {
            std::chrono::sys_days days;
            read(days);
            v = days;
        } else if constexpr (IsOptional<T>::value) {
            bool given = false;
            read(given);
            v.reset();
            if (given) read(v.emplace());
        } else if constexpr (IsList<T>::value) {
            read_list(v);
        } else if constexpr (IsPair<T>::value) {
            read(v.first);
            read(v.second);
        } else if constexpr (IsVariant<T>::value) {
            const std::uint64_t index = unsigned_integer();
            if (index >= std::variant_size_v<T>) damaged(Text::damage_enumerator);
            read_member(v, index, std::make_index_sequence<std::variant_size_v<T>>{});
        } else {
            read_class(v);
        }
    }
    template <class T>
    void read(const boost::serialization::nvp<T>& v) {
        read(v.value());
    }
    template <class T>
    void read_list(std::vector<T>& v) {
        v.clear();
        std::size_t left = count(1);
        // Memory is asked for only as far as the bytes that are left could fill it.
        constexpr std::size_t least = sizeof(T) / 24 == 0 ? 1 : sizeof(T) / 24;
        v.reserve(std::min(left, this->left() / least + 1));
        enter();
        for (; left > 0; --left) {
            if constexpr (std::is_same_v<T, bool>) {
                bool member = false;
                read(member);
                v.push_back(member);
            } else {
                read(v.emplace_back());
            }
        }
        leave();
    }
    template <class T, std::size_t... i>
    void read_member(T& v, std::uint64_t index, std::index_sequence<i...>) {
        ((i == index ? read(v.template emplace<i>()) : void()), ...);
    }
    template <class T>
    void read_class(T& v) {
        if constexpr (FlatRecord<T>) {
            Record<T> record;
            read_fields(record);
            v = std::move(record).value();
        } else if constexpr (Known<T>) {
            Record<T> view{v};
            read_fields(view);
        } else {
            read_fields(v);
        }
    }
    template <class R>
    void read_fields(R& record) {
        const unsigned* known = versions_.find(ClassVersions::key<R>());
        unsigned version = known != nullptr ? *known : 0;
        if (known == nullptr) {
            version = class_version(boost::serialization::version<R>::value);
            versions_.add(ClassVersions::key<R>(), version);
        }
        enter();
        boost::serialization::serialize_adl(*this, record, version);
        leave();
    }

    Bytes bytes_;
    std::size_t at_ = 0;
};

/// Reads a record on its own, for values without a default constructor.
template <class T>
T read_value(InArchive& in) {
    if constexpr (std::is_default_constructible_v<T>) {
        T value;
        in >> value;
        return value;
    } else {
        Record<T> record;
        in >> record;
        return std::move(record).value();
    }
}

}  // namespace recruit::detail
