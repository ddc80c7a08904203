/**
 * What the CUDA and TensorRT providers lack on this machine. ONNX Runtime only says "failed to load
 * shared library"; the system's loader knows which one. Its npm package has both for Linux only.
 *
 * For a worker process only: a library that is loaded here stays loaded.
 */
import { createRequire } from "node:module";
import { NO_NVIDIA_DRIVER, NOT_INSTALLED } from "./device-error.ts";

const { resolve } = createRequire(import.meta.url);

/** Why the provider cannot be here at all, or undefined when it is worth a try. */
export function nvidiaAbsence(provider: "cuda" | "tensorrt"): string | undefined {
  if (libraryPath(provider) === undefined) return NOT_INSTALLED;
  return loaderError("libcuda.so.1") === undefined ? undefined : NO_NVIDIA_DRIVER;
}

/** The missing library in the loader's words, or undefined when that is not the trouble. */
export function nvidiaLoadError(provider: "cuda" | "tensorrt"): string | undefined {
  const path = libraryPath(provider);
  return path === undefined ? undefined : loaderError(path);
}

/** The file that holds the provider, beside the runtime's own, if it is installed. */
function libraryPath(provider: "cuda" | "tensorrt"): string | undefined {
  const folder = `onnxruntime-node/bin/napi-v6/${process.platform}/${process.arch}`;
  try {
    return resolve(`${folder}/libonnxruntime_providers_${provider}.so`);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "MODULE_NOT_FOUND") return undefined;
    throw error;
  }
}

/** Node loads the library, then complains in any case: it is no addon. */
function loaderError(library: string): string | undefined {
  try {
    process.dlopen({ exports: {} }, library);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return message.includes("did not self-register") ? undefined : message;
  }
  return undefined;
}
