/**
 * Reads PyTorch checkpoints as `torch.save` writes them since version 1.6: a zip archive of a
 * pickle, `data.pkl`, whose tensors are views of storages, `data/<key>`. Only the pickle is read on
 * opening, and nothing in it is executed.
 */
import { ModelError } from "../../core/errors.ts";
import type { CheckpointFile } from "./checkpoint-file.ts";
import { PickleBytes } from "./pickle-bytes.ts";
import { bigEndianError, pickleErrors, TorchFile } from "./torch-file.ts";
import { readStorage } from "./torch-objects.ts";
import { isTuple, type TorchValue } from "./torch-values.ts";
import { unpickle } from "./unpickle.ts";
import { ZipArchive } from "./zip-archive.ts";

/** A model of 1,000 tensors takes 200 KB. */
const MAX_PICKLE_BYTES = 64 * 2 ** 20;
/** `("storage", class, key, location, elements)` */
const ID_LENGTH = 5;

/**
 * Takes over `file`, unless it is not sound.
 *
 * @throws ModelError, also when the pickle imports more than tensors and plain containers need.
 */
export async function openTorchZip(file: CheckpointFile): Promise<TorchFile> {
  const archive = await ZipArchive.read(file);
  const root = findRoot(file, archive);
  await checkByteOrder(file, archive, root);
  const saved = await readPickle(file, archive, root);
  return TorchFile.from(file, saved, (key) => archive.locate(`${root}/data/${key}`));
}

/** The folder in the archive that holds everything, named after the file as it was first called. */
function findRoot(file: CheckpointFile, archive: ZipArchive): string {
  const pickles = [...archive.names()].filter((name) => /^[^/]+\/data\.pkl$/.test(name));
  if (pickles.length !== 1) {
    throw new ModelError(
      "unreadable",
      `${file.name}: a zip archive with ${pickles.length} PyTorch pickles instead of 1 — unpack it and give the file of weights`,
    );
  }
  const root = pickles[0].slice(0, -"/data.pkl".length);
  if (archive.has(`${root}/constants.pkl`)) {
    throw new ModelError(
      "unreadable",
      `${file.name}: a TorchScript program — save the model's state_dict() with torch.save`,
    );
  }
  return root;
}

/** Archives of PyTorch before 2.1 do not say; they are little-endian but on rare machines. */
async function checkByteOrder(
  file: CheckpointFile,
  archive: ZipArchive,
  root: string,
): Promise<void> {
  const name = `${root}/byteorder`;
  if (!archive.has(name)) return;
  const { begin, byteLength } = await archive.locate(name);
  const order = Buffer.from(await file.read(begin, Math.min(byteLength, 16))).toString("latin1");
  if (order !== "little") throw bigEndianError(file);
}

async function readPickle(
  file: CheckpointFile,
  archive: ZipArchive,
  root: string,
): Promise<TorchValue> {
  const { begin, byteLength } = await archive.locate(`${root}/data.pkl`);
  if (byteLength > MAX_PICKLE_BYTES) throw file.unsound(`a pickle of ${byteLength} bytes`);
  const bytes = new PickleBytes(await file.read(begin, byteLength));
  return unpickle(bytes, {
    ...pickleErrors(file),
    loadStorage: (id) => (isTuple(id) && id.length === ID_LENGTH ? readStorage(id) : undefined),
  });
}
