#include <recruit/persistence/file.hpp>

#include <algorithm>

#include "persistence/content.hpp"
#include "persistence/disk.hpp"
#include "persistence/records_journal.hpp"
#include "persistence/records_programme.hpp"
#include "persistence/records_rules.hpp"
#include "persistence/records_selection.hpp"
#include "persistence/records_workflow.hpp"

namespace recruit {

using namespace detail;

namespace detail {

std::string_view kind_name(std::uint16_t number) noexcept {
    switch (number) {
#define RECRUIT_KIND(number, name, type) \
    case number:                         \
        return #name;
#include "persistence/kinds.def"
#undef RECRUIT_KIND
        default:
            return {};
    }
}

template <Storable T>
Pieces encode(const T& value, int threads) {
    OutArchive out;
    out.threads = threads;
    out << value;
    return std::move(out.pieces());
}

template <Storable T>
T decode(Bytes content, int threads, bool* older) {
    InArchive in{std::move(content)};
    in.threads = threads;
    const auto finish = [&] {
        in.finish();
        if (older != nullptr) *older = in.has_older_classes;
    };
    return decoding([&] {
        if constexpr (FlatRecord<T>) {
            // All bytes are accounted for before a value is made of them: that may be work.
            Record<T> record;
            in >> record;
            finish();
            return std::move(record).value();
        } else {
            T value;
            in >> value;
            finish();
            return value;
        }
    });
}

}  // namespace detail

namespace {

/// The encoding of a value with its envelope.
struct Encoded {
    Pieces pieces;
    Envelope envelope;

