import type { onnx } from "onnx-proto";
import onnxProto from "onnx-proto";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { PRECISIONS, type Precision } from "../../../plugin/core/precision.ts";
import { linear } from "../../../plugin/graph/layers.ts";
import { fileBytes, serialise } from "../../../plugin/graph/onnx.ts";
import { attention } from "../../../plugin/graph/ops/attention.ts";
import { conv } from "../../../plugin/graph/ops/conv.ts";
import { input } from "../../../plugin/graph/ops/input.ts";
import { layerNorm } from "../../../plugin/graph/ops/layer-norm.ts";
import { parameter, parameterRows } from "../../../plugin/graph/ops/parameter.ts";
import type { Encoding, Tensor } from "../../../plugin/graph/tensor.ts";
import { encodeWeight, layoutOf } from "../../../plugin/graph/weight-encoding.ts";
import { det } from "../../helpers/det.ts";
import { runGraph } from "../../helpers/run-graph.ts";

const { ModelProto, TensorProto } = onnxProto.onnx;

const test = suite("precision");

const ROWS = 160;
const COLUMNS = 128;
const POINTS = 5;

const VALUES = new Map([
  ["x", det([POINTS, COLUMNS], 1)],
  ["w", det([ROWS, COLUMNS], 2)],
  ["b", det([ROWS], 3)],
]);

const product = (): Tensor =>
  linear(input("x", [POINTS, COLUMNS]), parameter("w", [ROWS, COLUMNS]), parameter("b", [ROWS]));

/**
 * What rounding the operands of x . w + b can cost at most, for |x|, |w|, |b| <= 1: half a unit in
 * the last place of f16 is 2^-11, of bf16 2^-8 / 2 = 2^-9, of a byte half a step of 1/127 (dynamic: 1/63). `f16`
 * also rounds sums, of magnitude below 16 here, after which products of 16-bit numbers are exact
 * in f32.
 */
const LARGEST_ERROR: Readonly<Record<Precision, number>> = {
  f32: 1e-5,
  f16: COLUMNS * 2 * 2 ** -11 + 16 * 2 ** -11,
  bf16: COLUMNS * 2 ** -9,
  int8: COLUMNS * (0.5 / 127),
  "int8-dynamic": COLUMNS * (0.5 / 63 + 1 / 255),
};

test("products stay within what rounding their operands can cost", async () => {
  const [x, w, b] = ["x", "w", "b"].map((name) => VALUES.get(name) ?? new Float32Array());
  for (const precision of PRECISIONS) {
    const { y } = await runGraph({ y: product() }, VALUES, { precision });
    for (let n = 0; n < POINTS; n++) {
      for (let row = 0; row < ROWS; row++) {
        let exact = b[row];
        for (let c = 0; c < COLUMNS; c++) exact += x[n * COLUMNS + c] * w[row * COLUMNS + c];
        const error = Math.abs(y[n * ROWS + row] - exact);
        assert.ok(error <= LARGEST_ERROR[precision], `${precision}: off by ${error}`);
      }
    }
  }
});

test("a file takes the bytes that its precision promises", () => {
  const weights = ROWS * COLUMNS;
  const bytes = (precision: Precision): number =>
    serialise({ y: product() }, { form: { precision } }).parts.reduce(
      (sum, part) => sum + (part instanceof Uint8Array ? 0 : layoutOf(part).byteLength),
      0,
    );
  assert.is(bytes("f32"), 4 * (weights + ROWS));
  assert.is(bytes("f16"), 2 * (weights + ROWS));
  assert.is(bytes("bf16"), 2 * weights + 4 * ROWS);
  assert.is(bytes("int8"), weights + 4 * (weights / 32) + 4 * ROWS);
  assert.is(bytes("int8-dynamic"), weights + 4 * ROWS + 4 * ROWS);
});

