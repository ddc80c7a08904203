/** What counts as a picture by its name; what a file really is, only its content tells. */

export const PICTURE_EXTENSIONS: readonly string[] = [
  ".png",
  ".jpg",
  ".jpeg",
  ".webp",
  ".avif",
  ".gif",
  ".svg",
  ".tif",
  ".tiff",
];

/** For messages. */
export const PICTURE_FORMATS = "PNG, JPEG, WebP, AVIF, GIF, SVG or TIFF";
