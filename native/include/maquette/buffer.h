// Memory of the kernels: one owner, aligned for the widest vectors, not initialised.
#pragma once

#include <cstddef>
#include <limits>
#include <new>
#include <type_traits>
#include <utility>

namespace maquette {

// `size` elements of a trivial type on a 64-byte boundary; the values are indeterminate until
// written. Move-only. Throws std::bad_alloc.
template <typename T>
class Buffer {
  static_assert(std::is_trivially_copyable_v<T>, "a buffer holds plain data");

 public:
  Buffer() = default;
  explicit Buffer(std::size_t size) : data_(allocate(size)), size_(size) {}
  Buffer(std::size_t size, T value) : Buffer(size) {
    for (std::size_t i = 0; i < size; ++i) data_[i] = value;
  }
  Buffer(Buffer&& other) noexcept { swap(other); }
  Buffer& operator=(Buffer&& other) noexcept {
    Buffer(std::move(other)).swap(*this);
    return *this;
  }
  ~Buffer() { deallocate(data_); }

  T* data() { return data_; }
  const T* data() const { return data_; }
  std::size_t size() const { return size_; }
  T& operator[](std::size_t index) { return data_[index]; }
  const T& operator[](std::size_t index) const { return data_[index]; }

  // Gives the memory away; the new owner frees it with `deallocate`.
  T* release() {
    size_ = 0;
    return std::exchange(data_, nullptr);
  }
  static void deallocate(T* data) { ::operator delete(data, kAlignment); }

 private:
  static constexpr std::align_val_t kAlignment{64};

  static T* allocate(std::size_t size) {
    if (size == 0) return nullptr;
    if (size > std::numeric_limits<std::size_t>::max() / sizeof(T)) throw std::bad_alloc();
    return static_cast<T*>(::operator new(size * sizeof(T), kAlignment));
  }
  void swap(Buffer& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
  }

  T* data_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace maquette
