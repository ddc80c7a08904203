// What the compilers spell differently.
#pragma once

#if defined(_MSC_VER) && !defined(__clang__)
#define MAQUETTE_INLINE __forceinline
#else
#define MAQUETTE_INLINE inline __attribute__((always_inline))
#endif

#if defined(__x86_64__) || defined(_M_X64)
#define MAQUETTE_X64 1
#endif

#if defined(__aarch64__) || defined(_M_ARM64)
#define MAQUETTE_ARM64 1
#endif
