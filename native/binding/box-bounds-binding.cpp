#include "box-bounds-binding.h"

#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <utility>

#include "arguments.h"
#include "maquette/box-bounds.h"
#include "promise-runner.h"
#include "typed-arrays.h"

namespace maquette {
namespace {

// Shared by the handle and the work that is under way.
using Shared = std::shared_ptr<const BoxBounds>;

constexpr napi_type_tag kHandleTag = {0x6d61717565747465, 0x626f782d626f756e};

Shared readHandle(const Napi::Value& value) {
  bool is_handle = false;
  if (value.IsExternal()) {
    napi_check_object_type_tag(value.Env(), value, &kHandleTag, &is_handle);
  }
  if (!is_handle) {
    throw Napi::TypeError::New(value.Env(), "bounds: expected what prepareBounds returned");
  }
  return *value.As<Napi::External<Shared>>().Data();
}

// A copy of the boxes, each of which lies within the lattice.
Buffer<std::int32_t> readBoxes(const Napi::Value& value, std::size_t resolution) {
  if (!value.IsTypedArray() || value.As<Napi::TypedArray>().TypedArrayType() != napi_int32_array) {
    throw Napi::TypeError::New(value.Env(), "boxes: expected an Int32Array");
  }
  const auto array = value.As<Napi::Int32Array>();
  const std::size_t length = array.ElementLength();
  if (length % 6 != 0) {
    throw Napi::RangeError::New(value.Env(), "boxes: expected 6 numbers a box but received " +
                                                 std::to_string(length) + " numbers");
  }
  Buffer<std::int32_t> boxes(length);
  std::copy_n(array.Data(), length, boxes.data());
  for (std::size_t i = 0; i < length; ++i) {
    const std::int32_t least = i % 6 < 3 ? 0 : boxes[i - 3];
    if (boxes[i] >= least && boxes[i] < static_cast<std::int32_t>(resolution)) continue;
    throw Napi::RangeError::New(value.Env(),
                                "boxes[" + std::to_string(i) + "]: expected an index from " +
                                    std::to_string(least) + " to " +
                                    std::to_string(resolution - 1) + " but received " +
                                    std::to_string(boxes[i]));
  }
  return boxes;
}

class BoundRunner : public PromiseRunner {
 public:
  BoundRunner(Napi::Env env, Shared bounds, Buffer<std::int32_t> boxes, unsigned threads,
              const Napi::Value& control)
      : PromiseRunner(env, "maquette.boundBoxes", control, threads),
        bounds_(std::move(bounds)),
        boxes_(std::move(boxes)) {}

 private:
  void compute(const Task& task) override {
    functions_ = bounds_->bound(boxes_.data(), boxes_.size() / 6, task);
  }

  Napi::Value result(Napi::Env env) override {
    return toTypedArray<Napi::Float64Array>(env, std::move(functions_));
  }

  Shared bounds_;
  Buffer<std::int32_t> boxes_;
  Buffer<double> functions_;
};

}  // namespace

Napi::Value prepareBoundsBinding(const Napi::CallbackInfo& info) {
  const std::size_t resolution = readInteger(info[1], "resolution", 2, 2048);
  return startOrRefuse(info.Env(), [&]() -> Napi::Value {
    auto bounds = std::make_unique<Shared>(
        std::make_shared<const BoxBounds>(readField(info[0]), resolution));
    const auto finalise = [](Napi::Env, Shared* data) { delete data; };
    const auto handle = Napi::External<Shared>::New(info.Env(), bounds.get(), finalise);
    bounds.release();
    if (napi_type_tag_object(info.Env(), handle, &kHandleTag) != napi_ok) {
      throw Napi::Error::New(info.Env());
    }
    return handle;
  });
}

Napi::Value boundBoxesBinding(const Napi::CallbackInfo& info) {
  Shared bounds = readHandle(info[0]);
  const unsigned threads = readThreads(readObject(info[2], "options"));
  return startOrRefuse(info.Env(), [&] {
    Buffer<std::int32_t> boxes = readBoxes(info[1], bounds->resolution());
    auto* runner =
        new BoundRunner(info.Env(), std::move(bounds), std::move(boxes), threads, info[3]);
    return runner->start();
  });
}

}  // namespace maquette
