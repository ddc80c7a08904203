/** Things made by people: vessels and boxes. Each stands on y = 0 and looks towards +Z. */
import {
  around,
  bar,
  blob,
  box,
  gradient,
  jitter,
  lathe,
  mix,
  place,
  type Solid,
} from "./solid.ts";

const IRON = "#4d545f";
const BRASS = "#d9a441";

export function barrel(): Solid[] {
  const radiusAt = (y: number): number => 0.37 - 0.11 * ((y - 0.5) / 0.5) ** 2;
  const heights = [0, 0.12, 0.24, 0.38, 0.5, 0.62, 0.76, 0.88, 1];
  const staves = lathe(
    [
      [0, 0.05],
      [0.22, 0.05],
      ...heights.map((y) => [radiusAt(y), y] as const),
      [0.22, 1],
      [0.22, 0.94],
      [0, 0.94],
    ],
    (x, y, z) => {
      const stave = Math.floor((Math.atan2(x, z) / (Math.PI * 2)) * 14 + 0.001);
      const wood = mix("#8a5429", "#bf8144", 0.5 + 0.45 * jitter(stave + 7));
      return y > 0.93 && Math.hypot(x, z) < 0.225 ? "#a9703a" : wood;
    },
    { sides: 28, creaseDegrees: 30, crisp: true },
  );
  const hoop = (y: number): Solid =>
    lathe(
      [
        [radiusAt(y - 0.04) - 0.01, y - 0.04],
        [radiusAt(y - 0.04) + 0.022, y - 0.04],
        [radiusAt(y + 0.04) + 0.022, y + 0.04],
        [radiusAt(y + 0.04) - 0.01, y + 0.04],
      ],
      IRON,
      { sides: 28, creaseDegrees: 30 },
    );
  const rivets = [0.2, 0.8].flatMap((y) =>
    around(place(blob(0.018, "#8b95a5", { rings: 4 }), { at: [0, y, radiusAt(y) + 0.022] }), 7, 12),
  );
  return [staves, hoop(0.2), hoop(0.8), hoop(0.04), hoop(0.96), ...rivets];
}

export function amphora(): Solid[] {
  const clay = (_x: number, y: number): string => {
    if (y > 0.62 && y < 0.68) return "#3a2a2a";
    if (y > 0.42 && y < 0.46) return "#3a2a2a";
    if (y > 0.46 && y < 0.62) return "#e9c58a";
    return "#c4683a";
  };
  const body = lathe(
    [
      [0, 0],
      [0.17, 0],
      [0.18, 0.04],
      [0.14, 0.08],
      [0.25, 0.24],
      [0.33, 0.42],
      [0.34, 0.44],
      [0.35, 0.54],
      [0.32, 0.64],
      [0.24, 0.74],
      [0.14, 0.8],
      [0.12, 0.92],
      [0.19, 0.99],
      [0.19, 1.02],
      [0.14, 1.02],
      [0.1, 0.95],
      [0, 0.93],
    ],
    clay,
    { sides: 32, creaseDegrees: 38, crisp: true },
  );
  const handle = (side: number): Solid =>
    bar(
      [
        [side * 0.12, 0.9, 0],
        [side * 0.24, 0.95, 0],
        [side * 0.34, 0.88, 0],
        [side * 0.35, 0.76, 0],
        [side * 0.28, 0.66, 0],
      ],
      0.032,
      "#b85c33",
    );
  const waves = around(
    place(blob(0.04, "#a8402a", { rings: 6 }), { at: [0, 0.54, 0.345], scale: [1, 1, 0.4] }),
    14,
  );
  return [body, handle(1), handle(-1), ...waves];
}

export function potion(): Solid[] {
  const glass = lathe(
    [
      [0, 0],
      [0.2, 0],
      [0.3, 0.06],
      [0.36, 0.18],
      [0.37, 0.28],
      [0.33, 0.42],
      [0.24, 0.53],
      [0.13, 0.59],
      [0.11, 0.76],
      [0.17, 0.78],
      [0.17, 0.83],
      [0.1, 0.84],
    ],
    (_x, y) => {
      if (y > 0.755) return "#bfe8ee";
      if (y > 0.44) return mix("#8fd3e0", "#cdeff2", (y - 0.44) / 0.3);
      return y > 0.41 ? "#f6a5ff" : mix("#5c1b9c", "#c64fe8", y / 0.4);
    },
    { sides: 32, creaseDegrees: 38 },
  );
  const cork = lathe(
    [
      [0.095, 0.82],
      [0.1, 0.84],
      [0.12, 0.95],
      [0.1, 0.97],
      [0, 0.97],
    ],
    gradient(0.82, "#8a5d34", 0.97, "#c89660"),
    { sides: 14 },
  );
  const collar = lathe(
    [
      [0.12, 0.57],
      [0.165, 0.58],
      [0.165, 0.63],
      [0.115, 0.64],
    ],
    BRASS,
    { sides: 20 },
  );
  const label = place(box(0.24, 0.24, 0.04, "#f1dfb4", 0.015), {
    at: [0, 0.25, 0.36],
    turn: [2, 0, 0],
  });
  const star = [0, 60, 120].map((degrees) =>
    place(box(0.15, 0.035, 0.02, "#c2571f", 0.006), {
      at: [0, 0.25, 0.385],
      turn: [0, 0, degrees],
    }),
  );
  return [glass, cork, collar, label, ...star];
}

