import { suite } from "uvu";
import { input } from "../../plugin/graph/ops/input.ts";
import { embedCamera } from "../../plugin/models/camera-embedder.ts";
import { cameraWeights } from "../../plugin/models/families/lrm.ts";
import { OPENLRM_CAMERA } from "../../plugin/models/families/openlrm.ts";
import { VFUSION3D_CAMERA } from "../../plugin/models/families/vfusion3d.ts";
import { WeightScope } from "../../plugin/models/weights.ts";
import { assertAllClose, fill } from "../helpers/det.ts";
import { runTensor } from "../helpers/run-graph.ts";

/** The reference values are given to six decimals. */
const VALUE_TOLERANCE = 2e-5;

const test = suite("camera embedder, parity");

async function embed(camera: readonly number[]): Promise<Float32Array> {
  const scope = new WeightScope();
  const embedded = embedCamera(input("camera", [1, 16]), cameraWeights(scope, 6));
  const shapes = new Map([...scope.declared].map(([name, { shape }]) => [name, shape]));
  return runTensor(
    embedded,
    new Map([...fill(shapes, 0.5), ["camera", Float32Array.from(camera)]]),
  );
}

test("parity case 9: VFusion3D's camera", async () => {
  const expected = [0.422375, -0.539074, 0.105708, 0.10331, 0.185309, 0.421499];
  assertAllClose("embedding", await embed(VFUSION3D_CAMERA), expected, VALUE_TOLERANCE);
});

test("parity case 9: OpenLRM's camera", async () => {
  const expected = [0.543394, -0.200574, -0.223312, -0.449992, -0.280806, 0.107509];
  assertAllClose("embedding", await embed(OPENLRM_CAMERA), expected, VALUE_TOLERANCE);
});

test.run();
