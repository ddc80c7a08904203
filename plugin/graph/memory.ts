/**
 * How much memory a graph needs, told from its shapes alone.
 *
 * Counted is what a runtime with sensible memory planning holds: a value from the node that computes
 * it to its last reader; reshaped values share their operand's memory; elementwise results take the
 * place of an operand that is read for the last time. What depends on weights and constants only is
 * computed once, when the model is loaded, and counts as weights. Not counted are the buffers inside
 * an operator, but for fused attention, which copies query, key and value into heads.
 */
import { inOrder } from "./order.ts";
import { elementCount } from "./shapes.ts";
import type { Tensor } from "./tensor.ts";

const IN_PLACE = new Set([
  ...["add", "mul", "div"],
  ...["relu", "gelu", "sigmoid", "sqrt", "floor", "clip"],
]);
const FLOAT_BYTES = 4;

/** Bytes of f32 values that are held at once in the course of a run, at the most. */
export function peakActivations(outputs: readonly Tensor[]): number {
  const order = inOrder(outputs);
  const varying = varyingTensors(order);
  const buffers = assignBuffers(order, varying, outputs);
  let held = 0;
  let peak = 0;
  order.forEach((tensor, step) => {
    const buffer = buffers.get(tensor);
    if (buffer?.first === step) held += buffer.bytes;
    peak = Math.max(peak, held + scratchBytes(tensor));
    for (const ended of new Set([tensor, ...tensor.inputs].map((used) => buffers.get(used)))) {
      if (ended?.last === step) held -= ended.bytes;
    }
  });
  return peak;
}

/** Tensors that depend on an input. */
function varyingTensors(order: readonly Tensor[]): ReadonlySet<Tensor> {
  const varying = new Set<Tensor>();
  for (const tensor of order) {
    const varies = tensor.op.name === "input" || tensor.inputs.some((x) => varying.has(x));
    if (varies) varying.add(tensor);
  }
  return varying;
}

/** Memory of one or several tensors, from one step of the order to another. */
interface Lifetime {
  readonly bytes: number;
  readonly first: number;
  last: number;
}

function assignBuffers(
  order: readonly Tensor[],
  varying: ReadonlySet<Tensor>,
  outputs: readonly Tensor[],
): ReadonlyMap<Tensor, Lifetime> {
  const buffers = new Map<Tensor, Lifetime>();
  const lastUse = lastUses(order, outputs);
  order.forEach((tensor, step) => {
    if (!varying.has(tensor)) return;
    const bytes = FLOAT_BYTES * elementCount(tensor.shape);
    const last = lastUse.get(tensor) ?? step;
    const shared = tensor.inputs
      .map((operand) => buffers.get(operand))
      .find((buffer) => buffer !== undefined && canShare(tensor, buffer, bytes, step));
    if (shared === undefined) {
      buffers.set(tensor, { bytes, first: step, last });
    } else {
      shared.last = Math.max(shared.last, last);
      buffers.set(tensor, shared);
    }
  });
  return buffers;
}

function canShare(tensor: Tensor, buffer: Lifetime, bytes: number, step: number): boolean {
  if (tensor.op.name === "reshape") return true;
  return IN_PLACE.has(tensor.op.name) && buffer.bytes === bytes && buffer.last === step;
}

/** The step that reads a tensor last; outputs are held to the end. */
function lastUses(order: readonly Tensor[], outputs: readonly Tensor[]): Map<Tensor, number> {
  const lastUse = new Map<Tensor, number>();
  order.forEach((tensor, step) => {
    for (const operand of tensor.inputs) lastUse.set(operand, step);
  });
  for (const output of outputs) lastUse.set(output, order.length);
  return lastUse;
}

function scratchBytes({ op, inputs }: Tensor): number {
  if (op.name !== "attention") return 0;
  return inputs.reduce((sum, { shape }) => sum + FLOAT_BYTES * elementCount(shape), 0);
}
