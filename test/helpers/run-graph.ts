import { env, InferenceSession, Tensor as OrtTensor } from "onnxruntime-node";
import { fileBytes, serialise } from "../../plugin/graph/onnx.ts";
import type { GraphForm, Tensor } from "../../plugin/graph/tensor.ts";
import { encodeWeight } from "../../plugin/graph/weight-encoding.ts";

env.logLevel = "error";

/**
 * Computes graph tensors with ONNX Runtime on the CPU, in this thread. `values` holds the graph's
 * parameters and inputs by name.
 */
export async function runGraph<Name extends string>(
  outputs: Readonly<Record<Name, Tensor>>,
  values: ReadonlyMap<string, Float32Array>,
  form: Partial<GraphForm> = {},
): Promise<Record<Name, Float32Array>> {
  const valuesOf = (name: string): Float32Array => {
    const found = values.get(name);
    if (found === undefined) throw new Error(`runGraph: no value for ${name}`);
    return found;
  };
  const model = fileBytes(serialise(outputs, { form }), (weight) =>
    encodeWeight(weight, valuesOf(weight.parameter.stored)),
  );
  const session = await InferenceSession.create(model);
  const feeds = session.inputMetadata.map((input) => {
    const shape = input.isTensor ? input.shape.map(Number) : [];
    return [input.name, new OrtTensor(valuesOf(input.name), shape)] as const;
  });
  const results = await session.run(Object.fromEntries(feeds));
  await session.release();
  return Object.fromEntries(
    Object.entries(results).map(([name, result]) => [name, result.data]),
  ) as Record<Name, Float32Array>;
}

/** The single output of a graph; see {@link runGraph}. */
export async function runTensor(
  output: Tensor,
  values: ReadonlyMap<string, Float32Array> = new Map(),
): Promise<Float32Array> {
  const { result } = await runGraph({ result: output }, values);
  return result;
}
