import { ModelError } from "../../core/errors.ts";
import type { Shape } from "../../graph/tensor.ts";

export type TensorShapes = ReadonlyMap<string, { readonly shape: Shape }>;

/** Channels of an attention head, in all models of the family. */
const HEAD_WIDTH = 64;

/** A checkpoint's shapes by name, and the sizes that follow from them; misfits are ModelErrors. */
export class ShapeReader {
  readonly #file: string;
  readonly #tensors: TensorShapes;

  constructor(file: string, tensors: TensorShapes) {
    this.#file = file;
    this.#tensors = tensors;
  }

  shape(name: string, rank: number): Shape {
    const shape = this.#tensors.get(name)?.shape;
    if (shape?.length === rank) return shape;
    const found =
      shape === undefined ? "is missing" : `has ${shape.length} axes instead of ${rank}`;
    throw this.#mismatch(name, found);
  }

  /** How many numbers follow `prefix` in the names of tensors. */
  count(prefix: string): number {
    const start = `${prefix}.`;
    const numbers = [...this.#tensors.keys()]
      .filter((name) => name.startsWith(start))
      .map((name) => name.slice(start.length).split(".", 1)[0]);
    if (numbers.length === 0) throw this.#mismatch(`${prefix}.0`, "is missing");
    return new Set(numbers).size;
  }

  heads(width: number): number {
    if (width % HEAD_WIDTH === 0) return width / HEAD_WIDTH;
    throw new ModelError(
      "mismatch",
      `${this.#file}: a width of ${width} is not a multiple of ${HEAD_WIDTH} — put a config.json beside it`,
    );
  }

  /** Side of a square of `area` entries of the tensor `name`. */
  root(name: string, area: number): number {
    const side = Math.sqrt(area);
    if (Number.isInteger(side)) return side;
    throw this.#mismatch(name, `has ${area} entries where a square number is needed`);
  }

  #mismatch(name: string, problem: string): ModelError {
    return new ModelError(
      "mismatch",
      `${this.#file}: tensor ${name} ${problem} — copy the file again, or it is of no supported model`,
    );
  }
}
