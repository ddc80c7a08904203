import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { benchPicture } from "../../plugin/evaluation/precision/picture.ts";
import { fileBytes, serialise } from "../../plugin/graph/onnx.ts";
import { constant } from "../../plugin/graph/ops/constant.ts";
import { gemm } from "../../plugin/graph/ops/gemm.ts";
import { input } from "../../plugin/graph/ops/input.ts";
import { slice } from "../../plugin/graph/ops/slice.ts";
import { inOrder } from "../../plugin/graph/order.ts";
import type { Tensor } from "../../plugin/graph/tensor.ts";
import { compileModel } from "../../plugin/models/compile.ts";
import { VFUSION3D } from "../../plugin/models/families/vfusion3d.ts";
import { openModel } from "../../plugin/models/lrm.ts";
import { encoderRequest, graphForm } from "../../plugin/runtime/encoder.ts";
import { Session } from "../../plugin/runtime/session.ts";
import { det } from "../helpers/det.ts";
import { writeRandomModel } from "../helpers/random-checkpoint.ts";
import { type Figure, median } from "./figure.ts";
import { importWith, PICTURE } from "./import-process.ts";

export const title =
  "VFusion3D at full size on the CPU (452 M random weights, 512 px, mesh grid 512)";

const MESH_GRID = ["--resolution", "512"];
const MEMORY_LIMIT_MB = 6000;
const RUNS = 3;

export async function* run(): AsyncIterable<Figure> {
  const folder = await mkdtemp(join(tmpdir(), "maquette-full-size-"));
  try {
    await writeRandomModel(folder, VFUSION3D, 1);
    for (const when of ["compiled first", "from the cache"]) {
      const { seconds, memory, triangles, stageSeconds } = await importWith(folder, MESH_GRID);
      yield { name: `import, ${when}`, value: seconds, unit: "s" };
      for (const stage of ["encode", "extract", "simplify"] as const) {
        yield { name: `  of which ${stage}`, value: stageSeconds(stage), unit: "s" };
      }
      yield {
        name: `import, ${when}: memory of both processes`,
        value: (memory.process + memory.child) / 1e6,
        unit: "MB",
        atMost: MEMORY_LIMIT_MB,
      };
      yield { name: `import, ${when}: triangles`, value: triangles, unit: "", atLeast: 1 };
    }
    yield* throughput(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The network's arithmetic per second against that of large matrix products, in turns. */
async function* throughput(folder: string): AsyncIterable<Figure> {
  const cacheDir = join(folder, "cache");
  const model = await openModel(folder, cacheDir);
  const { architecture } = model;
  const { path } = await compileModel(model, cacheDir, { form: graphForm("cpu") });
  const [network, products] = [new Session(), new Session()];
  try {
    const sessionStart = performance.now();
    await network.create(encoderRequest(model, path, { device: "cpu" }));
    const sessionMs = performance.now() - sessionStart;
    const chain = productChain();
    const bytes = fileBytes(serialise({ y: chain }));
    await products.create({ model: bytes, device: "cpu", threads: 0 });

    const { size } = architecture.picture;
    const data = await benchPicture(PICTURE, architecture.picture);
    const encode = () => network.run({ picture: { shape: [1, 3, size, size], data } });
    const x = { shape: [ROWS, WIDTH], data: det([ROWS, WIDTH], 1) };
    const multiply = () => products.run({ x });
    await encode();
    await multiply();

    const turns: { encodeMs: number; network: number; products: number }[] = [];
    for (let i = 0; i < RUNS; i++) {
      const before = await elapsedMs(multiply);
      const encodeMs = await elapsedMs(encode);
      const multiplyMs = (before + (await elapsedMs(multiply))) / 2;
      turns.push({
        encodeMs,
        network: gigaflops(architecture.build().planes, encodeMs),
        products: gigaflops(chain, multiplyMs),
      });
    }
    const encodeMs = median(turns.map((turn) => turn.encodeMs));
    yield {
      name: "session from the cache, share of session and picture",
      value: (100 * sessionMs) / (sessionMs + encodeMs),
      unit: "%",
      atMost: 20,
    };
    yield { name: "picture", value: encodeMs / 1000, unit: "s" };
    yield { name: "network", value: median(turns.map((turn) => turn.network)), unit: "GFLOP/s" };
    yield {
      name: "large products",
      value: median(turns.map((turn) => turn.products)),
      unit: "GFLOP/s",
    };
    yield {
      name: "throughput of the network over that of large products",
      value: 100 * median(turns.map((turn) => turn.network / turn.products)),
      unit: "%",
      atLeast: 70,
    };
    yield { name: "memory of its process", value: (await network.peakMemory()) / 1e6, unit: "MB" };
  } finally {
    await Promise.all([network.close(), products.close()]);
  }
}

/** Sizes of a feed-forward layer of the model. */
const ROWS = 3072;
const WIDTH = 1024;
const HIDDEN = 4096;
const LINKS = 6;

/** x (ROWS, WIDTH) through a chain of products; only a corner is handed back. */
function productChain(): Tensor {
  const widen = constant([HIDDEN, WIDTH], det([HIDDEN, WIDTH], 2, 1 / WIDTH));
  const narrow = constant([WIDTH, HIDDEN], det([WIDTH, HIDDEN], 3, 1 / HIDDEN));
  let x: Tensor = input("x", [ROWS, WIDTH]);
  for (let i = 0; i < LINKS; i++) x = gemm(gemm(x, widen), narrow);
  return slice(x, 0, 0, 1);
}

/** Multiplications and additions of the products and attentions that `output` depends on. */
function gigaflops(output: Tensor, ms: number): number {
  const multiplications = inOrder([output]).reduce((sum, { op, inputs, shape }) => {
    if (op.name === "gemm") return sum + inputs[0].shape[0] * inputs[0].shape[1] * shape[1];
    if (op.name !== "attention") return sum;
    const [, queries, width] = inputs[0].shape;
    return sum + 2 * queries * inputs[1].shape[1] * width;
  }, 0);
  return (2 * multiplications) / ms / 1e6;
}

async function elapsedMs(body: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await body();
  return performance.now() - start;
}
