#pragma once

// A block of plain values whose memory is touched first by whoever fills it: a vector would write zeros from
// one thread before many threads write results.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <new>
#include <span>
#include <type_traits>

#include <recruit/base/table.hpp>

#ifdef __linux__
#include <sys/mman.h>
#endif

namespace recruit::detail {

template <class T>
class Array {
    static_assert(std::is_trivially_copyable_v<T>);

public:
    Array() = default;
    /// \throws std::bad_alloc
    explicit Array(std::size_t size) : Array{size, Mapped{8 * huge}} {}
    Array(std::size_t size, T value) : Array{size} { std::uninitialized_fill_n(data_.get(), size, value); }
    /// What is needed for a while, and given back before more is asked for.
    static Array scratch(std::size_t size) { return Array{size, Mapped{huge}}; }
    T* data() noexcept { return data_.get(); }
    const T* data() const noexcept { return data_.get(); }
    std::size_t size() const noexcept { return size_; }
    bool empty() const noexcept { return size_ == 0; }
    T& operator[](std::size_t i) noexcept { return data_.get()[i]; }
    const T& operator[](std::size_t i) const noexcept { return data_.get()[i]; }
    T* begin() noexcept { return data(); }
    T* end() noexcept { return data() + size_; }
    const T* begin() const noexcept { return data(); }
    const T* end() const noexcept { return data() + size_; }
    operator std::span<const T>() const noexcept { return {data(), size_}; }

private:
    static constexpr std::size_t huge = std::size_t{2} << 20;
    struct Mapped {
        std::size_t from;  ///< Bytes.
    };
    Array(std::size_t size, [[maybe_unused]] Mapped mapped) : size_{size} {
        const std::size_t bytes = size * sizeof(T);
#ifdef __linux__
        // Asked of the system itself and given back to it: what malloc keeps would count with what comes
        // next. Smaller ones are used again sooner than new pages are cleared.
        if (bytes >= mapped.from) {
            void* const got =
                ::mmap(nullptr, bytes + huge, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
            if (got == MAP_FAILED) throw std::bad_alloc{};
            const auto begin = reinterpret_cast<std::uintptr_t>(got);
            const std::size_t before = (huge - begin % huge) % huge;
            if (before > 0) ::munmap(got, before);
            data_ = {reinterpret_cast<T*>(begin + before), Free{bytes + huge - before}};
            ask_for_large_pages(bytes);
            return;
        }
#endif
        const std::size_t alignment = bytes >= 2 * huge ? huge : 64;
        data_.reset(
            static_cast<T*>(std::aligned_alloc(alignment, (bytes + alignment) / alignment * alignment)));
        if (!data_) throw std::bad_alloc{};
        if (bytes >= 2 * huge) ask_for_large_pages(bytes);
    }

    /// Where the system gives them on request: a table is read and written everywhere.
    void ask_for_large_pages([[maybe_unused]] std::size_t bytes) noexcept {
#ifdef __linux__
        ::madvise(data_.get(), bytes, MADV_HUGEPAGE);
#endif
    }
    struct Free {
        std::size_t mapped = 0;  ///< Bytes; 0 where it is of malloc.
        void operator()(T* p) const noexcept {
#ifdef __linux__
            if (mapped > 0) {
                ::munmap(p, mapped);
                return;
            }
#endif
            std::free(p);
        }
    };
    std::unique_ptr<T, Free> data_;
    std::size_t size_ = 0;
};

/// The same memory as a column's: all of it, or the first `size` values.
template <class T>
Buffer<T> buffer(Array<T> array, std::size_t size) {
    auto kept = std::make_shared<const Array<T>>(std::move(array));
    const std::span<const T> view = *kept;
    return Buffer<T>{std::move(kept), view.first(size)};
}
template <class T>
Buffer<T> buffer(Array<T> array) {
    const std::size_t size = array.size();
    return buffer(std::move(array), size);
}

}  // namespace recruit::detail
