import { shapeError } from "../shapes.ts";
import { makeTensor, type Op, type Parameter, type Shape } from "../tensor.ts";

const OP: Op = {
  name: "parameter",
  emit: (onnx, _inputs, output) => onnx.weight(output as Parameter, "f32"),
};

/** A trained tensor, by its name in the checkpoint. */
export function parameter(name: string, shape: Shape): Parameter {
  return { ...makeTensor(OP, [], shape), name, stored: name, firstRow: 0 };
}

/** Rows `start` to `end` - 1 of a trained tensor, as a parameter of its own. */
export function parameterRows(whole: Parameter, start: number, end: number): Parameter {
  if (!(start >= 0 && start < end && end <= whole.shape[0])) {
    throw shapeError("parameterRows", [whole.shape], `${start}..${end} must lie within its rows`);
  }
  return {
    ...makeTensor(OP, [], whole.shape.with(0, end - start)),
    name: `${whole.name}[${start}:${end}]`,
    stored: whole.stored,
    firstRow: whole.firstRow + start,
  };
}
