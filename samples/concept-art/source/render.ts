/** Renders the concept pictures beside this folder: `npx tsx samples/concept-art/source/render.ts`. */
import { fileURLToPath } from "node:url";
import sharp, { type Sharp } from "sharp";
import { openPhotographer, type Photographer } from "../../../plugin/contact-sheet/photographer.ts";
import type { View } from "../../../plugin/protocol/contact-sheet-page.ts";
import { solidsToGlb } from "./glb.ts";
import { cottage, watchtower, well } from "./props-built.ts";
import { amphora, barrel, chest, lantern, potion } from "./props-made.ts";
import { cactus, mossyRock, pine, toadstool } from "./props-nature.ts";
import type { Solid } from "./solid.ts";

/** A prop, how the camera sees it and how it sits in its picture. */
interface Shot {
  /** Its extension decides the format. */
  readonly file: string;
  readonly solids: () => Solid[];
  readonly view: View;
  readonly width: number;
  readonly height: number;
  /** Longest side of the prop in pixels. */
  readonly span: number;
  /** Centre of the prop, in shares of the picture; the middle by default. */
  readonly centre?: readonly [number, number];
  /** Backdrop; transparent by default. */
  readonly backdrop?: string;
}

const SHOTS: readonly Shot[] = [
  {
    file: "toadstool.png",
    solids: toadstool,
    view: { azimuthDegrees: 8, elevationDegrees: 14 },
    width: 896,
    height: 896,
    span: 720,
  },
  {
    file: "barrel.jpg",
    solids: barrel,
    view: { azimuthDegrees: 12, elevationDegrees: 20 },
    width: 896,
    height: 896,
    span: 700,
    backdrop: "#ffffff",
  },
  {
    file: "amphora.webp",
    solids: amphora,
    view: { azimuthDegrees: 0, elevationDegrees: 14 },
    width: 896,
    height: 1024,
    span: 800,
    backdrop: "#8fb9c9",
  },
  {
    file: "pine.png",
    solids: pine,
    view: { azimuthDegrees: 10, elevationDegrees: 12 },
    width: 640,
    height: 1024,
    span: 940,
  },
  {
    file: "cactus.jpg",
    solids: cactus,
    view: { azimuthDegrees: 6, elevationDegrees: 16 },
    width: 1024,
    height: 896,
    span: 640,
    centre: [0.33, 0.56],
    backdrop: "#ffffff",
  },
  {
    file: "mossy-rock.png",
    solids: mossyRock,
    view: { azimuthDegrees: 10, elevationDegrees: 22 },
    width: 1024,
    height: 640,
    span: 800,
  },
  {
    file: "potion.webp",
    solids: potion,
    view: { azimuthDegrees: 6, elevationDegrees: 14 },
    width: 768,
    height: 896,
    span: 760,
  },
  {
    file: "treasure-chest.jpg",
    solids: chest,
    view: { azimuthDegrees: 24, elevationDegrees: 22 },
    width: 1024,
    height: 768,
    span: 720,
    backdrop: "#d8c7ec",
  },
  {
    file: "lantern.png",
    solids: lantern,
    view: { azimuthDegrees: 22, elevationDegrees: 16 },
    width: 640,
    height: 1024,
    span: 900,
    backdrop: "#2f3a4f",
  },
  {
    file: "well.webp",
    solids: well,
    view: { azimuthDegrees: 24, elevationDegrees: 18 },
    width: 896,
    height: 896,
    span: 760,
    backdrop: "#ffffff",
  },
  {
    file: "watchtower.jpg",
    solids: watchtower,
    view: { azimuthDegrees: 10, elevationDegrees: 14 },
    width: 640,
    height: 1024,
    span: 930,
    backdrop: "#f3dfae",
  },
  {
    file: "cottage.png",
    solids: cottage,
    view: { azimuthDegrees: 26, elevationDegrees: 20 },
    width: 896,
    height: 896,
    span: 740,
  },
];

const only = process.argv.slice(2);
const photographer = await openPhotographer();
try {
  for (const shot of SHOTS) {
    if (only.length > 0 && !only.some((word) => shot.file.includes(word))) continue;
    await render(shot, photographer);
    console.log(shot.file);
  }
} finally {
  await photographer.close();
}

async function render(shot: Shot, photographer: Photographer): Promise<void> {
  const [picture] = await photographer.renderViews(await solidsToGlb(shot.solids()), {
    views: [shot.view],
    size: Math.max(shot.width, shot.height),
    fill: 0.9,
    groundShadow: false,
  });
  const prop = await sharp(picture)
    .trim({ background: "#00000000", threshold: 0 })
    .resize(shot.span, shot.span, { fit: "inside" })
    .toBuffer({ resolveWithObject: true });
  const [x, y] = shot.centre ?? [0.5, 0.5];
  const canvas = sharp({
    create: {
      width: shot.width,
      height: shot.height,
      channels: 4,
      background: shot.backdrop ?? "#00000000",
    },
  }).composite([
    {
      input: prop.data,
      left: Math.round(shot.width * x - prop.info.width / 2),
      top: Math.round(shot.height * y - prop.info.height / 2),
    },
  ]);
  await encode(canvas, shot);
}

async function encode(canvas: Sharp, { file, backdrop }: Shot): Promise<void> {
  const path = fileURLToPath(new URL(`../${file}`, import.meta.url));
  const flat = backdrop === undefined ? canvas : canvas.removeAlpha();
  if (file.endsWith(".jpg")) await flat.jpeg({ quality: 90, mozjpeg: true }).toFile(path);
  else if (file.endsWith(".webp")) await flat.webp({ quality: 90 }).toFile(path);
  else await flat.png({ palette: true, quality: 95 }).toFile(path);
}
