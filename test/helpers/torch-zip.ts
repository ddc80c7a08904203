/** Writes PyTorch checkpoints for tests, sound ones and others. */
import { encodePickle, type Protocol, type ToPickle } from "./pickle.ts";
import { encodeZip, type ZipFields } from "./zip.ts";

export interface TorchZipOptions extends ZipFields {
  readonly protocol?: Protocol;
  /** The folder in the archive; old versions call it `archive`. */
  readonly root?: string;
  /** Files beside the pickle and the storages; versions since 2.1 write `byteorder`. */
  readonly files?: Readonly<Record<string, string>>;
}

/** The archive that `torch.save` makes of `saved`, whose storages have the given bytes. */
export function encodeTorchZip(
  saved: ToPickle,
  storages: Readonly<Record<string, Uint8Array>> = {},
  { protocol = 2, root = "archive", files = { version: "3\n" }, ...fields }: TorchZipOptions = {},
): Uint8Array {
  const entries = [
    ["data.pkl", encodePickle(saved, protocol)] as const,
    ...Object.entries(storages).map(([key, bytes]) => [`data/${key}`, bytes] as const),
    ...Object.entries(files).map(([name, text]) => [name, Buffer.from(text)] as const),
  ];
  return encodeZip(
    entries.map(([name, content]) => [`${root}/${name}`, content]),
    fields,
  );
}

export function floatBytes(...values: readonly number[]): Uint8Array {
  return new Uint8Array(Float32Array.from(values).buffer);
}
