/** Ties the graph's parameters to a checkpoint's tensors by exact name and shape. */
import { ModelError } from "../core/errors.ts";
import { parameter, parameterRows } from "../graph/ops/parameter.ts";
import { formatShape, sameShape } from "../graph/shapes.ts";
import type { Parameter, Shape } from "../graph/tensor.ts";

/** Declares parameters under a common prefix of their names and remembers all of them. */
export class WeightScope {
  readonly declared: Map<string, Parameter>;
  readonly #prefix: string;

  constructor(prefix = "", declared: Map<string, Parameter> = new Map()) {
    this.#prefix = prefix;
    this.declared = declared;
  }

  /** The scope of names that begin with `prefix` and a dot. */
  at(prefix: string): WeightScope {
    return new WeightScope(`${this.#prefix}${prefix}.`, this.declared);
  }

  /** What `declare` makes of the scopes `name.0`, `name.1` and so on. */
  list<T>(name: string, count: number, declare: (scope: WeightScope) => T): T[] {
    return Array.from({ length: count }, (_, i) => declare(this.at(`${name}.${i}`)));
  }

  tensor(name: string, shape: Shape): Parameter {
    const declared = parameter(`${this.#prefix}${name}`, shape);
    this.declared.set(declared.name, declared);
    return declared;
  }

  /** `name.weight` of the given shape with `name.bias` of `biasSize`, by default its first size. */
  affine(
    name: string,
    weightShape: Shape,
    biasSize: number = weightShape[0],
  ): { readonly weight: Parameter; readonly bias: Parameter } {
    return {
      weight: this.tensor(`${name}.weight`, weightShape),
      bias: this.tensor(`${name}.bias`, [biasSize]),
    };
  }
}

/** The parts of a tensor that holds `count` of equal size, one after another along its first axis. */
export function splitRows(packed: Parameter, count: number): Parameter[] {
  const rows = packed.shape[0] / count;
  return Array.from({ length: count }, (_, i) => parameterRows(packed, i * rows, (i + 1) * rows));
}

/** @throws ModelError listing what is missing, not expected or of another shape. */
export function checkTensors(
  file: string,
  expected: ReadonlyMap<string, { readonly shape: Shape }>,
  stored: ReadonlyMap<string, { readonly shape: Shape }>,
): void {
  const missing = [...expected.keys()].filter((name) => !stored.has(name));
  const extra = [...stored.keys()].filter((name) => !expected.has(name));
  const reshaped = [...expected].flatMap(([name, { shape }]) => {
    const found = stored.get(name)?.shape;
    return found === undefined || sameShape(found, shape)
      ? []
      : [`${name} ${formatShape(found)} instead of ${formatShape(shape)}`];
  });
  const problems = [
    describe("missing", missing),
    describe("not expected", extra),
    describe("of another shape", reshaped),
  ].filter((problem) => problem !== "");
  if (problems.length > 0) {
    throw new ModelError(
      "mismatch",
      `${file}: ${problems.join("; ")} — the file and its config.json must belong to one model`,
    );
  }
}

const LISTED = 3;

function describe(what: string, names: readonly string[]): string {
  if (names.length === 0) return "";
  const more = names.length > LISTED ? ` and ${names.length - LISTED} more` : "";
  const tensors = names.length === 1 ? "tensor" : "tensors";
  return `${names.length} ${tensors} ${what} (${names.slice(0, LISTED).join(", ")}${more})`;
}
