/** Tells what a file is by its first bytes; names lie. */

export type PictureFormat = "PNG" | "JPEG" | "WebP" | "AVIF" | "GIF" | "SVG" | "TIFF";

/** `foreign` is the name of a known format that cannot be decoded here. */
export type SniffedFormat =
  | { readonly kind: "picture"; readonly format: PictureFormat }
  | { readonly kind: "foreign"; readonly name: string }
  | { readonly kind: "unknown" };

/** Leading bytes as Latin-1 text. */
const PICTURE_SIGNATURES: readonly (readonly [string, PictureFormat])[] = [
  ["\x89PNG\r\n\x1a\n", "PNG"],
  ["\xff\xd8\xff", "JPEG"],
  ["GIF87a", "GIF"],
  ["GIF89a", "GIF"],
  ["II*\0", "TIFF"],
  ["MM\0*", "TIFF"],
  ["II+\0", "TIFF"],
  ["MM\0+", "TIFF"],
];

const FOREIGN_SIGNATURES: readonly (readonly [string, string])[] = [
  ["BM", "BMP"],
  ["8BPS", "Photoshop"],
  ["\0\0\x01\0", "ICO"],
  ["\xff\x0a", "JPEG XL"],
  ["\0\0\0\x0cJXL ", "JPEG XL"],
  ["\0\0\0\x0cjP  ", "JPEG 2000"],
  ["v/1\x01", "OpenEXR"],
  ["#?RADIANCE", "Radiance HDR"],
  ["DDS ", "DDS"],
  ["%PDF", "PDF"],
  ["PK\x03\x04", "ZIP, Krita or OpenRaster"],
  ["\x1f\x8b", "gzip"],
];

/** An XML prologue, comments and licence texts may come before the root element. */
const SVG_SEARCH_BYTES = 65536;

export function sniffFormat(bytes: Uint8Array): SniffedFormat {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const start = head.toString("latin1", 0, 16);

  const picture = PICTURE_SIGNATURES.find(([signature]) => start.startsWith(signature));
  if (picture !== undefined) return { kind: "picture", format: picture[1] };
  if (start.startsWith("RIFF") && start.startsWith("WEBP", 8)) {
    return { kind: "picture", format: "WebP" };
  }
  if (start.startsWith("ftyp", 4)) return sniffIsoMedia(head);

  const foreign = FOREIGN_SIGNATURES.find(([signature]) => start.startsWith(signature));
  if (foreign !== undefined) return { kind: "foreign", name: foreign[1] };

  const text = head.toString("utf8", 0, SVG_SEARCH_BYTES).replace(/^\uFEFF/, "");
  const isSvg = /^\s*</.test(text) && /<(\w+:)?svg[\s>/]/.test(text) && !/<html[\s>]/i.test(text);
  return isSvg ? { kind: "picture", format: "SVG" } : { kind: "unknown" };
}

/** AVIF and HEIC share a container; the brands in its first box tell them apart. */
function sniffIsoMedia(head: Buffer): SniffedFormat {
  const boxEnd = Math.min(head.readUInt32BE(0), head.length, 256);
  const brands: readonly string[] = head.toString("latin1", 8, boxEnd).match(/.{4}/gs) ?? [];
  if (brands.includes("avif") || brands.includes("avis")) {
    return { kind: "picture", format: "AVIF" };
  }
  const isHeic = brands.some((brand) => /^(hei[cxms]|hev[cx]|mif1|msf1)$/.test(brand));
  return { kind: "foreign", name: isHeic ? "HEIC" : "video" };
}
