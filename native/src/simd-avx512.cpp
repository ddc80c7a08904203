// AVX-512 kernels (foundation instructions only). The target is set inside the file, after the
// standard headers: nothing of them may be compiled for instructions the machine might lack.
#include <cmath>

#include "compiler.h"
#include "simd.h"

#if defined(MAQUETTE_X64)
#include <immintrin.h>

#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx512f,fma"))), apply_to = function)
#elif defined(__GNUC__)
#pragma GCC target("avx512f,fma")
// GCC's own intrinsics start from a deliberately undefined register.
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#pragma GCC diagnostic ignored "-Wuninitialized"
#endif

namespace maquette {
namespace {

constexpr int kPoints = 6;
constexpr int kPanels = 4;

struct Lanes {
  __m512 v;
};

MAQUETTE_INLINE Lanes load(const float* from) { return {_mm512_load_ps(from)}; }
MAQUETTE_INLINE Lanes loadUnaligned(const float* from) { return {_mm512_loadu_ps(from)}; }
MAQUETTE_INLINE void store(float* to, Lanes a) { _mm512_store_ps(to, a.v); }
MAQUETTE_INLINE Lanes broadcast(float value) { return {_mm512_set1_ps(value)}; }
MAQUETTE_INLINE Lanes operator+(Lanes a, Lanes b) { return {_mm512_add_ps(a.v, b.v)}; }
MAQUETTE_INLINE Lanes operator-(Lanes a, Lanes b) { return {_mm512_sub_ps(a.v, b.v)}; }
MAQUETTE_INLINE Lanes operator*(Lanes a, Lanes b) { return {_mm512_mul_ps(a.v, b.v)}; }
MAQUETTE_INLINE Lanes operator/(Lanes a, Lanes b) { return {_mm512_div_ps(a.v, b.v)}; }
MAQUETTE_INLINE Lanes multiplyAdd(Lanes a, Lanes b, Lanes c) {
  return {_mm512_fmadd_ps(a.v, b.v, c.v)};
}
MAQUETTE_INLINE Lanes max(Lanes a, Lanes b) { return {_mm512_max_ps(a.v, b.v)}; }
MAQUETTE_INLINE Lanes min(Lanes a, Lanes b) { return {_mm512_min_ps(a.v, b.v)}; }
MAQUETTE_INLINE Lanes abs(Lanes a) { return {_mm512_abs_ps(a.v)}; }
MAQUETTE_INLINE Lanes selectIfGreaterEqual(Lanes a, Lanes b, Lanes yes, Lanes no) {
  return {_mm512_mask_blend_ps(_mm512_cmp_ps_mask(a.v, b.v, _CMP_GE_OQ), no.v, yes.v)};
}
// `exponent` is an integer plus 1.5 * 2^23, whose low bits are added to the exponent of a.
MAQUETTE_INLINE Lanes timesPowerOfTwo(Lanes a, Lanes exponent) {
  const __m512i bits = _mm512_slli_epi32(_mm512_castps_si512(exponent.v), 23);
  return {_mm512_castsi512_ps(_mm512_add_epi32(_mm512_castps_si512(a.v), bits))};
}
MAQUETTE_INLINE std::uint32_t greaterBits(Lanes a, Lanes b) {
  return _mm512_cmp_ps_mask(a.v, b.v, _CMP_GT_OQ);
}
MAQUETTE_INLINE float total(Lanes a) {
  const __m256 low = _mm512_castps512_ps256(a.v);
  const __m256 high = _mm256_castpd_ps(_mm512_extractf64x4_pd(_mm512_castps_pd(a.v), 1));
  const __m256 eight = _mm256_add_ps(low, high);
  const __m128 four = _mm_add_ps(_mm256_castps256_ps128(eight), _mm256_extractf128_ps(eight, 1));
  const __m128 two = _mm_add_ps(four, _mm_movehl_ps(four, four));
  return _mm_cvtss_f32(_mm_add_ss(two, _mm_shuffle_ps(two, two, 1)));
}

#include "simd-kernels.inl"

constexpr Simd kSimd = makeSimd(InstructionSet::kAvx512);

}  // namespace

const Simd* avx512Simd() { return &kSimd; }

}  // namespace maquette

#if defined(__clang__)
#pragma clang attribute pop
#endif

#else

namespace maquette {

const Simd* avx512Simd() { return nullptr; }

}  // namespace maquette

#endif
