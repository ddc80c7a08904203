import type { Tensor } from "./tensor.ts";

/** Every tensor the outputs depend on, operands first. Iterative: graphs can be deep. */
export function inOrder(outputs: readonly Tensor[]): Tensor[] {
  const ordered = new Set<Tensor>();
  const stack = outputs.toReversed();
  for (let tensor = stack.at(-1); tensor !== undefined; tensor = stack.at(-1)) {
    const missing = tensor.inputs.filter((operand) => !ordered.has(operand));
    if (missing.length === 0) {
      ordered.add(tensor);
      stack.pop();
    } else {
      stack.push(...missing.toReversed());
    }
  }
  return [...ordered];
}
