/** Small buildings. Each stands on y = 0 and looks towards +Z. */
import { around, bar, box, gradient, jitter, lathe, mix, place, type Solid } from "./solid.ts";

const BEAM = "#6b4226";

function stoneRing(
  y: number,
  radius: number,
  count: number,
  height: number,
  seed: number,
): Solid[] {
  const width = ((2 * Math.PI * radius) / count) * 1.02;
  return Array.from({ length: count }, (_, i) => {
    const grey = mix("#7d7f86", "#b9b5ab", 0.5 + 0.5 * jitter(seed * 31 + i));
    const stone = box(width, height, 0.12, grey, 0.02);
    const bulge = radius - 0.05 + 0.012 * jitter(seed * 17 + i);
    return place(place(stone, { at: [0, y, bulge] }), {
      turn: [0, ((i + (seed % 2) / 2) * 360) / count, 0],
    });
  });
}

export function well(): Solid[] {
  const wall = [0, 1, 2].flatMap((row) => stoneRing(0.08 + row * 0.15, 0.38, 12, 0.145, row + 1));
  const water = lathe(
    [
      [0.34, 0.3],
      [0, 0.3],
    ],
    "#3d8fb8",
  );
  const core = lathe(
    [
      [0.36, 0],
      [0.36, 0.4],
      [0.28, 0.4],
      [0.28, 0.28],
    ],
    "#6d6f75",
    { sides: 20 },
  );
  const rim = lathe(
    [
      [0.28, 0.44],
      [0.42, 0.44],
      [0.43, 0.5],
      [0.28, 0.5],
      [0.28, 0.44],
    ],
    "#c9c4b6",
    { sides: 20 },
  );
  const posts = [-0.34, 0.34].map((x) =>
    place(box(0.08, 0.62, 0.09, BEAM, 0.012), { at: [x, 0.72, 0] }),
  );
  const roof = [-1, 1].flatMap((side) => [
    place(box(0.96, 0.05, 0.46, "#b8472f", 0.012), {
      at: [0, 1.13, side * 0.18],
      turn: [side * 40, 0, 0],
    }),
    place(box(0.99, 0.06, 0.07, "#8f3323", 0.015), {
      at: [0, 1.0, side * 0.345],
      turn: [side * 40, 0, 0],
    }),
  ]);
  const gables = [-0.34, 0.34].map((x) =>
    place(
      lathe(
        [
          [0, -0.03],
          [0.27, -0.03],
          [0.27, 0.03],
          [0, 0.03],
        ],
        "#8a5a36",
        { sides: 3, creaseDegrees: 20 },
      ),
      {
        at: [x, 1.06, 0],
        turn: [0, 90, 90],
        scale: [1, 1, 1],
      },
    ),
  );
  const ridge = place(box(1.0, 0.07, 0.1, "#8f3323", 0.02), { at: [0, 1.29, 0] });
  const drum = place(
    bar(
      [
        [-0.34, 0.82, 0],
        [0.34, 0.82, 0],
      ],
      0.06,
      "#8a5a36",
    ),
    {},
  );
  const rope = bar(
    [
      [0.04, 0.8, 0.05],
      [0.04, 0.62, 0.05],
    ],
    0.016,
    "#d8c08a",
    6,
  );
  const bucket = lathe(
    [
      [0, 0.5],
      [0.075, 0.5],
      [0.1, 0.64],
      [0.08, 0.64],
      [0, 0.6],
    ],
    "#9a6336",
    { sides: 12 },
  );
  return [
    ...wall,
    core,
    rim,
    water,
    ...posts,
    ...roof,
    ...gables,
    ridge,
    drum,
    rope,
    place(bucket, { at: [0.04, 0, 0.05] }),
  ];
}

