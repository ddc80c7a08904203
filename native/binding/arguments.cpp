#include "arguments.h"

#include <algorithm>
#include <cmath>

namespace maquette {
namespace {

constexpr std::size_t kMaxWidth = 1024;
constexpr std::size_t kMaxTexels = 4096;
constexpr std::size_t kMaxLayers = 64;
constexpr std::size_t kMaxThreads = 256;

std::string describe(const Napi::Value& value) {
  if (value.IsNumber() || value.IsBoolean() || value.IsNull() || value.IsUndefined()) {
    return value.ToString().Utf8Value();
  }
  if (value.IsString()) return "a string";
  if (value.IsArray()) return "an array";
  if (value.IsTypedArray()) return "another typed array";
  if (value.IsFunction()) return "a function";
  return "an object or symbol";
}

[[noreturn]] void refuseType(const Napi::Value& value, const std::string& name,
                             const std::string& expected) {
  throw Napi::TypeError::New(
      value.Env(), name + ": expected " + expected + " but received " + describe(value));
}

[[noreturn]] void refuseRange(Napi::Env env, const std::string& name, const std::string& expected,
                              const std::string& received) {
  throw Napi::RangeError::New(env, name + ": expected " + expected + " but received " + received);
}

struct ArrayInfo {
  napi_typedarray_type type;
  std::size_t length;
  void* data;
  napi_value buffer;
};

ArrayInfo infoOf(const Napi::Value& value) {
  ArrayInfo info{};
  std::size_t offset = 0;
  const napi_status status = napi_get_typedarray_info(value.Env(), value, &info.type, &info.length,
                                                      &info.data, &info.buffer, &offset);
  if (status != napi_ok) throw Napi::Error::New(value.Env());
  return info;
}

struct LayerArguments {
  std::size_t rows;
  std::size_t columns;
  FloatArray weight;
  FloatArray bias;
};

LayerArguments readLayer(const Napi::Value& value, const std::string& name, std::size_t columns) {
  const Napi::Object layer = readObject(value, name);
  LayerArguments result{readInteger(layer.Get("rows"), name + ".rows", 1, kMaxWidth),
                        readInteger(layer.Get("columns"), name + ".columns", 1, kMaxWidth),
                        readFloatArray(layer.Get("weight"), name + ".weight"),
                        readFloatArray(layer.Get("bias"), name + ".bias")};
  if (result.columns != columns) {
    refuseRange(value.Env(), name + ".columns",
                std::to_string(columns) + ", the width of the layer before",
                std::to_string(result.columns));
  }
  return result;
}

std::vector<LayerArguments> readLayers(const Napi::Value& value, std::size_t hidden) {
  const std::string name = "field.layers";
  if (!value.IsArray()) refuseType(value, name, "an array");
  const Napi::Array array = value.As<Napi::Array>();
  const std::size_t count = array.Length();
  if (count < 1 || count > kMaxLayers) {
    refuseRange(value.Env(), name, "1 to " + std::to_string(kMaxLayers) + " layers",
                std::to_string(count));
  }
  std::vector<LayerArguments> layers;
  for (std::uint32_t i = 0; i < count; ++i) {
    const std::size_t columns = layers.empty() ? hidden : layers.back().rows;
    layers.push_back(readLayer(array.Get(i), name + "[" + std::to_string(i) + "]", columns));
  }
  if (layers.back().rows != 4) {
    refuseRange(value.Env(), name + "[" + std::to_string(count - 1) + "].rows",
                "4 (raw density, red, green, blue)", std::to_string(layers.back().rows));
  }
  return layers;
}

void readActivations(const Napi::Value& value, FieldView& view) {
  const std::string name = "field.activations";
  const Napi::Object object = readObject(value, name);
  const Napi::Value hidden = object.Get("hidden");
  const std::string kind = hidden.IsString() ? hidden.As<Napi::String>().Utf8Value() : "";
  if (kind != "relu" && kind != "silu") {
    refuseType(hidden, name + ".hidden", "\"relu\" or \"silu\"");
  }
  view.activation = kind == "relu" ? Activation::kRelu : Activation::kSilu;
  const Napi::Value colour = object.Get("colour");
  if (!colour.IsArray() || colour.As<Napi::Array>().Length() != 2) {
    refuseType(colour, name + ".colour", "an array of 2 numbers");
  }
  const auto end = [&](std::uint32_t index) {
    return static_cast<float>(readFinite(colour.As<Napi::Array>().Get(index),
                                         name + ".colour[" + std::to_string(index) + "]"));
  };
  view.colour_low = end(0);
  view.colour_high = end(1);
}

}  // namespace

const float* FloatArray::contents(std::size_t expected) const {
  const ArrayInfo info = infoOf(value);
  if (info.length != expected) {
    refuseRange(value.Env(), name, std::to_string(expected) + " elements",
                std::to_string(info.length));
  }
  return static_cast<const float*>(info.data);
}

std::size_t FloatArray::length() const { return infoOf(value).length; }

FloatArray readFloatArray(const Napi::Value& value, const std::string& name) {
  if (!value.IsTypedArray() || infoOf(value).type != napi_float32_array) {
    refuseType(value, name, "a Float32Array");
  }
  return {value, name};
}

Buffer<float> copyOf(const FloatArray& array) {
  const std::size_t length = array.length();
  Buffer<float> copy(length);
  std::copy_n(array.contents(length), length, copy.data());
  return copy;
}

Napi::Object readObject(const Napi::Value& value, const std::string& name) {
  if (!value.IsObject()) refuseType(value, name, "an object");
  return value.As<Napi::Object>();
}

std::size_t readInteger(const Napi::Value& value, const std::string& name, std::size_t least,
                        std::size_t most) {
  if (!value.IsNumber()) refuseType(value, name, "a number");
  const double number = value.As<Napi::Number>().DoubleValue();
  const bool fits = number >= static_cast<double>(least) && number <= static_cast<double>(most);
  if (!fits || std::floor(number) != number) {
    refuseRange(value.Env(), name,
                "an integer from " + std::to_string(least) + " to " + std::to_string(most),
                describe(value));
  }
  return static_cast<std::size_t>(number);
}

double readFinite(const Napi::Value& value, const std::string& name) {
  if (!value.IsNumber()) refuseType(value, name, "a number");
  const double number = value.As<Napi::Number>().DoubleValue();
  if (!std::isfinite(number)) refuseRange(value.Env(), name, "a finite number", describe(value));
  return number;
}

bool readBoolean(const Napi::Value& value, const std::string& name) {
  if (!value.IsBoolean()) refuseType(value, name, "a boolean");
  return value.As<Napi::Boolean>().Value();
}

unsigned readThreads(const Napi::Object& options) {
  const Napi::Value threads = options.Get("threads");
  if (threads.IsUndefined()) return 0;
  return static_cast<unsigned>(readInteger(threads, "options.threads", 1, kMaxThreads));
}

std::int32_t* readControl(const Napi::Value& value, const std::string& name) {
  const std::string expected = "an Int32Array over a SharedArrayBuffer";
  if (!value.IsTypedArray()) refuseType(value, name, expected);
  const ArrayInfo info = infoOf(value);
  bool can_be_detached = true;
  napi_is_arraybuffer(value.Env(), info.buffer, &can_be_detached);
  if (info.type != napi_int32_array || can_be_detached) refuseType(value, name, expected);
  if (info.length < 2) {
    refuseRange(value.Env(), name, "2 elements", std::to_string(info.length));
  }
  return static_cast<std::int32_t*>(info.data);
}

Field readField(const Napi::Value& value) {
  const Napi::Object object = readObject(value, "field");
  FieldView view;
  view.hidden = readInteger(object.Get("hidden"), "field.hidden", 1, kMaxWidth);
  view.height = readInteger(object.Get("height"), "field.height", 1, kMaxTexels);
  view.width = readInteger(object.Get("width"), "field.width", 1, kMaxTexels);
  const FloatArray planes = readFloatArray(object.Get("planes"), "field.planes");
  const FloatArray first_bias = readFloatArray(object.Get("firstBias"), "field.firstBias");
  const std::vector<LayerArguments> layers = readLayers(object.Get("layers"), view.hidden);

  readActivations(object.Get("activations"), view);

  view.planes = planes.contents(3 * (view.height + 2) * (view.width + 2) * view.hidden);
  view.first_bias = first_bias.contents(view.hidden);
  std::vector<DenseLayerView> views;
  for (const LayerArguments& layer : layers) {
    views.push_back({layer.rows, layer.columns, layer.weight.contents(layer.rows * layer.columns),
                     layer.bias.contents(layer.rows)});
  }
  view.layers = views.data();
  view.layer_count = views.size();
  return Field(view);
}

}  // namespace maquette
