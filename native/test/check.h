// A test runner of a few lines, and random numbers that are the same everywhere.
#pragma once

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

namespace maquette::test {

inline void check(bool holds, const std::string& what, const char* file, int line) {
  if (holds) return;
  std::fprintf(stderr, "%s:%d: %s\n", file, line, what.c_str());
  std::exit(1);
}

#define CHECK(condition, what) ::maquette::test::check((condition), (what), __FILE__, __LINE__)

// xorshift32
class Random {
 public:
  explicit Random(std::uint32_t seed) : state_(seed * 2654435761u + 1) {}
  std::uint32_t bits() {
    state_ ^= state_ << 13;
    state_ ^= state_ >> 17;
    state_ ^= state_ << 5;
    return state_;
  }
  // -1..1
  float number() { return static_cast<float>(bits() >> 8) / 8388608.0f - 1.0f; }
  int below(int end) { return static_cast<int>(bits() % static_cast<std::uint32_t>(end)); }

 private:
  std::uint32_t state_;
};

}  // namespace maquette::test
