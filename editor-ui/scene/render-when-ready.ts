import type { Scene } from "@babylonjs/core/scene.js";

/** Generous for compiling shaders in software; textures are decoded before the scene is staged. */
const READY_TIMEOUT_MS = 30_000;

/** Renders one frame once textures and shaders are there. @throws when they do not come. */
export async function renderWhenReady(scene: Scene): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const timeout = new Promise<never>((_, reject) => {
    const reason = `its materials were not ready after ${READY_TIMEOUT_MS / 1000} s`;
    timer = setTimeout(() => reject(new Error(reason)), READY_TIMEOUT_MS);
  });
  try {
    await Promise.race([scene.whenReadyAsync(), timeout]);
  } finally {
    clearTimeout(timer);
  }
  scene.render();
}
