import { makeTensor, type Op, type Parameter, type Shape } from "../tensor.ts";

const OP: Op = {
  name: "parameter",
  emit: (onnx, _inputs, output) => onnx.parameter(output as Parameter),
};

/** A trained tensor, by its name in the checkpoint. */
export function parameter(name: string, shape: Shape): Parameter {
  return { ...makeTensor(OP, [], shape), name };
}
