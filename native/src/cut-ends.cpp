#include "cut-ends.h"

namespace maquette {
namespace {

// The 16 signs at point x, y of the brick layer `z`.
std::uint32_t signsAt(const SignGrid& signs, int x, int y, int z) {
  const std::size_t brick = signs.lattice().brickIndex({x / kBrick, y / kBrick, z});
  return signs.row(brick, x % kBrick * kBrick + y % kBrick);
}

// Of the edges of one row of points to the four rows beside it.
std::uint32_t endsAcross(const SignGrid& signs, int x, int y, int z) {
  const Lattice& lattice = signs.lattice();
  const std::uint32_t own = signsAt(signs, x, y, z);
  std::uint32_t ends = 0;
  for (const int step : {-1, 1}) {
    if (lattice.isReal(0, x + step)) ends |= own ^ signsAt(signs, x + step, y, z);
    if (lattice.isReal(1, y + step)) ends |= own ^ signsAt(signs, x, y + step, z);
  }
  return ends;
}

// Of the edges along one row; `real` are its real points.
std::uint32_t endsAlong(const SignGrid& signs, int x, int y, int z, std::uint32_t real) {
  const Lattice& lattice = signs.lattice();
  // Bit k + 1: point k of the row, from -1 to 16.
  std::uint32_t all_real = real << 1;
  std::uint32_t inside = signsAt(signs, x, y, z) << 1;
  if (lattice.isReal(2, z * kBrick - 1)) {
    all_real |= 1u;
    inside |= signsAt(signs, x, y, z - 1) >> (kBrick - 1);
  }
  if (lattice.isReal(2, (z + 1) * kBrick)) {
    all_real |= 1u << (kBrick + 1);
    inside |= (signsAt(signs, x, y, z + 1) & 1u) << (kBrick + 1);
  }
  const std::uint32_t cut = (inside ^ inside >> 1) & all_real & all_real >> 1;  // point k - 1 to k
  return cut | cut >> 1;
}

}  // namespace

BrickBits realPoints(const Lattice& lattice, const Index3& brick) {
  std::uint32_t z = 0;
  for (int k = 0; k < kBrick; ++k) {
    z |= static_cast<std::uint32_t>(lattice.isReal(2, brick[2] * kBrick + k)) << k;
  }
  BrickBits real{};
  for (int row = 0; row < kBrickRows; ++row) {
    const bool is_real = lattice.isReal(0, brick[0] * kBrick + row / kBrick) &&
                         lattice.isReal(1, brick[1] * kBrick + row % kBrick);
    if (is_real) real[row] = static_cast<std::uint16_t>(z);
  }
  return real;
}

bool hasCutEnds(const SignGrid& signs, const Index3& brick) {
  const Lattice& lattice = signs.lattice();
  const std::size_t own = lattice.brickIndex(brick);
  if (signs.isMixed(own)) return true;
  for (int axis = 0; axis < 3; ++axis) {
    for (const int step : {-1, 1}) {
      Index3 other = brick;
      other[axis] += step;
      if (!lattice.hasBrick(other)) continue;
      const std::size_t index = lattice.brickIndex(other);
      if (signs.isMixed(index) || signs.isInside(index) != signs.isInside(own)) return true;
    }
  }
  return false;
}

BrickBits cutEnds(const SignGrid& signs, const Index3& brick) {
  BrickBits ends = realPoints(signs.lattice(), brick);
  for (int row = 0; row < kBrickRows; ++row) {
    const std::uint32_t real = ends[row];
    if (real == 0) continue;
    const int x = brick[0] * kBrick + row / kBrick;
    const int y = brick[1] * kBrick + row % kBrick;
    const std::uint32_t cut =
        endsAcross(signs, x, y, brick[2]) | endsAlong(signs, x, y, brick[2], real);
    ends[row] = static_cast<std::uint16_t>(cut & real);
  }
  return ends;
}

}  // namespace maquette
