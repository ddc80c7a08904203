/**
 * A GPU in software for the WebGPU provider: the Vulkan driver that comes with the Chromium of the
 * browser tests.
 */
import { dirname, join } from "node:path";
import { findBundledChromium } from "../../plugin/browser/bundled-chromium.ts";

/** What a process needs in its environment to see that GPU; undefined where there is none. */
export async function softwareGpuEnvironment(): Promise<Record<string, string> | undefined> {
  const chromium = await findBundledChromium();
  if (chromium === undefined) return undefined;
  const folder = dirname(chromium.executablePath);
  const driver = join(folder, "vk_swiftshader_icd.json");
  const libraries = [folder, ...(process.env["LD_LIBRARY_PATH"]?.split(":") ?? [])];
  return {
    VK_DRIVER_FILES: driver,
    VK_ICD_FILENAMES: driver, // for older Vulkan loaders
    LD_LIBRARY_PATH: libraries.join(":"),
  };
}

/** Runs `body` with variables added to the environment that processes it starts inherit. */
export async function withEnvironment(
  variables: Readonly<Record<string, string>>,
  body: () => Promise<void>,
): Promise<void> {
  const before = Object.keys(variables).map((name) => [name, process.env[name]] as const);
  Object.assign(process.env, variables);
  try {
    await body();
  } finally {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  }
}
