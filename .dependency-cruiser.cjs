// Imports point one way (CONTRIBUTING.md, "Architecture"): each room may import only the rooms
// listed for it. Stage rooms do not know one another; `pipeline` hands data from one to the next.
const ROOMS = {
  core: [],
  files: ["core"],
  image: ["core", "files"],
  graph: ["core"],
  field: ["core"],
  surface: ["core"],
  mesh: ["core"],
  gltf: ["core"],
  render: ["core", "field"],
  kernels: ["core", "field", "surface", "render"],
  models: ["core", "files", "graph"],
  runtime: ["core", "graph", "models", "kernels", "field", "surface"],
  pipeline: ["core", "files", "image", "field", "mesh", "gltf", "kernels", "models", "runtime"],
  project: ["core", "files", "protocol", "pipeline"],
  service: ["core", "files", "protocol", "image", "pipeline", "project"],
  browser: ["core", "files"],
  "contact-sheet": ["core", "files", "protocol", "browser"],
  evaluation: [
    "core",
    "files",
    "protocol",
    "browser",
    "image",
    "field",
    "mesh",
    "graph",
    "kernels",
    "models",
    "runtime",
    "pipeline",
  ],
  protocol: ["core"],
  editor: ["core", "files", "protocol"],
  cli: [
    "core",
    "files",
    "mesh",
    "gltf",
    "models",
    "runtime",
    "pipeline",
    "protocol",
    "project",
    "service",
    "contact-sheet",
    "evaluation",
  ],
};

// A package with state, native code or weight of its own enters through one room.
const OWNED_PACKAGES = {
  "onnxruntime-node": ["runtime"],
  "onnx-proto": ["graph"],
  sharp: ["image"],
  meshoptimizer: ["mesh"],
  "@gltf-transform/core": ["gltf"],
  "@gltf-transform/extensions": ["gltf"],
  "@gltf-transform/functions": ["gltf"],
  chokidar: ["project"],
  yauzl: ["models"],
  "@huggingface/hub": ["models"],
  "playwright-core": ["browser"],
  "node-gyp-build": ["kernels"],
  fastify: ["service"],
  "@fastify/static": ["service"],
  "@fastify/websocket": ["service"],
  "@fastify/cors": ["service"],
  open: ["service"],
  commander: ["cli"],
  listr2: ["cli"],
};

const FILE_SYSTEM_ROOMS = [
  "files",
  "kernels",
  "image",
  "models",
  "project",
  "service",
  "editor",
  "browser",
  "contact-sheet",
  "evaluation",
  "cli",
];

const roomPath = (room) => `^plugin/${room}/`;

module.exports = {
  forbidden: [
    { name: "no-cycles", severity: "error", from: {}, to: { circular: true } },
    {
      name: "no-unresolvable",
      severity: "error",
      from: {},
      // The Babylon.js Editor gives its own module to plugins; there is no package of that name.
      to: { couldNotResolve: true, pathNot: "^babylonjs-editor$" },
    },
    ...Object.entries(ROOMS).map(([room, allowed]) => ({
      name: `${room}-imports`,
      severity: "error",
      from: { path: roomPath(room) },
      to: { path: "^plugin/", pathNot: [room, ...allowed].map(roomPath) },
    })),
    ...Object.entries(OWNED_PACKAGES).map(([name, rooms]) => ({
      name: `${name}-has-one-door`,
      severity: "error",
      from: { path: "^plugin/", pathNot: rooms.map(roomPath) },
      to: { path: `node_modules/${name}/` },
    })),
    {
      name: "file-system-rooms",
      severity: "error",
      from: { path: "^plugin/", pathNot: FILE_SYSTEM_ROOMS.map(roomPath) },
      to: { path: "^(node:)?fs(/promises)?$" },
    },
    {
      name: "editor-ui-imports-only-protocol",
      severity: "error",
      from: { path: "^editor-ui/" },
      to: { path: "^plugin/", pathNot: "^plugin/protocol/" },
    },
    {
      name: "plugin-does-not-import-tests",
      severity: "error",
      from: { path: "^(plugin|editor-ui)/" },
      to: { path: "^test/" },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsConfig: { fileName: "tsconfig.json" },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "node", "default"],
    },
  },
};
