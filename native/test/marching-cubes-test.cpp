#include <cmath>
#include <limits>

#include "mesh-checks.h"
#include "tests.h"

namespace maquette::test {
namespace {

using Size = std::array<std::size_t, 3>;

std::size_t countOf(const Size& size) { return size[0] * size[1] * size[2]; }

void cornerOfParityCase32() {
  const float volume[8] = {1, 0, 0, 0, 0, 0, 0, 0};
  const Mesh mesh = marchingCubes(volume, {2, 2, 2}, 0.5, false);
  CHECK(triangleCount(mesh) == 1 && vertexCount(mesh) == 3, "one triangle");
  int axis_of[3];
  for (int i = 0; i < 3; ++i) {
    const float* p = mesh.positions.data() + 3 * mesh.triangles[i];
    axis_of[i] = p[0] > 0 ? 0 : p[1] > 0 ? 1 : 2;
    CHECK(p[0] + p[1] + p[2] == 0.5f, "vertex in the middle of an edge");
  }
  CHECK((axis_of[0] + 1) % 3 == axis_of[1] && (axis_of[1] + 1) % 3 == axis_of[2], "x, y, z order");
}

void everyCornerCombinationIsClosed() {
  for (int inside = 0; inside < 256; ++inside) {
    float volume[8];
    for (int corner = 0; corner < 8; ++corner) volume[corner] = inside >> corner & 1 ? 1.0f : -1.0f;
    const Mesh mesh = marchingCubes(volume, {2, 2, 2}, 0, true);
    checkClosed(mesh, "corners " + std::to_string(inside));
    CHECK((triangleCount(mesh) > 0) == (inside > 0), "a surface where something is inside");
  }
}

// Values -1, 0 and 1 at iso 0 put many vertices on the same lattice point.
void randomVolumesAreClosed() {
  Random random(7);
  for (int round = 0; round < 400; ++round) {
    const Size size{2 + std::size_t(random.below(5)), 2 + std::size_t(random.below(5)),
                    2 + std::size_t(random.below(20))};
    Buffer<float> volume(countOf(size));
    const bool coarse = round % 2 == 0;
    for (std::size_t i = 0; i < volume.size(); ++i) {
      volume[i] = coarse ? static_cast<float>(random.below(3) - 1) : random.number();
    }
    const Mesh mesh = marchingCubes(volume.data(), size, 0, true);
    checkClosed(mesh, "random volume " + std::to_string(round));
    CHECK(coarse || enclosedVolume(mesh) > 0, "triangles face outwards");
  }
}

Buffer<float> sphere(const Size& size, float radius) {
  Buffer<float> volume(countOf(size));
  std::size_t index = 0;
  for (std::size_t i = 0; i < size[0]; ++i) {
    for (std::size_t j = 0; j < size[1]; ++j) {
      for (std::size_t k = 0; k < size[2]; ++k) {
        const double x = double(i) - double(size[0] - 1) / 2;
        const double y = double(j) - double(size[1] - 1) / 2;
        const double z = double(k) - double(size[2] - 1) / 2;
        volume[index++] = radius - static_cast<float>(std::sqrt(x * x + y * y + z * z));
      }
    }
  }
  return volume;
}

void sphereAcrossBricksIsExact() {
  const Size size{50, 47, 83};
  const Buffer<float> volume = sphere(size, 20);
  const Mesh mesh = marchingCubes(volume.data(), size, 0, true);
  checkClosed(mesh, "sphere");
  CHECK(vertexCount(mesh) - triangleCount(mesh) / 2 == 2, "Euler number of a sphere");
  const double exact = 4.0 / 3.0 * 3.14159265358979 * 20 * 20 * 20;
  CHECK(std::fabs(enclosedVolume(mesh) / exact - 1) < 0.005, "volume of the sphere");
  for (unsigned threads : {1u, 3u, 8u}) {
    const Mesh other = marchingCubes(volume.data(), size, 0, true, {nullptr, nullptr, threads});
    CHECK(same(mesh, other), "independent of the number of threads");
  }
}

void boxIsCappedFlat() {
  const Size size{17, 16, 3};
  const Buffer<float> volume(countOf(size), 1.0f);
  const Mesh closed = marchingCubes(volume.data(), size, 0, true);
  checkClosed(closed, "full box");
  CHECK(std::fabs(enclosedVolume(closed) - 16 * 15 * 2) < 1e-6, "the caps lie on the faces");
  CHECK(marchingCubes(volume.data(), size, 0, false).triangles.size() == 0, "open: no caps");
  checkClosed(marchingCubes(volume.data(), {1, 1, 1}, 0, true), "one point, collapsed");
  checkClosed(marchingCubes(volume.data(), {17, 1, 3}, 0, true), "a sheet of points");
  CHECK(marchingCubes(volume.data(), {1, 1, 1}, 0, false).triangles.size() == 0, "no cells");
  CHECK(marchingCubes(volume.data(), size, 2, true).triangles.size() == 0, "nothing inside");
}

void isoIsComparedInDoublePrecision() {
  // f32(0.1) > 0.1: a value of f32(0.1) is inside of the f64 level 0.1.
  const float volume[8] = {0.1f, 0, 0, 0, 0, 0, 0, 0};
  CHECK(marchingCubes(volume, {2, 2, 2}, 0.1, true).triangles.size() > 0, "greater than the level");
  CHECK(marchingCubes(volume, {2, 2, 2}, double(0.1f), true).triangles.size() == 0, "not greater");
}

void badValuesAreNamed() {
  const Size size{20, 3, 21};
  for (const float bad : {std::numeric_limits<float>::quiet_NaN(),
                          std::numeric_limits<float>::infinity()}) {
    Buffer<float> volume(countOf(size), 0.0f);
    volume[(4 * 3 + 2) * 21 + 20] = bad;
    volume[(18 * 3 + 2) * 21 + 1] = bad;
    const std::string message =
        messageOf<BadValue>([&] { marchingCubes(volume.data(), size, 0, true); });
    CHECK(message.find("(4, 2, 20)") != std::string::npos, message);
  }
}

void shapesAreChecked() {
  const float volume[1] = {0};
  messageOf<std::invalid_argument>([&] { marchingCubes(volume, {0, 1, 1}, 0, true); });
}

}  // namespace

void testMarchingCubes() {
  cornerOfParityCase32();
  everyCornerCombinationIsClosed();
  randomVolumesAreClosed();
  sphereAcrossBricksIsExact();
  boxIsCappedFlat();
  isoIsComparedInDoublePrecision();
  badValuesAreNamed();
  shapesAreChecked();
}

}  // namespace maquette::test
