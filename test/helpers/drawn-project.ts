/** A project whose pictures a test draws, and its service with the embedded model. */
import { mkdir, readdir, readFile, rename, writeFile } from "node:fs/promises";
import { join, parse } from "node:path";
import { fileURLToPath } from "node:url";
import sharp from "sharp";
import type { Bounds } from "../../plugin/core/mesh.ts";
import type { Generator } from "../../plugin/pipeline/contract.ts";
import { openGenerator } from "../../plugin/pipeline/generate.ts";
import { loadConfig } from "../../plugin/project/config.ts";
import type { WatchEvent } from "../../plugin/project/watch/events.ts";
import { type RunningService, runService } from "../../plugin/service/run-service.ts";
import { withFolder } from "./temporary-folder.ts";

const CONCEPT_ART = fileURLToPath(new URL("../../samples/concept-art/", import.meta.url));
/** Meshes that look like their pictures and are made in a second or two. */
const CONFIG = { settings: { resolution: 96 } };

export interface DrawnProject {
  readonly cwd: string;
  /** Saves a sample picture as `art/<name>.png`. */
  draw(sample: string, name: string): Promise<void>;
  /** Of the mesh of `art/<name>.png`, as the sidecar has it; metres in glTF's frame. */
  bounds(name: string): Promise<Bounds>;
  /** Starts the service, and resolves when it watches; it ends with the project. */
  serve(options?: ServeOptions): Promise<RunningService>;
}

export interface ServeOptions {
  /** Default: none. */
  readonly pages?: URL;
  readonly onEvent?: (event: WatchEvent) => void;
}

/** @param generator Default: the embedded model. */
export function withDrawnProject(
  body: (project: DrawnProject) => Promise<void>,
  generator?: Generator,
): Promise<void> {
  return withFolder({ "maquette.config.json": JSON.stringify(CONFIG) }, async (cwd) => {
    await mkdir(join(cwd, "art"));
    const model = generator ?? (await openEmbedded());
    const services: RunningService[] = [];
    try {
      await body({
        cwd,
        async draw(sample, name) {
          const draft = join(cwd, `${name}.draft`);
          await writeFile(draft, await readSample(sample));
          await rename(draft, join(cwd, `art/${name}.png`));
        },
        async bounds(name) {
          const sidecar = await readFile(join(cwd, `art/${name}.png.maquette.json`), "utf8");
          return JSON.parse(sidecar).result.bounds;
        },
        async serve({ pages, onEvent = () => undefined } = {}) {
          const service = await runService({
            inputs: ["art"],
            cwd,
            config: await loadConfig({ cwd }),
            flags: {},
            generator: model,
            jobs: 1,
            device: "auto",
            onEvent,
            ...(pages && { pages }),
          });
          services.push(service);
          await service.watching;
          return service;
        },
      });
    } finally {
      for (const service of services) await service.stop();
      await model.close();
    }
  });
}

/** A sample of the concept art as PNG, by its name without the extension. */
export async function readSample(name: string): Promise<Buffer> {
  const files = await readdir(CONCEPT_ART);
  const file = files.find((file) => parse(file).name === name);
  if (file === undefined) throw new Error(`no sample ${name}`);
  return await sharp(join(CONCEPT_ART, file)).png().toBuffer();
}

function openEmbedded(): Promise<Generator> {
  return openGenerator({ model: "maquette-tiny", device: "auto", onWarning: () => undefined });
}
