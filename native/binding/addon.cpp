// The kernels as a Node-API addon. The TypeScript face of this file is plugin/kernels/native.ts.
//
// The addon keeps no global state, so any number of worker threads may load it.
#include <napi.h>

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "arguments.h"
#include "box-bounds-binding.h"
#include "maquette/extract.h"
#include "maquette/field.h"
#include "maquette/marching-cubes.h"
#include "maquette/render.h"
#include "promise-runner.h"
#include "typed-arrays.h"

namespace maquette {
namespace {

void setMesh(Napi::Object& object, Mesh& mesh) {
  const Napi::Env env = object.Env();
  object.Set("positions", toTypedArray<Napi::Float32Array>(env, std::move(mesh.positions)));
  object.Set("triangles", toTypedArray<Napi::Uint32Array>(env, std::move(mesh.triangles)));
}

class ExtractRunner : public PromiseRunner {
 public:
  ExtractRunner(Napi::Env env, Field field, const ExtractOptions& options, unsigned threads,
                const Napi::Value& control)
      : PromiseRunner(env, "maquette.extract", control, threads),
        field_(std::move(field)),
        options_(options) {}

 private:
  void compute(const Task& task) override { extraction_ = extract(field_, options_, task); }

  Napi::Value result(Napi::Env env) override {
    Napi::Object object = Napi::Object::New(env);
    setMesh(object, extraction_.mesh);
    const auto setCount = [&](const char* name, std::uint64_t count) {
      object.Set(name, Napi::Number::New(env, static_cast<double>(count)));
    };
    setCount("evaluatedPoints", extraction_.evaluated_points);
    setCount("boundedBlocks", extraction_.bounded_blocks);
    setCount("activeCells", extraction_.mesh.active_cells);
    setCount("missedBlocks", extraction_.missed_blocks);
    return object;
  }

  Field field_;
  ExtractOptions options_;
  Extraction extraction_;
};

class EvaluateRunner : public PromiseRunner {
 public:
  EvaluateRunner(Napi::Env env, Field field, Buffer<float> points, unsigned threads,
                 const Napi::Value& control)
      : PromiseRunner(env, "maquette.evaluate", control, threads),
        field_(std::move(field)),
        points_(std::move(points)) {}

 private:
  void compute(const Task& task) override {
    values_ = evaluate(field_, points_.data(), points_.size() / 3, task);
  }

  Napi::Value result(Napi::Env env) override {
    return toTypedArray<Napi::Float32Array>(env, std::move(values_));
  }

  Field field_;
  Buffer<float> points_;
  Buffer<float> values_;
};

class MarchingCubesRunner : public PromiseRunner {
 public:
  MarchingCubesRunner(Napi::Env env, Buffer<float> volume, const std::array<std::size_t, 3>& size,
                      double iso, bool closed, unsigned threads, const Napi::Value& control)
      : PromiseRunner(env, "maquette.marchingCubes", control, threads),
        volume_(std::move(volume)),
        size_(size),
        iso_(iso),
        closed_(closed) {}

 private:
  void compute(const Task& task) override {
    mesh_ = marchingCubes(volume_.data(), size_, iso_, closed_, task);
  }

  Napi::Value result(Napi::Env env) override {
    Napi::Object object = Napi::Object::New(env);
    setMesh(object, mesh_);
    return object;
  }

  Buffer<float> volume_;
  std::array<std::size_t, 3> size_;
  double iso_;
  bool closed_;
  Mesh mesh_;
};

class RenderRunner : public PromiseRunner {
 public:
  RenderRunner(Napi::Env env, Field field, Buffer<float> origins, Buffer<float> directions,
               const RenderOptions& options, unsigned threads, const Napi::Value& control)
      : PromiseRunner(env, "maquette.render", control, threads),
        field_(std::move(field)),
        origins_(std::move(origins)),
        directions_(std::move(directions)),
        options_(options) {}

 private:
  void compute(const Task& task) override {
    const RayView rays{origins_.data(), directions_.data(), origins_.size() / 3};
    rendering_ = render(field_, rays, options_, task);
  }

  Napi::Value result(Napi::Env env) override {
    Napi::Object object = Napi::Object::New(env);
    const auto set = [&](const char* name, Buffer<float>& values) {
      object.Set(name, toTypedArray<Napi::Float32Array>(env, std::move(values)));
    };
    set("rgb", rendering_.rgb);
    set("opacity", rendering_.opacity);
    set("depth", rendering_.depth);
    return object;
  }