export function chest(): Solid[] {
  const wood = (seed: number): string => mix("#7d4622", "#b87439", 0.5 + 0.5 * jitter(seed));
  const planks = [0, 1, 2].map((i) =>
    place(box(0.96, 0.15, 0.58, wood(i + 3), 0.015), { at: [0, 0.12 + i * 0.145, 0] }),
  );
  const lidRadius = 0.29;
  const lid = Array.from({ length: 6 }, (_, i) => {
    const angle = ((i + 0.5) / 6) * Math.PI;
    return place(box(0.96, 0.16, 0.05, wood(i + 20), 0.014), {
      at: [0, 0.52 + Math.sin(angle) * (lidRadius - 0.03), Math.cos(angle) * (lidRadius - 0.03)],
      turn: [-(angle * 180) / Math.PI, 0, 0],
    });
  });
  const lidEnds = [-0.43, 0.43].map((x) =>
    place(
      lathe(
        [
          [0, -0.03],
          [0.27, -0.03],
          [0.27, 0.03],
          [0, 0.03],
        ],
        "#8a5029",
        { sides: 24 },
      ),
      {
        at: [x, 0.52, 0],
        turn: [0, 0, 90],
      },
    ),
  );
  const band = (x: number): Solid[] => [
    place(box(0.09, 0.48, 0.62, IRON, 0.012), { at: [x, 0.26, 0] }),
    ...Array.from({ length: 8 }, (_, i) => {
      const angle = ((i + 0.5) / 8) * Math.PI;
      return place(box(0.09, 0.13, 0.035, "#59616e", 0.008), {
        at: [x, 0.52 + Math.sin(angle) * 0.298, Math.cos(angle) * 0.298],
        turn: [-(angle * 180) / Math.PI, 0, 0],
      });
    }),
    ...[0.1, 0.26, 0.42].map((y) => place(blob(0.022, BRASS, { rings: 5 }), { at: [x, y, 0.315] })),
  ];
  const lock = [
    place(box(0.17, 0.2, 0.05, BRASS, 0.02), { at: [0, 0.46, 0.31] }),
    place(box(0.035, 0.08, 0.03, "#3a2b1c", 0.008), { at: [0, 0.45, 0.335] }),
  ];
  const feet = [-0.43, 0.43].flatMap((x) =>
    [-0.24, 0.24].map((z) => place(box(0.13, 0.08, 0.13, IRON, 0.015), { at: [x, 0.04, z] })),
  );
  return [...planks, ...lid, ...lidEnds, ...band(-0.3), ...band(0.3), ...lock, ...feet];
}

export function lantern(): Solid[] {
  const post = [-1, 1].flatMap((x) =>
    [-1, 1].map((z) =>
      bar(
        [
          [x * 0.2, 0.16, z * 0.2],
          [x * 0.165, 0.68, z * 0.165],
        ],
        0.03,
        IRON,
        8,
      ),
    ),
  );
  const glow = lathe(
    [
      [0, 0.16],
      [0.19, 0.16],
      [0.155, 0.68],
      [0, 0.68],
    ],
    gradient(0.16, "#ff9c2e", 0.66, "#ffe9a3"),
    { sides: 16 },
  );
  const base = [
    place(box(0.54, 0.07, 0.54, IRON, 0.02), { at: [0, 0.04, 0] }),
    place(box(0.46, 0.09, 0.46, "#3f4650", 0.025), { at: [0, 0.12, 0] }),
  ];
  const roof = place(
    lathe(
      [
        [0, 0.66],
        [0.37, 0.66],
        [0.38, 0.7],
        [0.14, 0.87],
        [0.1, 0.87],
        [0.1, 0.93],
        [0, 0.97],
      ],
      gradient(0.66, "#2f5d63", 0.95, "#5d9a98"),
      { sides: 4, creaseDegrees: 20 },
    ),
    { turn: [0, 45, 0] },
  );
  const ring = bar(
    Array.from({ length: 17 }, (_, i): [number, number, number] => {
      const angle = (i / 16) * Math.PI * 2;
      return [Math.sin(angle) * 0.12, 1.07 - Math.cos(angle) * 0.12, 0];
    }),
    0.026,
    BRASS,
    8,
  );
  return [...base, glow, ...post, roof, ring];
}
