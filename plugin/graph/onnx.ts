/**
 * Writes a graph as an ONNX model. Weights are not read here: the model comes back as parts, and
 * whoever stores it fills in one weight after another, so that a model of any size costs the
 * memory of its largest tensor. Equal graphs give equal bytes.
 */
import type { onnx } from "onnx-proto";
import onnxProto from "onnx-proto";
import { ModelError } from "../core/errors.ts";
import { modelFile, modelWithSideFile, type OnnxModel } from "./onnx-file.ts";
import { inOrder } from "./order.ts";
import {
  type Encoding,
  type GraphForm,
  type OnnxAttribute,
  type OnnxEmitter,
  type Parameter,
  PLAIN_FORM,
  type Shape,
  type Tensor,
} from "./tensor.ts";
import { type EncodedWeight, layoutOf } from "./weight-encoding.ts";

const { AttributeProto, TensorProto } = onnxProto.onnx;

const { FLOAT, INT64 } = TensorProto.DataType;

/** Weights inside the model file stay well below the 2 GB that protobuf can hold. */
const EXTERNAL_THRESHOLD = 1.5e9;

export interface SerialiseOptions {
  /** Name of the side file, next to the model file. Default "weights.bin". */
  readonly externalName?: string | undefined;
  /** Bytes of weights above which they go to the side file. Default 1.5 GB, at most 2 GB. */
  readonly externalThreshold?: number | undefined;
  /** What differs from f32 with fused attention. */
  readonly form?: Partial<GraphForm> | undefined;
}

/**
 * The model that computes `outputs`, by name. Its inputs and parameters are those the outputs
 * depend on.
 *
 * @throws ModelError when two different parameters or inputs have the same name.
 */
export function serialise(
  outputs: Readonly<Record<string, Tensor>>,
  {
    externalName = "weights.bin",
    externalThreshold = EXTERNAL_THRESHOLD,
    form,
  }: SerialiseOptions = {},
): OnnxModel {
  const graph = new GraphWriter(form);
  const values = new Map<Tensor, string>();
  for (const tensor of inOrder(Object.values(outputs))) {
    const operands = tensor.inputs.map((operand) => values.get(operand) ?? "");
    values.set(tensor, tensor.op.emit(graph, operands, tensor));
  }
  for (const [name, tensor] of Object.entries(outputs)) {
    graph.output(name, values.get(tensor) ?? "", tensor.shape);
  }

  const weights = graph.usedWeights();
  const weightBytes = weights.reduce((sum, weight) => sum + layoutOf(weight).byteLength, 0);
  return weightBytes <= externalThreshold
    ? modelFile(graph.proto, weights)
    : modelWithSideFile(graph.proto, weights, externalName);
}

/**
 * The model file as one piece; `encode` gives the bytes of a weight. For models that are small, or
 * without weights, where none is asked for.
 */
export function fileBytes(
  { parts }: OnnxModel,
  encode: (weight: EncodedWeight) => Uint8Array = refuseWeight,
): Uint8Array {
  return Buffer.concat(parts.map((part) => (part instanceof Uint8Array ? part : encode(part))));
}

function refuseWeight({ name }: EncodedWeight): never {
  throw new Error(`graph: has the weight ${name}, of which no values were given`);
}

class GraphWriter implements OnnxEmitter {
  readonly proto = {
    name: "maquette",
    node: [] as onnx.INodeProto[],
    initializer: [] as onnx.ITensorProto[],
    input: [] as onnx.IValueInfoProto[],
    output: [] as onnx.IValueInfoProto[],
  };
  readonly form: GraphForm;
  readonly #weights = new Map<string, EncodedWeight>();
  readonly #usedNames = new Set<string>();
  readonly #givenNames = new Set<string>();

  constructor(form: Partial<GraphForm> = {}) {
    this.form = { ...PLAIN_FORM, ...form };
  }

  node(
    type: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, OnnxAttribute>> = {},
    domain = "",
  ): string {
    const name = `${type}:${this.proto.node.length}`;
    for (const input of inputs) this.#usedNames.add(input);
    const attribute = Object.entries(attributes).map(([key, value]) => attributeProto(key, value));
    this.proto.node.push({
      name,
      opType: type,
      domain,
      input: [...inputs],
      output: [name],
      attribute,
    });
    return name;
  }

  input(name: string, shape: Shape): string {
    this.proto.input.push(floatValue(this.#claim(name), shape));
    return name;
  }

  weight(parameter: Parameter, encoding: Encoding): string {
    const name = encoding === "f32" ? parameter.name : `${parameter.name}:${encoding}`;
    const known = this.#weights.get(name);
    if (known === undefined) {
      this.#weights.set(this.#claim(name), { name, parameter, encoding });
    } else if (known.parameter !== parameter) {
      throw nameTaken(name);
    }
    return name;
  }

  /** Weights that a node reads: an encoding stands in for the f32 that no node asks for. */
  usedWeights(): EncodedWeight[] {
    return [...this.#weights.values()].filter(({ name }) => this.#usedNames.has(name));
  }

  constant(shape: Shape, values: Float32Array | BigInt64Array): string {
    const name = `constant:${this.proto.initializer.length}`;
    this.proto.initializer.push({
      name,
      dims: [...shape],
      dataType: values instanceof Float32Array ? FLOAT : INT64,
      rawData: new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
    });
    return name;
  }

  output(name: string, value: string, shape: Shape): void {
    const output = this.#claim(name);
    this.#usedNames.add(value);
    this.proto.node.push({
      name: output,
      opType: "Identity",
      input: [value],
      output: [output],
    });
    this.proto.output.push(floatValue(output, shape));
  }

  #claim(name: string): string {
    if (this.#givenNames.has(name)) throw nameTaken(name);
    this.#givenNames.add(name);
    return name;
  }
}

function nameTaken(name: string): ModelError {
  return new ModelError("mismatch", `graph: two values are named ${name} — rename one of them`);
}

function attributeProto(name: string, attribute: OnnxAttribute): onnx.IAttributeProto {
  const { INT, INTS, FLOAT } = AttributeProto.AttributeType;
  if ("int" in attribute) return { name, type: INT, i: attribute.int };
  if ("ints" in attribute) return { name, type: INTS, ints: [...attribute.ints] };
  return { name, type: FLOAT, f: attribute.float };
}

function floatValue(name: string, shape: Shape): onnx.IValueInfoProto {
  const dim = shape.map((dimValue) => ({ dimValue }));
  return { name, type: { tensorType: { elemType: FLOAT, shape: { dim } } } };
}
