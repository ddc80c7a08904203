import { ModelError } from "../../core/errors.ts";
import type { Checkpoint } from "./checkpoint.ts";

/**
 * A tensor's values as f32, all of them finite.
 *
 * @throws ModelError "bad-value" with the tensor's name and the index of its first value that is
 * not, and as {@link Checkpoint.read} does.
 */
export async function readFinite(checkpoint: Checkpoint, name: string): Promise<Float32Array> {
  const values = await checkpoint.read(name);
  let index = 0; // A plain loop: `findIndex` takes six times as long.
  while (index < values.length && Number.isFinite(values[index])) index++;
  if (index === values.length) return values;
  throw new ModelError(
    "bad-value",
    `tensor ${name}: the value at ${index} of ${values.length} is ${values[index]} — the checkpoint is damaged or its training diverged, use another`,
  );
}
