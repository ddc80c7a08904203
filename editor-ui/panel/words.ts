/** The service's states, stages and numbers in words. */
import type { Asset, AssetState, Job, Problem } from "../../plugin/protocol/service.ts";

type Stage = NonNullable<Job["stage"]>;
type Matte = NonNullable<Asset["result"]>["matte"];

export const STATE_WORDS: Readonly<Record<AssetState, string>> = {
  waiting: "Waiting",
  working: "In work",
  ready: "Up to date",
  failed: "Failed",
  cancelled: "Cancelled",
  orphaned: "Picture deleted",
};

/** What comes of it, where the state does not say so itself. */
export const STATE_NOTES: ReadonlyMap<AssetState, string> = new Map([
  ["cancelled", "Nothing is made until the picture changes or a mesh is asked for."],
  [
    "orphaned",
    "The mesh stays. Put the picture back to go on, or delete the mesh to have it leave the list.",
  ],
]);

/** In the order in which a picture passes them. */
export const STAGE_WORDS: Readonly<Record<Stage, string>> = {
  decode: "Reading the picture",
  matte: "Cutting out the object",
  encode: "Encoding",
  extract: "Extracting the surface",
  colour: "Colouring",
  clean: "Cleaning up",
  simplify: "Simplifying",
  write: "Writing the GLB",
};

const STAGE_ORDER: readonly string[] = Object.keys(STAGE_WORDS);

export const MATTE_WORDS: Readonly<Record<Matte, string>> = {
  alpha: "by the picture's alpha",
  backdrop: "plain backdrop keyed out",
  isnet: "found by the matte network",
  none: "not cut out",
};

const wholeNumbers = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });

export function formatCount(count: number): string {
  return wholeNumbers.format(count);
}

/** "1 picture", "2 pictures". */
export function formatQuantity(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? "" : "s"}`;
}

/** Three digits are as exact as a size needs to be. */
export function formatNumber(value: number): string {
  return String(Number(value.toPrecision(3)));
}

/** "4 s left", "3 min left"; no more exact than an estimate is. */
export function formatTimeLeft(ms: number): string {
  const seconds = Math.max(1, Math.round(ms / 1000));
  return `${seconds < 60 ? `${seconds} s` : `${Math.round(seconds / 60)} min`} left`;
}

/** In decimal units: "812 bytes", "214 kB", "1.3 MB". */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return formatQuantity(bytes, "byte");
  const [amount, unit] = bytes < 999_500 ? [bytes / 1e3, "kB"] : [bytes / 1e6, "MB"];
  return `${amount < 9.95 ? amount.toFixed(1) : formatCount(amount)} ${unit}`;
}

/** Width, height and depth: "0.62 × 1 × 0.58 m". */
export function formatExtent({ min, max }: NonNullable<Asset["result"]>["bounds"]): string {
  const extents = [max[0] - min[0], max[1] - min[1], max[2] - min[2]];
  return `${extents.map(formatNumber).join(" × ")} m`;
}

/** What is being done: "Encoding". */
export function describeWork(state: AssetState, { stage, retryAfter }: Job): string {
  if (stage !== undefined) return STAGE_WORDS[stage];
  if (state === "working") return "Starting";
  return retryAfter === undefined ? "Waiting for its turn" : "Waiting to try again";
}

/** One line below an asset's name. */
export function describeAsset({ state, job, result, problem }: Asset): string {
  if (job !== undefined) return describeWork(state, job);
  if (state === "failed" && problem !== undefined) return `Failed: ${splitMessage(problem).what}`;
  if (state !== "ready" || result === undefined) return STATE_WORDS[state];
  return `${STATE_WORDS[state]} · ${formatCount(result.triangles.achieved)} triangles`;
}

/** The picture's file without its ending; after a rename the mesh has its former name for a while. */
export function titleOf({ picture }: Pick<Asset, "picture">): string {
  const file = picture.slice(picture.lastIndexOf("/") + 1);
  const dot = file.lastIndexOf(".");
  return dot > 0 ? file.slice(0, dot) : file;
}

/** Stages that are done and the part of the one at hand, of all stages: 0..1. */
export function jobShare({ stage, fraction }: Job): number {
  return stage === undefined ? 0 : (STAGE_ORDER.indexOf(stage) + fraction) / STAGE_ORDER.length;
}

/** How far each stage is, 0..1, in their order. */
export function stageFractions({ stage, fraction }: Job): readonly number[] {
  const at = stage === undefined ? -1 : STAGE_ORDER.indexOf(stage);
  return STAGE_ORDER.map((_, index) => (index < at ? 1 : index === at ? fraction : 0));
}

/** Both parts of `<what> — <remedy>`; what is wrong may have a dash in it, say in a file's name. */
export function splitMessage({ message }: Pick<Problem, "message">): {
  what: string;
  remedy: string | undefined;
} {
  const dash = message.lastIndexOf(" — ");
  if (dash < 0) return { what: message, remedy: undefined };
  return { what: message.slice(0, dash), remedy: message.slice(dash + 3) };
}

/** The address when a browser may follow it: a licence's source is free text. */
export function webAddress(source: string): string | undefined {
  const url = URL.canParse(source) ? new URL(source) : undefined;
  return url?.protocol === "https:" || url?.protocol === "http:" ? url.href : undefined;
}