test("norms and attention see f32 in every precision", () => {
  const tokens = input("x", [1, 4, 32]);
  const normed = layerNorm(tokens, parameter("scale", [32]), parameter("shift", [32]), 1e-6);
  const [query, key, value] = ["q", "k", "v"].map((name) =>
    linear(normed, parameter(name, [32, 32])),
  );
  for (const precision of PRECISIONS) {
    const graph = graphOf({ y: attention(query, key, value, 2) }, precision);
    const short = new Set<string>();
    for (const { name, dataType } of graph.initializer ?? []) {
      if (dataType !== TensorProto.DataType.FLOAT) short.add(name ?? "");
    }
    for (const node of graph.node ?? []) {
      const inputs = node.input ?? [];
      const [output] = node.output ?? [];
      if (node.opType === "Cast") {
        if (Number(node.attribute?.[0].i) !== TensorProto.DataType.FLOAT) short.add(output);
      } else if (/LayerNorm|Attention/.test(node.opType ?? "")) {
        assert.not(
          inputs.some((name) => short.has(name)),
          `${precision}: ${node.opType}`,
        );
      } else if (node.opType === "Gemm" && inputs.every((name) => short.has(name))) {
        short.add(output);
      }
    }
  }
});

test("a picture's patches are embedded in every precision", async () => {
  const patches = conv(
    input("picture", [1, 3, 8, 8]),
    parameter("kernel", [6, 3, 4, 4]),
    parameter("bias", [6]),
    4,
  );
  const values = new Map([
    ["picture", det([1, 3, 8, 8], 5)],
    ["kernel", det([6, 3, 4, 4], 6)],
    ["bias", det([6], 7)],
  ]);
  const { y: exact } = await runGraph({ y: patches }, values);
  for (const precision of PRECISIONS) {
    const { y } = await runGraph({ y: patches }, values, { precision });
    // 48 products of numbers below 1; bf16 is the coarsest of the formats a convolution can have.
    for (let i = 0; i < y.length; i++) assert.ok(Math.abs(y[i] - exact[i]) <= 48 * 2 ** -9);
  }
});

test("rows of a parameter are a parameter: read from the whole, stored on their own", async () => {
  const whole = parameter("w", [ROWS, COLUMNS]);
  const parts = [parameterRows(whole, 0, 64), parameterRows(whole, 64, ROWS)];
  const x = input("x", [POINTS, COLUMNS]);
  const { first, second, all } = await runGraph(
    { first: linear(x, parts[0]), second: linear(x, parts[1]), all: linear(x, whole) },
    VALUES,
  );
  for (let n = 0; n < POINTS; n++) {
    const row = all.subarray(n * ROWS, (n + 1) * ROWS);
    assert.equal(first.subarray(n * 64, (n + 1) * 64), row.subarray(0, 64));
    assert.equal(second.subarray(n * 96, (n + 1) * 96), row.subarray(64));
  }
  assert.throws(() => parameterRows(whole, 100, ROWS + 1), "must lie within");
});

test("eight-bit weights are the nearest steps of their block's or row's scale", () => {
  const weight = parameter("w", [2, 64]);
  const values = det([2, 64], 8, 3);
  values.fill(0, 32, 64);
  const encode = (encoding: Encoding): Uint8Array =>
    encodeWeight({ name: "w", parameter: weight, encoding }, values);
  const floats = (bytes: Uint8Array): Float32Array =>
    new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);

  const blockScales = floats(encode("int8-block-scales"));
  encode("int8-blocks").forEach((byte, i) => {
    const scale = blockScales[i >> 5];
    assert.ok(Math.abs((byte - 128) * scale - values[i]) <= 0.5001 * scale);
  });
  const rowScales = floats(encode("int8-column-scales"));
  encode("int8-columns").forEach((byte, i) => {
    const [column, row] = [i >> 1, i & 1];
    const signed = (byte << 24) >> 24;
    const error = Math.abs(signed * rowScales[row] - values[row * 64 + column]);
    assert.ok(error <= 0.5001 * rowScales[row]);
  });
});

function graphOf(
  outputs: Readonly<Record<string, Tensor>>,
  precision: Precision,
): onnx.IGraphProto {
  const bytes = fileBytes(
    serialise(outputs, { form: { precision } }),
    (weight) => new Uint8Array(layoutOf(weight).byteLength),
  );
  return ModelProto.decode(bytes).graph ?? {};
}

test.run();