export function watchtower(): Solid[] {
  const rows = Array.from({ length: 8 }, (_, row) =>
    stoneRing(0.1 + row * 0.135, 0.36 - row * 0.012, 12, 0.13, row + 4),
  ).flat();
  const core = lathe(
    [
      [0, 0],
      [0.35, 0],
      [0.25, 1.2],
      [0, 1.2],
    ],
    "#77787d",
    { sides: 16 },
  );
  const foot = lathe(
    [
      [0, 0],
      [0.42, 0],
      [0.42, 0.06],
      [0.36, 0.1],
    ],
    "#8b8c90",
    { sides: 16 },
  );
  const deck = lathe(
    [
      [0, 1.1],
      [0.26, 1.1],
      [0.4, 1.2],
      [0.42, 1.2],
      [0.42, 1.27],
      [0, 1.27],
    ],
    "#8a5a36",
    { sides: 12, creaseDegrees: 20 },
  );
  const battlements = around(
    place(box(0.15, 0.14, 0.08, "#b3afa6", 0.015), { at: [0, 1.33, 0.36] }),
    9,
  );
  const posts = around(place(box(0.05, 0.34, 0.05, BEAM, 0.008), { at: [0, 1.42, 0.27] }), 6, 30);
  const roof = lathe(
    [
      [0, 1.56],
      [0.44, 1.55],
      [0.46, 1.6],
      [0.2, 1.9],
      [0, 2.14],
    ],
    gradient(1.55, "#2b4f86", 2.1, "#5f92cf"),
    { sides: 10, creaseDegrees: 16 },
  );
  const knob = lathe(
    [
      [0, 2.1],
      [0.035, 2.12],
      [0.04, 2.17],
      [0, 2.22],
    ],
    "#e0b24a",
    { sides: 10 },
  );
  const door = [
    place(box(0.24, 0.36, 0.08, "#70431f", 0.02), { at: [0, 0.24, 0.345] }),
    place(
      lathe(
        [
          [0, -0.04],
          [0.12, -0.04],
          [0.12, 0.04],
          [0, 0.04],
        ],
        "#70431f",
        { sides: 16 },
      ),
      { at: [0, 0.42, 0.345], turn: [90, 0, 0] },
    ),
    place(box(0.03, 0.03, 0.03, "#e0b24a", 0.01), { at: [0.07, 0.27, 0.395] }),
  ];
  const window = (y: number, turn: number): Solid =>
    place(place(box(0.09, 0.17, 0.08, "#2c2a33", 0.02), { at: [0, y, 0.3] }), {
      turn: [0, turn, 0],
    });
  return [
    core,
    foot,
    ...rows,
    deck,
    ...battlements,
    ...posts,
    roof,
    knob,
    ...door,
    window(0.8, 0),
    window(0.62, 70),
    window(0.62, -70),
    window(0.8, 180),
  ];
}

export function cottage(): Solid[] {
  const wall = place(box(0.9, 0.5, 0.72, "#efe2c4", 0.012), { at: [0, 0.33, 0] });
  const plinth = place(box(0.98, 0.12, 0.8, "#8d8f96", 0.02), { at: [0, 0.06, 0] });
  const gable = place(
    lathe(
      [
        [0, -0.355],
        [0.45, -0.355],
        [0.45, 0.355],
        [0, 0.355],
      ],
      "#efe2c4",
      { sides: 4, creaseDegrees: 20 },
    ),
    { turn: [90, 0, 0], at: [0, 0.56, 0], scale: [1, 1, 1] },
  );
  const roof = [-1, 1].flatMap((side) =>
    Array.from({ length: 4 }, (_, row) =>
      place(box(0.24, 0.05, 0.96, mix("#a63c2c", "#d0603f", row / 3), 0.014), {
        at: [side * (0.51 - row * 0.142), 0.6 + row * 0.142, 0],
        turn: [0, 0, side * -43],
      }),
    ),
  );
  const ridge = place(box(0.14, 0.08, 1.0, "#8a2f22", 0.025), { at: [0, 1.1, 0] });
  const beams = [-0.43, 0.43].map((x) =>
    place(box(0.07, 0.5, 0.07, BEAM, 0.01), { at: [x, 0.34, 0.36] }),
  );
  const lintel = place(box(0.94, 0.07, 0.06, BEAM, 0.01), { at: [0, 0.57, 0.365] });
  const door = [
    place(box(0.24, 0.38, 0.06, "#3f7a8c", 0.012), { at: [-0.17, 0.29, 0.36] }),
    place(box(0.035, 0.035, 0.04, "#e0b24a", 0.01), { at: [-0.09, 0.29, 0.4] }),
  ];
  const window = [
    place(box(0.24, 0.22, 0.05, BEAM, 0.012), { at: [0.2, 0.36, 0.355] }),
    place(box(0.18, 0.16, 0.05, "#ffd98a", 0.008), { at: [0.2, 0.36, 0.37] }),
    place(box(0.02, 0.16, 0.05, BEAM, 0.004), { at: [0.2, 0.36, 0.378] }),
    place(box(0.3, 0.06, 0.09, "#7d4a28", 0.012), { at: [0.2, 0.22, 0.4] }),
  ];
  const attic = place(
    lathe(
      [
        [0, -0.03],
        [0.09, -0.03],
        [0.09, 0.03],
        [0, 0.03],
      ],
      "#ffd98a",
      { sides: 16 },
    ),
    { at: [0, 0.76, 0.35], turn: [90, 0, 0] },
  );
  const chimney = [
    place(box(0.15, 0.42, 0.15, "#9a8f86", 0.02), { at: [0.28, 1.02, -0.12] }),
    place(box(0.2, 0.06, 0.2, "#7d746c", 0.015), { at: [0.28, 1.24, -0.12] }),
  ];
  const bushes = [
    [-0.42, 0.44],
    [0.4, 0.48],
  ].map(([x, z]) =>
    place(
      lathe(
        [
          [0, 0],
          [0.12, 0.02],
          [0.14, 0.1],
          [0.08, 0.19],
          [0, 0.21],
        ],
        gradient(0, "#3c7a3e", 0.2, "#78b556"),
        { sides: 9, creaseDegrees: 20 },
      ),
      { at: [x, 0, z] },
    ),
  );
  return [
    wall,
    plinth,
    gable,
    ...roof,
    ridge,
    ...beams,
    lintel,
    ...door,
    ...window,
    attic,
    ...chimney,
    ...bushes,
  ];
}
