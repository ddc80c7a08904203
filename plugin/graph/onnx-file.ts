/**
 * Lays an ONNX model out as a file, and a second one for large weights. Values of weights are left
 * open: the file comes as parts, and whoever stores it fills in one weight after another.
 */
import type { onnx } from "onnx-proto";
import onnxProto from "onnx-proto";
import { type EncodedWeight, layoutOf } from "./weight-encoding.ts";

const { GraphProto, ModelProto, TensorProto } = onnxProto.onnx;

const OPSET = 21;
/** The version of the file format that came with opset 21. */
const IR_VERSION = 10;

/** Tensors in the side file begin on a page, so that it can be memory-mapped; a power of 2. */
const EXTERNAL_ALIGNMENT = 4096;

/** Bytes as they are, or a weight, standing for its values. */
export type OnnxPart = Uint8Array | EncodedWeight;

export interface OnnxModel {
  /** The model file, part after part. */
  readonly parts: readonly OnnxPart[];
  /** The side file, part after part; empty when all weights are in the model file. */
  readonly externalParts: readonly OnnxPart[];
}

/** The model of a graph without its weights, and the weights in the model file. */
export function modelFile(graph: onnx.IGraphProto, weights: readonly EncodedWeight[]): OnnxModel {
  return { parts: modelParts(graph, weights), externalParts: [] };
}

/** The same with the weights in a side file called `location`. */
export function modelWithSideFile(
  graph: onnx.IGraphProto,
  weights: readonly EncodedWeight[],
  location: string,
): OnnxModel {
  const externalParts: OnnxPart[] = [];
  const initializer = [...(graph.initializer ?? [])];
  let offset = 0;
  for (const weight of weights) {
    const { byteLength } = layoutOf(weight);
    initializer.push(externalTensor(weight, offset, location));
    const padding = new Uint8Array(-byteLength & (EXTERNAL_ALIGNMENT - 1));
    externalParts.push(weight, padding);
    offset += byteLength + padding.length;
  }
  return { parts: modelParts({ ...graph, initializer }, []), externalParts };
}

function externalTensor(
  weight: EncodedWeight,
  offset: number,
  location: string,
): onnx.ITensorProto {
  const { dims, dataType, byteLength } = layoutOf(weight);
  const entries = { location, offset, length: byteLength };
  return {
    name: weight.name,
    dims: [...dims],
    dataType,
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

function modelParts(graph: onnx.IGraphProto, weights: readonly EncodedWeight[]): OnnxPart[] {
  const graphHead = GraphProto.encode(graph).finish();
  const heads = weights.map(initializerHead);
  const graphBytes = weights.reduce(
    (sum, weight, i) => sum + heads[i].length + layoutOf(weight).byteLength,
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
  return [modelHead, graphHead, ...weights.flatMap((weight, i) => [heads[i], weight])];
}

function initializerHead(weight: EncodedWeight): Uint8Array {
  const { dims, dataType, byteLength } = layoutOf(weight);
  const tensor = TensorProto.encode({ name: weight.name, dims: [...dims], dataType })
    .uint32(TENSOR_RAW_DATA)
    .uint32(byteLength)
    .finish();
  const prefix = TensorProto.encode({})
    .uint32(GRAPH_INITIALIZER)
    .uint32(tensor.length + byteLength)
    .finish();
  return Buffer.concat([prefix, tensor]);
}
