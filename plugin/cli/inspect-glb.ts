/** What `maquette inspect` says about a GLB. */
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { readError } from "../files/file-errors.ts";
import { type GlbContents, type GlbTexture, readGlb } from "../gltf/read.ts";
import { type Manifoldness, type MeshMeasures, measureMesh } from "../mesh/measure.ts";
import { formatCount, formatExtent, formatLength, formatQuantity } from "./format.ts";
import { formatTable } from "./table.ts";
import { printData, printLine, type Terminal } from "./terminal.ts";

/** Prints what is in `file`. @throws InputError when it cannot be read. */
export async function inspectGlb(
  file: string,
  asJson: boolean,
  { stdout, cwd }: Terminal,
): Promise<void> {
  const contents = await openGlb(resolve(cwd, file), file);
  const measures = measureMesh(contents.mesh);
  if (asJson) {
    printData(stdout, JSON.stringify(inspectionJson(file, contents, measures), null, 2));
    return;
  }
  for (const line of formatTable(inspectionRows(contents, measures))) printLine(stdout, line);
}

async function openGlb(path: string, subject: string): Promise<GlbContents> {
  try {
    return await readGlb(await readFile(path), subject);
  } catch (error) {
    throw readError(error, subject);
  }
}

function inspectionRows(contents: GlbContents, measures: MeshMeasures): string[][] {
  const { bounds } = measures;
  return [
    ["Triangles", formatCount(measures.triangles)],
    [
      "Vertices",
      `${formatCount(contents.mesh.positions.length / 3)} at ${formatQuantity(measures.positions, "position")}`,
    ],
    ["Size", `${formatExtent(bounds)}, from ${point(bounds.min)} to ${point(bounds.max)}`],
    ["Surface", describeSurface(measures.manifoldness)],
    ["Components", formatCount(measures.components)],
    ["Area", `${formatLength(measures.area)} m2`],
    ["Volume", measures.manifoldness.closed ? `${formatLength(measures.volume)} m3` : "open"],
    ["Materials", contents.materials.join(", ") || "none"],
    ["Textures", contents.textures.map(describeTexture).join("; ") || "none"],
    ["Vertex data", vertexData(contents)],
    ["Nodes", `${formatQuantity(contents.nodes, "node")}, ${meshCount(contents)}`],
    ["Made by", contents.generator ?? "unknown"],
  ];
}

function meshCount({ meshes, primitives }: GlbContents): string {
  return `${formatCount(meshes)} ${meshes === 1 ? "mesh" : "meshes"}, ${formatQuantity(primitives, "primitive")}`;
}

function describeSurface(manifoldness: Manifoldness): string {
  const { boundaryEdges, nonManifoldEdges, inconsistentEdges, degenerateTriangles, closed } =
    manifoldness;
  const defects = [
    [boundaryEdges, "boundary edge"],
    [nonManifoldEdges, "non-manifold edge"],
    [inconsistentEdges, "inconsistently wound edge"],
    [degenerateTriangles, "zero-area triangle"],
  ] as const;
  const found = defects
    .filter(([count]) => count > 0)
    .map(([count, noun]) => formatQuantity(count, noun));
  return [closed ? "closed manifold" : "not a closed manifold", ...found].join(", ");
}

function describeTexture({ name, mimeType, size, bytes }: GlbTexture): string {
  const pixels = size === undefined ? "size unknown" : `${size[0]} x ${size[1]}`;
  return `${name || "unnamed"} (${mimeType}, ${pixels}, ${formatCount(bytes / 1024)} kB)`;
}

function vertexData({ mesh }: GlbContents): string {
  const kinds = [mesh.normals && "normals", mesh.colours && "colours"];
  return ["positions", ...kinds].filter((kind) => kind !== undefined).join(", ");
}

function point(values: readonly number[]): string {
  return `(${values.map(formatLength).join(", ")})`;
}

function inspectionJson(file: string, contents: GlbContents, measures: MeshMeasures): object {
  const { mesh, ...rest } = contents;
  return {
    file,
    ...measures,
    vertices: mesh.positions.length / 3,
    hasNormals: mesh.normals !== undefined,
    hasColours: mesh.colours !== undefined,
    ...rest,
  };
}
