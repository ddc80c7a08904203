// How a kernel runs: its threads, its cancellation, its progress and its failures.
#pragma once

#include <atomic>
#include <cstdint>
#include <exception>
#include <stdexcept>

namespace maquette {

// The circumstances of one call. The pointers may be null and must outlive the call; another thread
// may write `*cancel` and read `*progress` at any time.
struct Task {
  // Polled every few thousand lattice points (well under a millisecond of work per thread); the
  // kernel throws Cancelled soon after it is non-zero.
  const std::atomic<std::int32_t>* cancel = nullptr;
  // Receives 0..1000, never decreasing.
  std::atomic<std::int32_t>* progress = nullptr;
  // 0 means one per hardware thread. The calling thread is one of them. The result does not depend
  // on this number, bit for bit.
  unsigned threads = 0;
};

// The caller asked to stop. No partial result is returned.
class Cancelled : public std::exception {
 public:
  const char* what() const noexcept override { return "cancelled"; }
};

// A number in the input, or computed from it, cannot be worked with (NaN, infinity, too many
// vertices); the message names it. Kernels also throw std::bad_alloc, and std::invalid_argument
// for shapes that do not fit together.
class BadValue : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace maquette
