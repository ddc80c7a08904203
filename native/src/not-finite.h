// What is said about a NaN or an infinity.
#pragma once

#include <cmath>
#include <cstddef>
#include <string>

#include "maquette/task.h"

namespace maquette {

inline std::string spell(float value) {
  return std::isnan(value) ? "NaN" : value < 0 ? "-Infinity" : "Infinity";
}

inline BadValue notFinite(float value, std::size_t x, std::size_t y, std::size_t z) {
  return BadValue("surface: the density at lattice point (" + std::to_string(x) + ", " +
                  std::to_string(y) + ", " + std::to_string(z) + ") is " + spell(value) +
                  " \u2014 the weights or the precision of the model are broken; try another device");
}

// Throws for a field with such a number; `flaw` says where, and is empty for a sound field.
inline void requireSound(const std::string& flaw) {
  if (flaw.empty()) return;
  throw BadValue("field: " + flaw +
                 " \u2014 the weights or the precision of the model are broken; try another device");
}

}  // namespace maquette
