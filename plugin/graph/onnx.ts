/**
 * Writes a graph as an ONNX model. Weights are not read here: the model comes back as parts, and
 * whoever stores it fills in one parameter after another, so that a model of any size costs the
 * memory of its largest tensor. Equal graphs give equal bytes.
 */
import type { onnx } from "onnx-proto";
import onnxProto from "onnx-proto";
import { ModelError } from "../core/errors.ts";
import { elementCount } from "./shapes.ts";
import type { OnnxAttribute, OnnxEmitter, Parameter, Shape, Tensor } from "./tensor.ts";

const { AttributeProto, GraphProto, ModelProto, TensorProto } = onnxProto.onnx;

const OPSET = 21;
/** The version of the file format that came with opset 21. */
const IR_VERSION = 10;
const { FLOAT, INT64 } = TensorProto.DataType;
const FLOAT_BYTES = 4;

/** Weights inside the model file stay well below the 2 GB that protobuf can hold. */
const EXTERNAL_THRESHOLD = 1.5e9;
/** Tensors in the side file begin on a page, so that it can be memory-mapped; a power of 2. */
const EXTERNAL_ALIGNMENT = 4096;

/** Bytes as they are, or a parameter, standing for its values as little-endian f32. */
export type OnnxPart = Uint8Array | Parameter;

export interface OnnxModel {
  /** The model file, part after part. */
  readonly parts: readonly OnnxPart[];
  /** The side file, part after part; empty when all weights are in the model file. */
  readonly externalParts: readonly OnnxPart[];
}

export interface SerialiseOptions {
  /** Name of the side file, next to the model file. */
  readonly externalName: string;
  /** Bytes of weights above which they go to the side file. Default 1.5 GB, at most 2 GB. */
  readonly externalThreshold?: number | undefined;
}

/**
 * The model that computes `outputs`, by name. Its inputs and parameters are those the outputs
 * depend on.
 *
 * @throws ModelError when two different parameters or inputs have the same name.
 */
export function serialise(
  outputs: Readonly<Record<string, Tensor>>,
  options: SerialiseOptions,
): OnnxModel {
  const graph = new GraphWriter();
  const values = new Map<Tensor, string>();
  for (const tensor of inOrder(Object.values(outputs))) {
    const operands = tensor.inputs.map((operand) => values.get(operand) ?? "");
    values.set(tensor, tensor.op.emit(graph, operands, tensor));
  }
  for (const [name, tensor] of Object.entries(outputs)) {
    graph.output(name, values.get(tensor) ?? "", tensor.shape);
  }

  const { parameters } = graph;
  const weightBytes = parameters.reduce((sum, parameter) => sum + byteLength(parameter), 0);
  if (weightBytes <= (options.externalThreshold ?? EXTERNAL_THRESHOLD)) {
    return { parts: modelParts(graph.proto, parameters), externalParts: [] };
  }
  const externalParts: OnnxPart[] = [];
  let offset = 0;
  for (const parameter of parameters) {
    graph.proto.initializer.push(externalTensor(parameter, offset, options.externalName));
    const padding = new Uint8Array(-byteLength(parameter) & (EXTERNAL_ALIGNMENT - 1));
    externalParts.push(parameter, padding);
    offset += byteLength(parameter) + padding.length;
  }
  return { parts: modelParts(graph.proto, []), externalParts };
}

/** Every tensor the outputs depend on, operands first. Iterative: graphs can be deep. */
function inOrder(outputs: readonly Tensor[]): Tensor[] {
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

class GraphWriter implements OnnxEmitter {
  readonly proto = {
    name: "maquette",
    node: [] as onnx.INodeProto[],
    initializer: [] as onnx.ITensorProto[],
    input: [] as onnx.IValueInfoProto[],
    output: [] as onnx.IValueInfoProto[],
  };
  readonly parameters: Parameter[] = [];
  readonly #givenNames = new Set<string>();

  node(
    type: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, OnnxAttribute>> = {},
    domain = "",
  ): string {
    const name = `${type}:${this.proto.node.length}`;
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

  parameter(parameter: Parameter): string {
    this.parameters.push(parameter);
    return this.#claim(parameter.name);
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
    this.proto.node.push({
      name: output,
      opType: "Identity",
      input: [value],
      output: [output],
    });
    this.proto.output.push(floatValue(output, shape));
  }

  #claim(name: string): string {
    if (this.#givenNames.has(name)) {
      throw new ModelError("mismatch", `graph: two values are named ${name} — rename one of them`);
    }
    this.#givenNames.add(name);
    return name;
  }
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

function byteLength(parameter: Parameter): number {
  return elementCount(parameter.shape) * FLOAT_BYTES;
}

function externalTensor(parameter: Parameter, offset: number, location: string): onnx.ITensorProto {
  const entries = { location, offset, length: byteLength(parameter) };
  return {
    name: parameter.name,
    dims: [...parameter.shape],
    dataType: FLOAT,
    dataLocation: TensorProto.DataLocation.EXTERNAL,
    externalData: Object.entries(entries).map(([key, value]) => ({ key, value: `${value}` })),
  };
}

// A ModelProto whose graph ends in initialisers with open raw_data. Protobuf puts the length of a
// nested message before it, so the lengths are summed first and the values can follow later.

/** Protobuf's mark before a nested message or bytes: field number, wire type 2. */
const fieldTag = (field: number): number => (field << 3) | 2;
const MODEL_GRAPH = fieldTag(7);
const GRAPH_INITIALIZER = fieldTag(5);
const TENSOR_RAW_DATA = fieldTag(9);

function modelParts(graph: onnx.IGraphProto, parameters: readonly Parameter[]): OnnxPart[] {
  const graphHead = GraphProto.encode(graph).finish();
  const heads = parameters.map(initializerHead);
  const graphBytes = parameters.reduce(
    (sum, parameter, i) => sum + heads[i].length + byteLength(parameter),
    graphHead.length,
  );
  const model = {
    irVersion: IR_VERSION,
    producerName: "maquette",
    opsetImport: [
      { domain: "", version: OPSET },
      { domain: "com.microsoft", version: 1 },
    ],
  };
  const modelHead = ModelProto.encode(model).uint32(MODEL_GRAPH).uint32(graphBytes).finish();
  return [modelHead, graphHead, ...parameters.flatMap((parameter, i) => [heads[i], parameter])];
}

function initializerHead(parameter: Parameter): Uint8Array {
  const dims = [...parameter.shape];
  const tensor = TensorProto.encode({ name: parameter.name, dims, dataType: FLOAT })
    .uint32(TENSOR_RAW_DATA)
    .uint32(byteLength(parameter))
    .finish();
  const prefix = TensorProto.encode({})
    .uint32(GRAPH_INITIALIZER)
    .uint32(tensor.length + byteLength(parameter))
    .finish();
  return Buffer.concat([prefix, tensor]);
}
