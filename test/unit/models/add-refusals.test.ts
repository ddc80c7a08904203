import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { openCheckpoint } from "../../../plugin/models/checkpoint/open.ts";
import { writeSafetensors } from "../../../plugin/models/checkpoint/write-safetensors.ts";
import { assertRefused, errorOf, scene } from "../../helpers/adding-models.ts";
import { refuse } from "../../helpers/fake-hub.ts";
import { call, dict, encodePickle, global, storage, tensor } from "../../helpers/pickle.ts";
import { writeRandomModel } from "../../helpers/random-checkpoint.ts";
import { SMALL_MODELS } from "../../helpers/small-models.ts";
import { encodeTorchZip } from "../../helpers/torch-zip.ts";

const test = suite("models/add refusals");

test(
  "a folder of somebody else's in the models folder is refused before anything is fetched",
  scene(async ({ hub, modelsDir, weights, add }) => {
    hub.files.set("lab/released/model.safetensors", { bytes: weights });
    await mkdir(join(modelsDir, "released"), { recursive: true });
    await writeFile(join(modelsDir, "released/own-work.ckpt"), "months of it");
    const error = await errorOf(add("released"));
    assert.match(error.message, /^model released: .* holds other files — move them away/);
    assert.is(hub.contentRequests.length, 0);
    assert.equal(await readdir(join(modelsDir, "released")), ["own-work.ckpt"]);
  }),
);

test(
  "more than the disk holds is refused before it is fetched",
  scene(async (context) => {
    const { hub } = context;
    const size = 1e15;
    hub.apiAnswers.push(({ response }) => {
      const lfs = { oid: "a".repeat(64), size, pointerSize: 1 };
      const file = { type: "file", path: "model.safetensors", size, lfs };
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify([file]));
    });
    hub.files.set("lab/released/model.safetensors", { bytes: new Uint8Array(0) });
    hub.answers.push(({ response }) => {
      response.writeHead(200, { "content-length": String(size) }).flushHeaders();
    });
    const message =
      /needs 1000 TB in .* where .* are free — free some space, or set MAQUETTE_MODELS/;
    await assertRefused(context, "released", "disk-full", message);
  }),
);

test(
  "a checkpoint of another family than the released model is refused",
  scene(async (context) => {
    const { hub, folder } = context;
    await mkdir(join(folder, "triposr"));
    await writeRandomModel(join(folder, "triposr"), SMALL_MODELS.triposr, 1);
    const bytes = await readFile(join(folder, "triposr/model.safetensors"));
    hub.files.set("lab/released/model.safetensors", { bytes });
    const message = /holds a triposr model, not released/;
    await assertRefused(context, "released", "mismatch", message);
    assert.equal(await readdir(join(context.modelsDir, ".downloads")), [], "no use keeping it");
  }),
);

/** Writes the small model with some tensors changed, and no config.json. */
async function writeChanged(
  folder: string,
  change: (tensors: Map<string, { shape: readonly number[]; values: Float32Array }>) => void,
): Promise<void> {
  const checkpoint = await openCheckpoint(join(folder, "source/model.safetensors"));
  const tensors = new Map<string, { shape: readonly number[]; values: Float32Array }>();
  for (const [name, { shape }] of checkpoint.tensors) {
    tensors.set(name, { shape, values: await checkpoint.read(name) });
  }
  await checkpoint.close();
  change(tensors);
  const stored = [...tensors].map(([name, { shape }]) => ({ name, dtype: "F32", shape }) as const);
  const read = async (name: string) => tensors.get(name)?.values ?? new Float32Array();
  await writeSafetensors(join(folder, "changed.safetensors"), stored, read);
}

test(
  "tensors too many or too few are named",
  scene(async (context) => {
    await writeChanged(context.folder, (tensors) => {
      tensors.set("ema.decay", { shape: [1], values: Float32Array.of(0.99) });
      tensors.delete("transformer.norm.bias");
    });
    await assertRefused(
      context,
      "changed.safetensors",
      "mismatch",
      /^changed\.safetensors: 1 tensors? missing \(transformer\.norm\.bias\); 1 tensors? not expected \(ema\.decay\)/,
    );
  }),
);

test(
  "a value that is not a number is refused with its tensor",
  scene(async (context) => {
    await writeChanged(context.folder, (tensors) => {
      tensors.get("transformer.norm.bias")?.values.set([Number.NaN], 3);
    });
    await assertRefused(
      context,
      "changed.safetensors",
      "bad-value",
      /tensor transformer\.norm\.bias: the value at 3 of 128 is NaN/,
    );
  }),
);

for (const [what, name, content, code, message] of [
  ["an empty ONNX file", "x.onnx", "", "unreadable", /^x\.onnx: is empty/],
  ["a foreign ONNX file", "x.onnx", "onnx", "mismatch", /other than the released cutter/],
  ["an empty checkpoint", "x.ckpt", "", "unreadable", /^x\.ckpt: .*download it again/],
  ["a web page", "x.safetensors", "<!DOCTYPE html>", "unreadable", /a web page/],
  [
    "a pickle that imports os",
    "x.ckpt",
    encodeTorchZip(call(global("os", "system"), "true")),
    "unreadable",
    /os\.system/,
  ],
  [
    "a bare pickle",
    "x.bin",
    encodePickle(call(global("os", "system"), "true")),
    "unreadable",
    /pickle/,
  ],
  [
    "another architecture",
    "sd.ckpt",
    encodeTorchZip(dict({ "unet.conv.weight": tensor(storage("Float", "0", 1), [1]) }), {
      "0": new Uint8Array(4),
    }),
    "mismatch",
    /unet\.conv\.weight/,
  ],
] as const) {
  test(
    `${what} is refused with one line and nothing half-installed`,
    scene(async (context) => {
      await writeFile(join(context.folder, name), content);
      await assertRefused(context, name, code, message);
    }),
  );
}

test(
  "a half-downloaded checkpoint is refused",
  scene(async (context) => {
    const { folder, weights } = context;
    await writeFile(join(folder, "x.safetensors"), weights.subarray(0, weights.length >> 1));
    await assertRefused(context, "x.safetensors", "unreadable", /^x\.safetensors: /);
  }),
);

test(
  "what is neither known nor a file is told with what is",
  scene(async (context) => {
    const { hub } = context;
    await assertRefused(context, "nothing", "not-found", /^nothing: .* released, cutter; /);
    await assertRefused(context, "hf:nothing", "bad-option", /expected hf:owner\/repo/);
    await assertRefused(context, "hf:no/body", "network", /^hf:no\/body: .* HTTP 401 — .*HF_TOKEN/);
    hub.files.set("a/b/readme.md", { bytes: Buffer.from("x"), isLarge: false });
    await assertRefused(context, "hf:a/b", "bad-option", /holds no checkpoint/);
    await assertRefused(context, "hf:a/b/readme.md", "mismatch", /no SHA-256/);
    await assertRefused(context, "hf:a/b/none.ckpt", "network", /no such file/);
    hub.apiAnswers.push(({ response }) => void response.end("<html>log in to the hotel</html>"));
    await assertRefused(context, "hf:a/b", "network", /does not answer as a hub does/);
    hub.apiAnswers.push(refuse(403));
    await assertRefused(context, "released", "network", /HTTP 403 — accept the model's terms/);
  }),
);

test.run();
