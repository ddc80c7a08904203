const UNITS = ["bytes", "kB", "MB", "GB", "TB"];

/** "1.81 GB", "446 MB", "12 bytes": three digits are enough for people. */
export function formatBytes(bytes: number): string {
  const power = Math.min(UNITS.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  const scaled = bytes / 1000 ** power;
  const digits = power === 0 || scaled >= 99.95 ? 0 : scaled >= 9.995 ? 1 : 2;
  return `${scaled.toFixed(digits)} ${UNITS[power]}`;
}
