/**
 * Brings a predicted surface as near as possible to the true one by a similarity, so that what is
 * compared is the shape, not how a model places its objects: first both are put into the same box,
 * then iterated closest points (Besl and McKay, "A method for registration of 3-D shapes", 1992)
 * turn, scale and move the prediction. Pairs are formed from both sides; from one side only, the
 * prediction would shrink into whatever part of the truth is nearest.
 */
import { mat4 } from "gl-matrix";
import { InputError } from "../../core/errors.ts";
import type { TriangleMesh } from "../../core/mesh.ts";
import { boundsOf } from "../../mesh/measure.ts";
import { PointTree } from "./point-tree.ts";
import { sampleSurface } from "./sample.ts";
import { fitSimilarity, type Similarity, transformPoints } from "./similarity.ts";

/** Points per surface; more do not move the result visibly. */
const SAMPLES = 3000;
const MAX_STEPS = 60;
/** The search ends when a step reduces the distance by less than this share. */
const LEAST_GAIN = 1e-3;

/** The longest side of {@link unitBoxTransform}'s box. */
const UNIT_BOX_SIDE = 2;

/**
 * Moves the centre of the bounding box to the origin and scales its longest side to 2.
 *
 * @throws InputError when the mesh has no extent.
 */
export function unitBoxTransform(mesh: TriangleMesh): Similarity {
  const { min, max } = boundsOf(mesh);
  const longest = Math.max(...max.map((value, axis) => value - min[axis]));
  if (!(longest > 0 && Number.isFinite(longest))) {
    throw new InputError("unreadable", `mesh: is ${longest} long — give one with a surface`);
  }
  const scale = UNIT_BOX_SIDE / longest;
  const [x, y, z] = max.map((value, axis) => (-scale * (value + min[axis])) / 2);
  return Float64Array.of(scale, 0, 0, 0, 0, scale, 0, 0, 0, 0, scale, 0, x, y, z, 1);
}

/** The similarity that registers `prediction` with `truth`, both in the unit box already. */
export function registerSurface(
  prediction: TriangleMesh,
  truth: TriangleMesh,
  seed: number,
): Similarity {
  const sources = sampleSurface(prediction, SAMPLES, seed);
  const targets = sampleSurface(truth, SAMPLES, seed);
  const sourceTree = new PointTree(sources);
  const targetTree = new PointTree(targets);

  let best: Similarity = mat4.identity(new Float64Array(16)) as Similarity;
  let current = best;
  let least = Infinity;
  for (let step = 0; step < MAX_STEPS; step++) {
    const inverse = mat4.invert(new Float64Array(16), current) as Similarity;
    const pairs = {
      sources: joined(
        sources,
        nearestPoints(sourceTree, sources, transformPoints(targets, inverse)),
      ),
      targets: joined(
        nearestPoints(targetTree, targets, transformPoints(sources, current)),
        targets,
      ),
    };
    const distance = rootMeanSquare(transformPoints(pairs.sources, current), pairs.targets);
    if (!(distance < least * (1 - LEAST_GAIN))) break;
    [best, least] = [current, distance];
    current = fitSimilarity(pairs.sources, pairs.targets);
  }
  return best;
}

/** For each of `queries` (N, 3) the nearest of `points`, which the tree is of. */
function nearestPoints(tree: PointTree, points: Float32Array, queries: Float32Array): Float32Array {
  const nearest = new Float32Array(queries.length);
  for (let at = 0; at < queries.length; at += 3) {
    const index = tree.nearestTo(queries[at], queries[at + 1], queries[at + 2]);
    nearest.set(points.subarray(3 * index, 3 * index + 3), at);
  }
  return nearest;
}

function joined(a: Float32Array, b: Float32Array): Float32Array {
  const both = new Float32Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}

/** Over the distances between points of the same index. */
function rootMeanSquare(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] - b[i]) ** 2;
  return Math.sqrt((3 * sum) / a.length);
}
