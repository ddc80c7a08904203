import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { copyFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import sharp from "sharp";
import { type Figure, medianMs } from "./figure.ts";

export const title = "Re-run of a batch in which nothing changed (built CLI, process start to end)";

const PICTURES = 200;
const SIDE = 1024;
const CLI = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));

export async function* run(): AsyncIterable<Figure> {
  const folder = await mkdtemp(join(tmpdir(), "maquette-rerun-"));
  try {
    await sharp(Buffer.from(pictureSvg())).png().toFile(join(folder, "p0.png"));
    await importFolder(folder);
    for (let i = 1; i < PICTURES; i++) await copyAsset(folder, "p0", `p${i}`);

    const { unchanged } = (await importFolder(folder)).counts;
    yield { name: "pictures found unchanged", value: unchanged, unit: "", atLeast: PICTURES };
    const ms = await medianMs(5, () => importFolder(folder));
    yield { name: `${PICTURES} pictures, nothing to do`, value: ms, unit: "ms", atMost: 2000 };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function importFolder(folder: string): Promise<{ counts: { unchanged: number } }> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [CLI, "import", ".", "--json", "--quiet"],
    { cwd: folder, maxBuffer: 2 ** 26 },
  );
  return JSON.parse(stdout);
}

/** The asset under another name, as if it had been imported itself. */
async function copyAsset(folder: string, from: string, to: string): Promise<void> {
  await copyFile(join(folder, `${from}.png`), join(folder, `${to}.png`));
  await copyFile(join(folder, `${from}.glb`), join(folder, `${to}.glb`));
  const sidecar = JSON.parse(await readFile(join(folder, `${from}.png.maquette.json`), "utf8"));
  const { result } = sidecar;
  const copy = {
    ...sidecar,
    uuid: randomUUID(),
    picture: `${to}.png`,
    result: { ...result, glb: { ...result.glb, file: `${to}.glb` } },
  };
  await writeFile(join(folder, `${to}.png.maquette.json`), JSON.stringify(copy, null, 2));
}

/** A barrel on white, noisy enough for a PNG of a painting's size. */
function pictureSvg(): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${SIDE}" height="${SIDE}">
    <filter id="grain"><feTurbulence baseFrequency="0.8" numOctaves="3"/><feComposite in2="SourceGraphic" operator="in"/></filter>
    <rect width="100%" height="100%" fill="white"/>
    <rect x="300" y="200" width="424" height="624" rx="80" fill="#8a5a2b"/>
    <rect x="300" y="200" width="424" height="624" rx="80" filter="url(#grain)" opacity="0.3"/>
  </svg>`;
}
