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
