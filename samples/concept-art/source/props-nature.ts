/** Things that grow. Each stands on y = 0 and looks towards +Z. */
import { around, bar, blob, gradient, jitter, lathe, mix, place, type Solid } from "./solid.ts";

export function toadstool(): Solid[] {
  const cap = lathe(
    [
      [0.0, 0.52],
      [0.3, 0.5],
      [0.47, 0.52],
      [0.52, 0.58],
      [0.5, 0.68],
      [0.4, 0.82],
      [0.24, 0.92],
      [0.0, 0.96],
    ],
    (_x, y) => (y < 0.53 ? "#f2d9b1" : mix("#b3221e", "#e8473a", (y - 0.55) / 0.35)),
    { sides: 20 },
  );
  const stalk = lathe(
    [
      [0.0, 0.0],
      [0.2, 0.0],
      [0.22, 0.08],
      [0.16, 0.25],
      [0.13, 0.42],
      [0.15, 0.53],
    ],
    gradient(0, "#d9bb8c", 0.45, "#f6e8cc"),
    { sides: 16 },
  );
  const skirt = lathe(
    [
      [0.14, 0.42],
      [0.24, 0.37],
      [0.23, 0.35],
      [0.13, 0.38],
    ],
    "#efdcb6",
  );
  const spot = (turn: number, tilt: number, size: number): Solid => {
    const [across, up] = [Math.sin((tilt * Math.PI) / 180), Math.cos((tilt * Math.PI) / 180)];
    const onCap = place(blob(size, "#fdf4e3", { rings: 7 }), {
      at: [0, 0.535 + 0.42 * up, 0.52 * across],
      turn: [tilt * 0.92, 0, 0],
      scale: [1, 0.3, 1],
    });
    return place(onCap, { turn: [0, turn, 0] });
  };
  return [
    cap,
    stalk,
    skirt,
    spot(10, 38, 0.1),
    spot(75, 50, 0.085),
    spot(-48, 55, 0.09),
    spot(150, 42, 0.1),
    spot(215, 52, 0.085),
    spot(280, 36, 0.09),
    spot(35, 72, 0.065),
    spot(-14, 74, 0.06),
    spot(0, 4, 0.09),
  ];
}

export function pine(): Solid[] {
  const tier = (bottom: number, radius: number, height: number, seed: number): Solid => {
    const cone = lathe(
      [
        [0, bottom + 0.05],
        [radius * 0.9, bottom],
        [radius, bottom + 0.035],
        [radius * 0.55, bottom + height * 0.5],
        [0, bottom + height],
      ],
      gradient(bottom, "#1d5b46", bottom + height, "#59ad6b"),
      { sides: 9, creaseDegrees: 15 },
    );
    return place(cone, { turn: [0, seed * 23, jitter(seed) * 2] });
  };
  const trunk = lathe(
    [
      [0, 0],
      [0.14, 0],
      [0.1, 0.12],
      [0.085, 0.36],
    ],
    gradient(0, "#5d3a22", 0.3, "#8a5a36"),
    { sides: 9, creaseDegrees: 15 },
  );
  return [
    trunk,
    tier(0.22, 0.4, 0.5, 1),
    tier(0.47, 0.33, 0.46, 2),
    tier(0.71, 0.26, 0.42, 3),
    tier(0.94, 0.18, 0.38, 4),
  ];
}

export function cactus(): Solid[] {
  const skin = gradient(0.1, "#2f7a4c", 1, "#67b86a");
  const limb = (path: [number, number, number][], radius: number): Solid[] => [
    bar(path, radius, skin, 12),
    place(blob(radius, skin, { rings: 7 }), { at: path[path.length - 1] }),
  ];
  const flower = (x: number, y: number): Solid[] => [
    place(blob(0.07, "#e8548f", { rings: 5, rough: 0.14 }), { at: [x, y, 0.02] }),
    place(blob(0.035, "#ffd35c", { rings: 4 }), { at: [x, y + 0.045, 0.04] }),
  ];
  const pot = lathe(
    [
      [0, 0],
      [0.2, 0],
      [0.27, 0.24],
      [0.31, 0.24],
      [0.32, 0.34],
      [0.26, 0.34],
      [0, 0.31],
    ],
    (_x, y) => (y > 0.305 && y < 0.335 ? "#5b4033" : mix("#a34f2c", "#d97a48", y / 0.34)),
    { sides: 18, creaseDegrees: 35 },
  );
  const ridges = around(
    bar(
      [
        [0, 0.34, 0.145],
        [0, 0.98, 0.145],
      ],
      0.014,
      "#9fdc8d",
      6,
    ),
    9,
  );
  return [
    pot,
    ...limb(
      [
        [0, 0.28, 0],
        [0, 0.62, 0],
        [0, 0.96, 0],
      ],
      0.15,
    ),
    ...ridges,
    ...limb(
      [
        [0.08, 0.58, 0],
        [0.27, 0.58, 0],
        [0.33, 0.66, 0],
        [0.33, 0.85, 0],
      ],
      0.085,
    ),
    ...limb(
      [
        [-0.08, 0.5, 0],
        [-0.25, 0.5, 0],
        [-0.31, 0.58, 0],
        [-0.31, 0.7, 0],
      ],
      0.08,
    ),
    ...flower(0.0, 1.11),
    ...flower(0.33, 0.94),
  ];
}

export function mossyRock(): Solid[] {
  const stone = (size: number, seed: number): Solid =>
    blob(
      size,
      (x, y, z) =>
        y > size * (0.42 + 0.13 * Math.sin(x * 19 + seed) + 0.1 * Math.cos(z * 17))
          ? mix("#41692f", "#7d9f45", y / size)
          : mix("#5e6470", "#8d939c", (y + size) / (2 * size)),
      { rings: 6, rough: 0.13, seed, creaseDegrees: 12 },
    );
  return [
    place(stone(0.42, 3), { at: [0, 0.3, 0], scale: [1.15, 0.85, 0.95], turn: [0, 20, 0] }),
    place(stone(0.22, 8), { at: [0.46, 0.14, 0.16], scale: [1, 0.85, 1] }),
    place(stone(0.16, 5), { at: [-0.42, 0.1, 0.26] }),
    place(stone(0.13, 12), { at: [0.16, 0.08, 0.46] }),
  ];
}
