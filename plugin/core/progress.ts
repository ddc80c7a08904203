/** The stages of one picture's way to a mesh, in order. */
export const STAGES = [
  "decode",
  "matte",
  "encode",
  "extract",
  "colour",
  "clean",
  "simplify",
  "write",
] as const;

export type Stage = (typeof STAGES)[number];

/** Told when a stage begins (`fraction` 0) and, for long ones, how far it is (0..1). */
export type ProgressListener = (stage: Stage, fraction: number) => void;
