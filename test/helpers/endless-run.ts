/** As a process: begins a run of minutes in a session, and says so on stdout. */
import { fileBytes, serialise } from "../../plugin/graph/onnx.ts";
import { input } from "../../plugin/graph/ops/input.ts";
import { matmul } from "../../plugin/graph/ops/matmul.ts";
import { Session } from "../../plugin/runtime/session.ts";

const SIZE = 3072;
const PRODUCTS = 200;

const x = input("x", [SIZE, SIZE]);
let y = x;
for (let i = 0; i < PRODUCTS; i++) y = matmul(y, x);

const session = new Session();
await session.create({ model: fileBytes(serialise({ y })), device: "cpu", threads: 1 });
const run = session.run({ x: { shape: [SIZE, SIZE], data: new Float32Array(SIZE * SIZE) } });
process.stdout.write("running\n");
await run;
