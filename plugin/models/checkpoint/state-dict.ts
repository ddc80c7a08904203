/** Finds the weights in what a training program has saved. */
import { printable } from "./printable.ts";
import { tensorIn } from "./torch-objects.ts";
import type { TorchTensor, TorchValue } from "./torch-values.ts";

/** Where training programs keep them, beside the optimiser and the epoch. */
const STATE_DICT_KEYS = ["state_dict", "model_state_dict", "model", "weights", "module"];
/** What `DataParallel` puts before each name. */
const PARALLEL_PREFIX = "module.";

/**
 * The tensors of the state dict: that under the first of {@link STATE_DICT_KEYS} that has tensors,
 * else the saved dict itself. Values that are not tensors are left out. The prefix `module.` is
 * taken off when all names have it.
 *
 * @returns undefined when there are no tensors in these places.
 */
export function findStateDict(saved: TorchValue): ReadonlyMap<string, TorchTensor> | undefined {
  if (!(saved instanceof Map)) return undefined;
  const candidates = [...STATE_DICT_KEYS.map((key) => saved.get(key)), saved];
  const tensors = candidates.map(tensorsOf).find(({ size }) => size > 0);
  return tensors && withoutPrefix(tensors);
}

function tensorsOf(value: TorchValue | undefined): ReadonlyMap<string, TorchTensor> {
  const tensors = new Map<string, TorchTensor>();
  if (!(value instanceof Map)) return tensors;
  for (const [name, item] of value) {
    const tensor = tensorIn(item);
    if (typeof name === "string" && tensor !== undefined) tensors.set(name, tensor);
  }
  return tensors;
}

function withoutPrefix(
  tensors: ReadonlyMap<string, TorchTensor>,
): ReadonlyMap<string, TorchTensor> {
  const entries = [...tensors];
  if (!entries.every(([name]) => name.startsWith(PARALLEL_PREFIX))) return tensors;
  return new Map(entries.map(([name, tensor]) => [name.slice(PARALLEL_PREFIX.length), tensor]));
}

/** What was saved instead of a state dict, for a message. */
export function describeSaved(saved: TorchValue): string {
  if (tensorIn(saved) !== undefined) return "a single tensor";
  if (!(saved instanceof Map)) return "a value that is no dict";
  const keys = [...saved.keys()].filter((key) => typeof key === "string");
  return `a dict of ${saved.size} entries (${keys.slice(0, 5).map(printable).join(", ")})`;
}