  Field field_;
  Buffer<float> origins_;
  Buffer<float> directions_;
  RenderOptions options_;
  Rendering rendering_;
};

template <typename Create>
Napi::Value startRunner(Napi::Env env, const Create& create) {
  return startOrRefuse(env, [&] { return create()->start(); });
}

Napi::Value extractBinding(const Napi::CallbackInfo& info) {
  const Napi::Object request = readObject(info[1], "options");
  ExtractOptions options;
  options.resolution = readInteger(request.Get("resolution"), "options.resolution", 2, 2048);
  options.level = readFinite(request.Get("level"), "options.level");
  options.sparse = readBoolean(request.Get("sparse"), "options.sparse");
  const unsigned threads = readThreads(request);
  return startRunner(info.Env(), [&] {
    return new ExtractRunner(info.Env(), readField(info[0]), options, threads, info[2]);
  });
}

Napi::Value evaluateBinding(const Napi::CallbackInfo& info) {
  const unsigned threads = readThreads(readObject(info[2], "options"));
  return startRunner(info.Env(), [&] {
    Field field = readField(info[0]);
    const FloatArray points = readFloatArray(info[1], "points");
    if (points.length() % 3 != 0) {
      throw Napi::RangeError::New(info.Env(), "points: expected 3 numbers a point but received " +
                                                  std::to_string(points.length()) + " numbers");
    }
    return new EvaluateRunner(info.Env(), std::move(field), copyOf(points), threads, info[3]);
  });
}

std::array<std::size_t, 3> readSize(const Napi::Value& value) {
  if (!value.IsArray() || value.As<Napi::Array>().Length() != 3) {
    throw Napi::TypeError::New(value.Env(), "size: expected an array of 3 numbers");
  }
  std::array<std::size_t, 3> size;
  for (std::uint32_t axis = 0; axis < 3; ++axis) {
    size[axis] = readInteger(value.As<Napi::Array>().Get(axis),
                             "size[" + std::to_string(axis) + "]", 1, 1u << 20);
  }
  return size;
}

Napi::Value marchingCubesBinding(const Napi::CallbackInfo& info) {
  const std::array<std::size_t, 3> size = readSize(info[1]);
  const double iso = readFinite(info[2], "iso");
  const bool closed = readBoolean(info[3], "closed");
  const unsigned threads = readThreads(readObject(info[4], "options"));
  return startRunner(info.Env(), [&] {
    const FloatArray volume = readFloatArray(info[0], "volume");
    volume.contents(size[0] * size[1] * size[2]);
    return new MarchingCubesRunner(info.Env(), copyOf(volume), size, iso, closed, threads,
                                   info[5]);
  });
}

RenderOptions readRenderOptions(const Napi::Object& request) {
  RenderOptions options;
  const bool uniform = readBoolean(request.Get("uniform"), "options.uniform");
  options.marcher = uniform ? Marcher::kUniform : Marcher::kImportance;
  const bool exp = readBoolean(request.Get("expDensity"), "options.expDensity");
  options.density = exp ? Density::kExp : Density::kSoftplus;
  options.samples = readInteger(request.Get("samples"), "options.samples", 8, 1024);
  options.box_radius = readFinite(request.Get("boxRadius"), "options.boxRadius");
  if (options.samples % 2 != 0 || options.box_radius <= 0) {
    throw Napi::RangeError::New(request.Env(),
                                "options: expected an even number of samples and a box with a size");
  }
  return options;
}

Napi::Value renderBinding(const Napi::CallbackInfo& info) {
  const Napi::Object request = readObject(info[3], "options");
  const RenderOptions options = readRenderOptions(request);
  const unsigned threads = readThreads(request);
  return startRunner(info.Env(), [&] {
    Field field = readField(info[0]);
    const FloatArray origins = readFloatArray(info[1], "origins");
    const FloatArray directions = readFloatArray(info[2], "directions");
    const std::size_t length = origins.length();
    if (length % 3 != 0) {
      throw Napi::RangeError::New(info.Env(), "origins: expected 3 numbers a ray but received " +
                                                  std::to_string(length) + " numbers");
    }
    directions.contents(length);
    return new RenderRunner(info.Env(), std::move(field), copyOf(origins), copyOf(directions),
                            options, threads, info[4]);
  });
}

Napi::Value instructionSetBinding(const Napi::CallbackInfo& info) {
  return Napi::String::New(info.Env(), instructionSetName(bestInstructionSet()));
}

Napi::Object initialise(Napi::Env env, Napi::Object exports) {
  exports.Set("extract", Napi::Function::New(env, extractBinding, "extract"));
  exports.Set("evaluate", Napi::Function::New(env, evaluateBinding, "evaluate"));
  exports.Set("marchingCubes", Napi::Function::New(env, marchingCubesBinding, "marchingCubes"));
  exports.Set("render", Napi::Function::New(env, renderBinding, "render"));
  exports.Set("prepareBounds", Napi::Function::New(env, prepareBoundsBinding, "prepareBounds"));
  exports.Set("boundBoxes", Napi::Function::New(env, boundBoxesBinding, "boundBoxes"));
  exports.Set("instructionSet", Napi::Function::New(env, instructionSetBinding, "instructionSet"));
  return exports;
}

}  // namespace
}  // namespace maquette

static Napi::Object initialise(Napi::Env env, Napi::Object exports) {
  return maquette::initialise(env, exports);
}

NODE_API_MODULE(maquette, initialise)