    template <class T>
    Encoded(const T& value, int threads) : pieces{encode(value, threads)} {
        envelope.kind = kind_number<T>;
        envelope.length = pieces.size();
    }
};

void check_kind(const Envelope& envelope, std::uint16_t wanted) {
    if (envelope.kind == wanted) return;
    const auto name = kind_name(envelope.kind);
    if (name.empty()) throw NewerVersion{Code::newer_version, {"kind " + std::to_string(envelope.kind)}};
    throw FormatError{Code::file_of_another_kind, {std::string{name}, std::string{kind_name(wanted)}}};
}

/// Reads through `read`, which fills memory with a part of the file: envelope, then content and digest at
/// once.
template <class Read>
Bytes read_content(std::uint64_t size, std::uint16_t kind, const FileOptions& options, const Read& read) {
    if (size > options.max_bytes)
        throw TooLarge{Code::file_over_limit, {std::to_string(size), std::to_string(options.max_bytes)}};
    EnvelopeBytes first;
    const std::size_t got = read(first.data(), std::min<std::uint64_t>(size, first.size()), 0);
    const Envelope envelope = Envelope::read(std::span{first}.first(got), size);
    const auto length = static_cast<std::size_t>(envelope.length);
    const std::shared_ptr<std::byte> memory = allocate(length);
    const auto slice = [&](std::uint64_t at, std::size_t part, std::vector<std::byte>&) {
        std::byte* const to = memory.get() + at;
        if (read(to, part, envelope_bytes + at) != part)
            throw Corrupt{Code::file_cut, {std::to_string(envelope_bytes + at), std::to_string(size)}};
        return to;
    };
    const Digest digest = digest_of(envelope, options.threads, slice);
    if (digest != envelope.digest) throw Corrupt{Code::file_damaged, {}};
    check_kind(envelope, kind);
    return {memory, {memory.get(), length}};
}

auto reading(std::span<const std::byte> bytes) {
    return [bytes](std::byte* to, std::size_t size, std::uint64_t from) {
        const auto at = static_cast<std::size_t>(from);
        const std::size_t there = std::min(size, bytes.size() - at);
        if (there > 0) std::memcpy(to, bytes.data() + at, there);
        return there;
    };
}

/// Names the file in what is thrown about its bytes.
template <class Work>
auto naming(const std::filesystem::path& path, const Work& work) {
    const auto named = [&](const Error& error) {
        Issue issue = error.issues().front();
        issue.file = path.string();
        return issue;
    };
    try {
        return work();
    } catch (const NotRecruitFile& error) {
        throw NotRecruitFile{named(error)};
    } catch (const NewerVersion& error) {
        throw NewerVersion{named(error)};
    } catch (const Corrupt& error) {
        throw Corrupt{named(error)};
    } catch (const TooLarge& error) {
        throw TooLarge{named(error)};
    } catch (const FormatError& error) {
        throw FormatError{named(error)};
    } catch (const ResultDiffers& error) {
        throw ResultDiffers{named(error)};
    }
}

Bytes read_file(const std::filesystem::path& path, std::uint16_t kind, const FileOptions& options) {
    const FileIn file{path};
    return read_content(file.size(), kind, options, [&](std::byte* to, std::size_t size, std::uint64_t from) {
        return file.read(to, size, from);
    });
}

FileInfo info_of(std::span<const std::byte> first, std::uint64_t size) {
    const Envelope envelope = Envelope::read(first, size);
    return {kind_name(envelope.kind), envelope.kind, envelope.version, size, hexadecimal(envelope.digest)};
}

SavedSelection saved_selection(Bytes content, int threads) {
    InArchive in{std::move(content)};
    in.threads = threads;
    return decoding([&] {
        Record<Selection> record;
        in >> record;
        in.finish();
        const SelectOptions options = record.options();
        Regulation regulation = Regulation::parse(record.regulation.toml, "regulation");
        return SavedSelection{std::move(regulation),
                              std::move(record.regulation.digest),
                              std::move(record.scores),
                              std::move(record.seats),
                              options,
                              std::move(record.outcome),
                              std::move(record.issues)};
    });
}

}  // namespace

template <Storable T>
void save(const T& value, const std::filesystem::path& path, const FileOptions& options) {
    Encoded encoded{value, options.threads};
    FileOut file{path};
    const Content content{encoded.pieces.finish()};
    const auto slice = [&](std::uint64_t at, std::size_t size, std::vector<std::byte>& scratch) {
        const std::byte* const from = content.slice(at, size, scratch);
        file.write({from, size}, envelope_bytes + at);
        return from;
    };
    encoded.envelope.digest = digest_of(encoded.envelope, options.threads, slice);
    file.write(encoded.envelope.bytes(), 0);
    file.commit();
}

template <Storable T>
T load(const std::filesystem::path& path, const FileOptions& options) {
    return naming(path, [&] { return decode<T>(read_file(path, kind_number<T>, options), options.threads); });
}

template <Storable T>
std::vector<std::byte> to_bytes(const T& value, const FileOptions& options) {
    Encoded encoded{value, options.threads};
    const Content content{encoded.pieces.finish()};
    std::vector<std::byte> bytes(envelope_bytes + static_cast<std::size_t>(content.size()));
    const auto slice = [&](std::uint64_t at, std::size_t size, std::vector<std::byte>& scratch) {
        const std::byte* const from = content.slice(at, size, scratch);
        std::memcpy(bytes.data() + envelope_bytes + at, from, size);
        return from;
    };
    encoded.envelope.digest = digest_of(encoded.envelope, options.threads, slice);
    const EnvelopeBytes first = encoded.envelope.bytes();
    std::copy(first.begin(), first.end(), bytes.begin());
    return bytes;
}

template <Storable T>
T from_bytes(std::span<const std::byte> bytes, const FileOptions& options) {
    return decode<T>(read_content(bytes.size(), kind_number<T>, options, reading(bytes)), options.threads);
}

template <Storable T>
std::string digest(const T& value, const FileOptions& options) {
    Encoded encoded{value, options.threads};
    const Content content{encoded.pieces.finish()};
    const auto slice = [&](std::uint64_t at, std::size_t size, std::vector<std::byte>& scratch) {
        return content.slice(at, size, scratch);
    };
    return hexadecimal(digest_of(encoded.envelope, options.threads, slice));
}

FileInfo file_info(const std::filesystem::path& path) {
    return naming(path, [&] {
        const FileIn file{path};
        EnvelopeBytes first;
        const std::size_t got = file.read(first.data(), first.size(), 0);
        return info_of(std::span{first}.first(got), file.size());
    });
}

FileInfo file_info(std::span<const std::byte> bytes) {
    return info_of(bytes.first(std::min(bytes.size(), envelope_bytes)), bytes.size());
}

SavedSelection load_record(const std::filesystem::path& path, const FileOptions& options) {
    return naming(path, [&] {
        return saved_selection(read_file(path, kind_number<Selection>, options), options.threads);
    });
}

void refuse_archived(std::string_view text) {
    throw Corrupt{Code::file_value_refused, {"\"" + std::string{text} + "\""}};
}

void refuse_archived(std::uint64_t bytes, std::uint64_t allowed) {
    throw TooLarge{Code::file_over_limit, {std::to_string(bytes), std::to_string(allowed)}};
}

#define RECRUIT_KIND(number, name, type)                                                                    \
    template RECRUIT_EXPORT void save<type>(const type&, const std::filesystem::path&, const FileOptions&); \
    template RECRUIT_EXPORT type load<type>(const std::filesystem::path&, const FileOptions&);              \
    template RECRUIT_EXPORT std::vector<std::byte> to_bytes<type>(const type&, const FileOptions&);         \
    template RECRUIT_EXPORT type from_bytes<type>(std::span<const std::byte>, const FileOptions&);          \
    template RECRUIT_EXPORT std::string digest<type>(const type&, const FileOptions&);                      \
    template Pieces detail::encode<type>(const type&, int);                                                 \
    template type detail::decode<type>(Bytes, int, bool*);
#include "persistence/kinds.def"
#undef RECRUIT_KIND

}  // namespace recruit
