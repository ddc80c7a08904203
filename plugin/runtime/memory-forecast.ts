/** How much memory models need, told before anything is loaded. */
import { freemem } from "node:os";
import { PRECISIONS, type Precision } from "../core/precision.ts";
import { peakActivations } from "../graph/memory.ts";
import { serialise } from "../graph/onnx.ts";
import { layoutOf } from "../graph/weight-encoding.ts";
import type { Architecture } from "../models/architecture.ts";
import { architectureOf } from "../models/families/config.ts";
import { readConfig } from "../models/lrm.ts";
import { KNOWN_MODELS } from "../models/registry.ts";
import { findInstalled, installedIds } from "../models/store.ts";

/**
 * Bytes. A process with ONNX Runtime takes some 100 MB beside; a small model on the CPU holds its
 * weights twice, as they were and rearranged.
 */
export interface MemoryForecast {
  readonly weights: number;
  /** Of the run: values between the network's layers, f32 in every precision. */
  readonly working: number;
}

export interface ModelForecast {
  readonly model: string;
  readonly installed: boolean;
  readonly precisions: Readonly<Record<Precision, MemoryForecast>>;
}

/** Bytes that a model on the CPU can take now; of a GPU's memory ONNX Runtime tells nothing. */
export function freeMemory(): number {
  return freemem();
}

/** Of every model that is known or installed, none of which is loaded. */
export async function forecastModels(): Promise<readonly ModelForecast[]> {
  const installed = await installedIds();
  const known = KNOWN_MODELS.filter(({ kind }) => kind === "lrm").map(({ id }) => id);
  const forecasts = [...new Set([...known, ...installed])].map(forecastModel);
  return (await Promise.all(forecasts)).filter((forecast) => forecast !== undefined);
}

/** Undefined for an installed network that is not an LRM. */
async function forecastModel(id: string): Promise<ModelForecast | undefined> {
  const installed = await findInstalled(id);
  if (installed !== undefined && installed.kind !== "lrm") return undefined;
  const known = KNOWN_MODELS.find((model) => model.id === id);
  const folder = known?.origin === "embedded" ? known.folder : installed?.folder;
  const architecture = await architectureFor(known, folder);
  if (architecture === undefined) return undefined;
  const forecasts = PRECISIONS.map((precision) => [
    precision,
    forecastMemory(architecture, precision),
  ]);
  return {
    model: id,
    installed: folder !== undefined,
    precisions: Object.fromEntries(forecasts) as ModelForecast["precisions"],
  };
}

async function architectureFor(
  known: (typeof KNOWN_MODELS)[number] | undefined,
  folder: string | undefined,
): Promise<Architecture | undefined> {
  if (folder !== undefined) return (await readConfig(folder)).architecture;
  return known?.origin === "hub" ? architectureOf(known.sizes) : undefined;
}

/** The compiled model's bytes, and the most that a run of it holds at once. */
export function forecastMemory(architecture: Architecture, precision: Precision): MemoryForecast {
  const { planes } = architecture.build();
  const { parts, externalParts } = serialise({ planes }, { form: { precision } });
  const weights = [...parts, ...externalParts].reduce(
    (sum, part) => sum + (part instanceof Uint8Array ? part.length : layoutOf(part).byteLength),
    0,
  );
  return { weights, working: peakActivations([planes]) };
}
