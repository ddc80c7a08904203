/** Opens a checkpoint by what it is, not by what it is called. */
import { ModelError } from "../../core/errors.ts";
import type { Checkpoint } from "./checkpoint.ts";
import { CheckpointFile, type OpenFile } from "./checkpoint-file.ts";
import { SafetensorsFile } from "./safetensors.ts";
import { isLegacyTorch, openLegacyTorch } from "./torch-legacy.ts";
import { openTorchZip } from "./torch-zip.ts";

/** Enough for every mark below. */
const PREFIX_BYTES = 512;
/** Header length and `{}` of a safetensors file without tensors. */
const SHORTEST = 10;
const ZIP_MARK = [0x50, 0x4b, 3, 4];

/**
 * Opens a safetensors file or a PyTorch checkpoint (`.ckpt`, `.pt`, `.pth`, `.bin`). Only its table
 * of contents is read; nothing in it is executed.
 *
 * @param openFile Replaced in tests of failing disks.
 * @throws ModelError that says what the file is instead, or what is unsound about it.
 */
export async function openCheckpoint(path: string, openFile?: OpenFile): Promise<Checkpoint> {
  const file = await CheckpointFile.open(path, openFile);
  try {
    const prefix = await file.read(0, Math.min(PREFIX_BYTES, file.byteLength));
    if (startsWith(prefix, ZIP_MARK)) return await openTorchZip(file);
    if (isLegacyTorch(prefix)) return await openLegacyTorch(file);
    if (isSafetensors(prefix)) return await SafetensorsFile.from(file);
    throw new ModelError("unreadable", `${file.name}: ${describeOther(prefix)}`);
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** A header's length, which no sound file has above 2^32, and the brace that opens the header. */
function isSafetensors(prefix: Uint8Array): boolean {
  return startsWith(prefix.subarray(4), [0, 0, 0, 0, 0x7b]);
}

function startsWith(bytes: Uint8Array, mark: readonly number[]): boolean {
  return mark.every((byte, i) => bytes[i] === byte);
}

/** What people end up with in a checkpoint's place: how it begins, what it is, what to do. */
const OTHERS: readonly (readonly [mark: string | readonly number[], message: string])[] = [
  ["<!doctype", "a web page — download the file itself, not the page that shows it"],
  ["<html", "a web page — download the file itself, not the page that shows it"],
  ["<?xml", "a server's answer instead of the file — download it again"],
  ["{", "a JSON text — give the file of weights"],
  ["version https://git-lfs", "a Git LFS pointer — fetch the file itself with git lfs pull"],
  [
    "././@paxheader",
    "a tar archive, as PyTorch wrote before version 0.1.10 — load it in a newer one and torch.save it again",
  ],
  [[0x80], "a bare Python pickle — save the weights with torch.save or as safetensors"],
  [[0x1f, 0x8b], "a gzip archive — unpack it first"],
  ["gguf", "a GGUF file — give the model's safetensors or PyTorch file"],
  [[0x89, 0x48, 0x44, 0x46], "an HDF5 file — give the model's safetensors or PyTorch file"],
  [
    Array<number>(16).fill(0),
    "begins with zeros, its download was not finished — download it again",
  ],
];

function describeOther(prefix: Uint8Array): string {
  const text = new TextDecoder("latin1").decode(prefix).trimStart().toLowerCase();
  const found = OTHERS.find(([mark]) =>
    typeof mark === "string" ? text.startsWith(mark) : startsWith(prefix, mark),
  );
  if (found !== undefined) return found[1];
  if (prefix.length < SHORTEST) return `only ${prefix.length} bytes long — download it again`;
  return "neither safetensors nor a PyTorch checkpoint — give the model's file of weights";
}
