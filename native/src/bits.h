// Bit counting on targets whose baseline has no instruction for it.
#pragma once

#include <cstdint>

#if defined(_MSC_VER) && !defined(__clang__)
#include <intrin.h>
#endif

namespace maquette {

inline unsigned countBits(std::uint32_t bits) {  // of a 16-bit word
  bits -= (bits >> 1) & 0x5555u;
  bits = (bits & 0x3333u) + ((bits >> 2) & 0x3333u);
  bits = (bits + (bits >> 4)) & 0x0f0fu;
  return (bits + (bits >> 8)) & 0x1fu;
}

inline unsigned lowestBit(std::uint32_t bits) {  // bits != 0
#if defined(_MSC_VER) && !defined(__clang__)
  unsigned long index;
  _BitScanForward(&index, bits);
  return index;
#else
  return static_cast<unsigned>(__builtin_ctz(bits));
#endif
}

}  // namespace maquette
