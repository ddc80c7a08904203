/** Sound checkpoints of several kinds, taken apart so that their parts can be spoilt one by one. */
import { readFileSync } from "node:fs";
import {
  call,
  dict,
  encodePickle,
  global,
  ORDERED_DICT,
  type Protocol,
  storage,
  type ToPickle,
  tensor,
  tuple,
} from "../helpers/pickle.ts";
import { rawSafetensors } from "../helpers/safetensors.ts";
import { encodeLegacyTorch, legacyStorage, storedNumbers } from "../helpers/torch-legacy.ts";
import { encodeZip } from "../helpers/zip.ts";

export interface Seed {
  readonly parts: readonly Uint8Array[];
  /** The file with the given parts, lengths and checksums made right. */
  readonly assemble: (parts: readonly Uint8Array[]) => Uint8Array;
}

export function makeSeeds(): readonly Seed[] {
  const values = new Uint8Array(Float32Array.from({ length: 12 }, (_, i) => i).buffer);
  return [
    safetensors({ w: ["F32", [3, 4], 48] }, values),
    safetensors({ "a.weight": ["F16", [2, 4], 16], "b.bias": ["BF16", [8], 16] }, values),
    torch(2, false, values),
    torch(4, true, values),
    legacyTorch(2, values),
    legacyTorch("python2", values),
    whole("views.pt"),
    whole("training.ckpt"),
    whole("legacy.pth"),
  ];
}

function safetensors(
  tensors: Readonly<Record<string, readonly [dtype: string, shape: number[], bytes: number]>>,
  values: Uint8Array,
): Seed {
  let end = 0;
  const header = Object.fromEntries(
    Object.entries(tensors).map(([name, [dtype, shape, bytes]]) => {
      end += bytes;
      return [name, { dtype, shape, data_offsets: [end - bytes, end] }];
    }),
  );
  const text = Buffer.from(JSON.stringify({ __metadata__: { format: "pt" }, ...header }));
  return {
    parts: [text, values.subarray(0, end)],
    assemble: ([text, data]) => rawSafetensors(Buffer.from(text), data),
  };
}

function torch(protocol: 2 | 4, zip64: boolean, values: Uint8Array): Seed {
  const floats = storage("Float", "0", 12);
  const saved = dict({
    model_state_dict: dict({
      "module.a": tensor(floats, [3, 4]),
      "module.b": tensor(floats, [4, 3], { strides: [1, 4] }),
      "module.c": tensor(storage("Half", "1", 24), [5], { offset: 4, strides: [0] }),
    }),
    args: dict({
      list: [1, 300, -1, 0.5, "text", null],
      size: call(global("torch", "Size"), tuple(1)),
    }),
  });
  const names = ["data.pkl", "data/0", "data/1", "byteorder"];
  return {
    parts: [encodePickle(saved, protocol), values, values, Buffer.from("little")],
    assemble: (parts) =>
      encodeZip(
        names.map((name, i) => [`archive/${name}`, parts[i]]),
        { zip64 },
      ),
  };
}

/** Of before version 1.6; all in one file, whose parts say nothing of one another's lengths. */
function legacyTorch(protocol: Protocol, values: Uint8Array): Seed {
  const floats = legacyStorage("Float", "81", 12);
  const filled: ToPickle = {
    build: call(global("torch", "FloatTensor")),
    state: tuple(floats, 4, tuple(2, 2), tuple(1, 2)),
  };
  const entries = [
    ["a", tensor(floats, [3, 4])],
    ["b", filled],
    ["c", call(global("torch.nn.parameter", "Parameter"), filled)],
    ["d", tensor(legacyStorage("Half", "82", 24n), [5], { strides: [0] })],
  ];
  const saved = { build: call(ORDERED_DICT, entries), state: dict({ _metadata: dict({}) }) };
  const numbers = storedNumbers(new Float32Array(values.buffer));
  const file = encodeLegacyTorch(
    saved,
    { 81: numbers, 82: { ...numbers, count: 24 } },
    { protocol },
  );
  const data = file.length - 2 * (8 + values.length);
  return {
    parts: [file.subarray(0, data), file.subarray(data)],
    assemble: (parts) => Buffer.concat(parts),
  };
}

/** A file that PyTorch has written. */
function whole(name: string): Seed {
  const bytes = readFileSync(new URL(`../fixtures/torch/${name}`, import.meta.url));
  return { parts: [bytes], assemble: ([file]) => file };
}
