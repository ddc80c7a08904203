/** Names of pictures that a client brings: what every file system takes, and the watch sees. */
import { extname } from "node:path";
import { InputError } from "../core/errors.ts";
import { PICTURE_FORMATS } from "../core/picture-formats.ts";
import { isIgnored, isPictureName } from "../project/walk.ts";

/** File systems take 255 bytes; the sidecar's ending and a number that makes the name free need some. */
const MAX_BYTES = 200;

// biome-ignore lint/suspicious/noControlCharactersInRegex: that is what must not be in a name.
const FORBIDDEN = /[\x00-\x1f\x7f<>:"/\\|?*]/;
const RESERVED = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;

/** @throws InputError "bad-option" saying what is wrong with it, "unsupported" for its ending. */
export function checkPictureName(name: string): string {
  const refused = (what: string): InputError =>
    new InputError("bad-option", `${shown(name)}: ${what} — give the file another name`);
  if (FORBIDDEN.test(name)) throw refused("is not a plain file name");
  if (RESERVED.test(name)) throw refused("is a name that Windows keeps for itself");
  if (/^[\s.]|[\s.]$/.test(name)) throw refused("begins or ends with a dot or a space");
  if (Buffer.byteLength(name) > MAX_BYTES) throw refused(`is longer than ${MAX_BYTES} bytes`);
  if (!isPictureName(name)) {
    throw new InputError(
      "unsupported",
      `${name}: is not the name of a picture — expected ${PICTURE_FORMATS}`,
    );
  }
  if (isIgnored(name)) throw refused("is the name of a texture map, which is never taken for art");
  return name.normalize("NFC");
}

/**
 * `hero.png`, else `hero-2.png` and so on: whose stem no picture in the folder has, as two would write
 * the same mesh.
 *
 * @param names All files of the folder.
 */
export function freePictureName(name: string, names: readonly string[]): string {
  const taken = new Set(names.filter(isPictureName).map((other) => stem(other).toLowerCase()));
  const ending = extname(name);
  let free = stem(name);
  for (let k = 2; taken.has(free.toLowerCase()); k++) free = `${stem(name)}-${k}`;
  return `${free}${ending}`;
}

/** With control characters escaped. */
function shown(name: string): string {
  return FORBIDDEN.test(name) ? JSON.stringify(name) : name;
}

function stem(name: string): string {
  return name.slice(0, -extname(name).length);
}
