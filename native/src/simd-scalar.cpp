// Portable kernels: plain loops of kLane floats, which compilers turn into whatever vectors the
// target's baseline has.
#include <cmath>
#include <cstring>

#include "compiler.h"
#include "simd.h"

namespace maquette {
namespace {

constexpr int kPoints = 2;
constexpr int kPanels = 1;

struct Lanes {
  float v[kLane];
};

template <typename Operation>
MAQUETTE_INLINE Lanes each(Operation operation) {
  Lanes result;
  for (std::size_t i = 0; i < kLane; ++i) result.v[i] = operation(i);
  return result;
}

MAQUETTE_INLINE Lanes load(const float* from) {
  return each([&](std::size_t i) { return from[i]; });
}
MAQUETTE_INLINE Lanes loadUnaligned(const float* from) { return load(from); }
MAQUETTE_INLINE void store(float* to, const Lanes& a) {
  for (std::size_t i = 0; i < kLane; ++i) to[i] = a.v[i];
}
MAQUETTE_INLINE Lanes broadcast(float value) {
  return each([&](std::size_t) { return value; });
}
MAQUETTE_INLINE Lanes operator+(const Lanes& a, const Lanes& b) {
  return each([&](std::size_t i) { return a.v[i] + b.v[i]; });
}
MAQUETTE_INLINE Lanes operator-(const Lanes& a, const Lanes& b) {
  return each([&](std::size_t i) { return a.v[i] - b.v[i]; });
}
MAQUETTE_INLINE Lanes operator*(const Lanes& a, const Lanes& b) {
  return each([&](std::size_t i) { return a.v[i] * b.v[i]; });
}
MAQUETTE_INLINE Lanes operator/(const Lanes& a, const Lanes& b) {
  return each([&](std::size_t i) { return a.v[i] / b.v[i]; });
}
MAQUETTE_INLINE Lanes multiplyAdd(const Lanes& a, const Lanes& b, const Lanes& c) {
  return each([&](std::size_t i) { return a.v[i] * b.v[i] + c.v[i]; });
}
MAQUETTE_INLINE Lanes max(const Lanes& a, const Lanes& b) {
  return each([&](std::size_t i) { return a.v[i] > b.v[i] ? a.v[i] : b.v[i]; });
}
MAQUETTE_INLINE Lanes min(const Lanes& a, const Lanes& b) {
  return each([&](std::size_t i) { return a.v[i] < b.v[i] ? a.v[i] : b.v[i]; });
}
MAQUETTE_INLINE Lanes abs(const Lanes& a) {
  return each([&](std::size_t i) { return std::fabs(a.v[i]); });
}
MAQUETTE_INLINE Lanes selectIfGreaterEqual(const Lanes& a, const Lanes& b, const Lanes& yes,
                                           const Lanes& no) {
  return each([&](std::size_t i) { return a.v[i] >= b.v[i] ? yes.v[i] : no.v[i]; });
}
// `exponent` is an integer plus 1.5 * 2^23, whose low bits are added to the exponent of a.
MAQUETTE_INLINE Lanes timesPowerOfTwo(const Lanes& a, const Lanes& exponent) {
  return each([&](std::size_t i) {
    std::uint32_t bits;
    std::uint32_t power;
    std::memcpy(&bits, &a.v[i], sizeof bits);
    std::memcpy(&power, &exponent.v[i], sizeof power);
    bits += power << 23;
    float result;
    std::memcpy(&result, &bits, sizeof result);
    return result;
  });
}
MAQUETTE_INLINE std::uint32_t greaterBits(const Lanes& a, const Lanes& b) {
  std::uint32_t bits = 0;
  for (std::size_t i = 0; i < kLane; ++i) bits |= static_cast<std::uint32_t>(a.v[i] > b.v[i]) << i;
  return bits;
}
MAQUETTE_INLINE float total(Lanes a) {
  for (std::size_t half = kLane / 2; half > 0; half /= 2) {
    for (std::size_t i = 0; i < half; ++i) a.v[i] += a.v[i + half];
  }
  return a.v[0];
}

#include "simd-kernels.inl"

constexpr Simd kSimd = makeSimd(InstructionSet::kScalar);

}  // namespace

const Simd* scalarSimd() { return &kSimd; }

}  // namespace maquette
