#pragma once

// A block of plain values whose memory is touched first by whoever fills it: a vector would write zeros from
// one thread before many threads write results.

#include <cstddef>
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
    explicit Array(std::size_t size) : size_{size} {
        constexpr std::size_t huge = std::size_t{2} << 20;
        const std::size_t bytes = size * sizeof(T);
        // Large pages where the system gives them on request: a table is read and written everywhere.
        const bool large = bytes >= 2 * huge;
        const std::size_t alignment = large ? huge : 64;
        data_.reset(
            static_cast<T*>(std::aligned_alloc(alignment, (bytes + alignment) / alignment * alignment)));
        if (!data_) throw std::bad_alloc{};
#ifdef __linux__
        if (large) ::madvise(data_.get(), bytes, MADV_HUGEPAGE);
#endif
    }
    Array(std::size_t size, T value) : Array{size} { std::uninitialized_fill_n(data_.get(), size, value); }

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
    struct Free {
        void operator()(T* p) const noexcept { std::free(p); }
    };
    std::unique_ptr<T, Free> data_;
    std::size_t size_ = 0;
};

/// The same memory as a column's.
template <class T>
Buffer<T> buffer(Array<T> array) {
    auto kept = std::make_shared<const Array<T>>(std::move(array));
    const std::span<const T> view = *kept;
    return Buffer<T>{std::move(kept), view};
}

}  // namespace recruit::detail
