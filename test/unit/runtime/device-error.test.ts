import { suite } from "uvu";
import * as assert from "uvu/assert";
import { ModelError } from "../../../plugin/core/errors.ts";
import { DeviceError, type DeviceFault } from "../../../plugin/runtime/device-error.ts";

const test = suite("device errors");

/** What ONNX Runtime, its providers and the system's loader say, and what it means. */
const CASES: readonly (readonly [reason: string, fault: DeviceFault, remedy: RegExp])[] = [
  [
    "/onnxruntime_src/onnxruntime/core/providers/webgpu/webgpu_context.cc:136 onnxruntime::webgpu::WebGpuContext::Initialize(const onnxruntime::webgpu::WebGpuContextConfig&)::<lambda()> adapter_result.status == wgpu::RequestAdapterStatus::Success was false. Failed to get a WebGPU adapter: No supported adapters\n",
    "absent",
    /GPU and its driver/,
  ],
  ["no NVIDIA driver", "absent", /NVIDIA GPU/],
  ["not part of ONNX Runtime on this platform", "absent", /another --device/],
  [
    "its library was left out when onnxruntime-node was installed",
    "absent",
    /npm install onnxruntime-node --onnxruntime-node-install=cuda12/,
  ],
  [
    "libcudnn.so.9: cannot open shared object file: No such file or directory",
    "library",
    /cuDNN 9 for CUDA 12/,
  ],
  [
    "libcublasLt.so.12: cannot open shared object file: No such file or directory",
    "library",
    /CUDA 12 toolkit/,
  ],
  [
    "libnvinfer.so.10: cannot open shared object file: No such file or directory",
    "library",
    /TensorRT 10/,
  ],
  [
    "CUDA failure 35: CUDA driver version is insufficient for CUDA runtime version",
    "library",
    /update the NVIDIA driver/,
  ],
  ["CUDA failure 2: out of memory ; GPU=0", "memory", /smaller precision/],
  [
    "BFCArena::AllocateRawInternal Failed to allocate memory for requested buffer of size 6442450944",
    "memory",
    /smaller model/,
  ],
  ["std::bad_alloc", "memory", /smaller/],
  [
    "DmlCommittedResourceAllocator.cpp(22)\\onnxruntime.dll!: (caller: ) Exception(1) 8007000E Not enough memory",
    "memory",
    /smaller/,
  ],
  ["887A0005 The GPU device instance has been suspended", "lost", /graphics driver/],
  ["CUDA failure 700: an illegal memory access was encountered", "lost", /graphics driver/],
  ["WebGPU device lost (1): Device was destroyed.", "lost", /graphics driver/],
  ["its process ended unexpectedly (SIGKILL)", "memory", /smaller model/],
  ["its process ended unexpectedly (SIGSEGV)", "lost", /graphics driver/],
  [
    "Could not find an implementation for GridSample(20) node with name 'GridSample:3'",
    "unsupported",
    /another --device/,
  ],
  [
    "This session contains graph nodes that are assigned to the default CPU EP, but fallback to CPU EP has been explicitly disabled by the user.",
    "unsupported",
    /another --device/,
  ],
  ["something unheard of", "other", /another --device/],
];

test("each reason is told apart and gets a remedy, on one line", () => {
  for (const [reason, fault, remedy] of CASES) {
    const error = new DeviceError("webgpu", reason);
    assert.instance(error, ModelError);
    assert.is(error.code, "device");
    assert.is(error.fault, fault, reason);
    assert.match(error.remedy, remedy, reason);
    assert.match(error.message, /^execution provider webgpu: [^\n]+ — [^\n]+$/);
    assert.is(error.cause, error.reason);
  }
});

test("a process of the CPU that ends is not laid to the graphics driver", () => {
  for (const reason of ["SIGSEGV", "SIGBUS", "exit code 3"]) {
    const { fault, message } = new DeviceError("cpu", `its process ended unexpectedly (${reason})`);
    assert.is(fault, "lost");
    assert.is(
      message,
      `execution provider cpu: its process ended unexpectedly (${reason}) — use another precision, a smaller model or another --device`,
    );
  }
});

test("the place in ONNX Runtime's source is left out", () => {
  const [[reason]] = CASES;
  assert.is(
    new DeviceError(undefined, reason).reason,
    "Failed to get a WebGPU adapter: No supported adapters",
  );
});

test.run();
