import { suite } from "uvu";
import * as assert from "uvu/assert";
import { CancelledError, InputError } from "../../../plugin/core/errors.ts";
import type { Activations, FoldedField } from "../../../plugin/core/field.ts";
import { evaluateField } from "../../../plugin/field/evaluate.ts";
import { foldTriplane } from "../../../plugin/field/fold.ts";
import { referenceKernels } from "../../../plugin/kernels/reference.ts";
import type { FieldModel } from "../../../plugin/runtime/field-graph.ts";
import { fieldKernels } from "../../../plugin/runtime/field-kernels.ts";
import { FIELD_BATCH, FieldSession } from "../../../plugin/runtime/field-session.ts";
import type { Device } from "../../../plugin/runtime/providers.ts";
import { sessionKernels } from "../../../plugin/runtime/session-kernels.ts";
import { assertAllClose, det } from "../../helpers/det.ts";
import { type RandomField, RELU_ACTIVATIONS, randomField } from "../../helpers/fields.ts";

const test = suite("field in a session");

/** Values of order 2 through four layers in f32; texel coordinates are rounded to some 1e-6. */
const VALUE_TOLERANCE = 2e-5;
/** A vertex lies where the linear course of two such values crosses the level. */
const POSITION_TOLERANCE = 1e-4;

const TRIPOSR_ACTIVATIONS: Activations = { hidden: "silu", density: "exp", colour: [0, 1] };

function modelOf({ decoder, triplane: { height, width } }: RandomField): FieldModel {
  return { decoder, height, width };
}

async function withSession(
  random: RandomField,
  use: (session: FieldSession) => Promise<void>,
): Promise<void> {
  const session = new FieldSession(modelOf(random), "cpu");
  try {
    await use(session);
  } finally {
    await session.close();
  }
}

/** Points in and a little outside the box, then its corners, faces' middles and centre. */
function testPoints(count: number): Float32Array {
  const special: number[] = [];
  for (const x of [-1, 0, 1]) {
    for (const y of [-1, 0, 1]) for (const z of [-1, 0, 1]) special.push(x, y, z);
  }
  const points = det([count, 3], 3, 1.2);
  points.set(special);
  return points;
}

for (const activations of [RELU_ACTIVATIONS, TRIPOSR_ACTIVATIONS]) {
  test(`values are those of the kernels, with ${activations.hidden}`, async () => {
    const { triplane, decoder } = randomField(1);
    const random = { triplane, decoder: { ...decoder, activations } };
    const field = foldTriplane(triplane, random.decoder);
    await withSession({ ...random, field }, async (session) => {
      const points = testPoints(500);
      const expected = evaluateField(field, points);
      const values = await session.evaluate(field, points, "values");
      assertAllClose("values", values, expected, VALUE_TOLERANCE);
      const density = await session.evaluate(field, points, "density");
      assert.equal(
        density,
        values.filter((_, i) => i % 4 === 0),
      );
    });
  });
}

test("planes need not be square", () => {
  const { decoder, triplane } = randomField(2, { size: 6 });
  const narrow = {
    ...triplane,
    height: 4,
    data: triplane.data.subarray(0, 3 * triplane.channels * 4 * 6),
  };
  const field = foldTriplane(narrow, decoder);
  return withSession({ triplane: narrow, decoder, field }, async (session) => {
    const points = testPoints(200);
    assertAllClose(
      "values",
      await session.evaluate(field, points, "values"),
      evaluateField(field, points),
      VALUE_TOLERANCE,
    );
  });
});

test("points that do not fill a batch, or more than fill one, each get their value", () => {
  const random = randomField(3);
  return withSession(random, async (session) => {
    const points = testPoints(FIELD_BATCH + 3);
    const all = await session.evaluate(random.field, points, "density");
    assert.is(all.length, FIELD_BATCH + 3);
    const end = await session.evaluate(random.field, points.subarray(3 * FIELD_BATCH), "density");
    assertAllClose("last", end, all.subarray(FIELD_BATCH), VALUE_TOLERANCE);
    assert.is((await session.evaluate(random.field, new Float32Array(), "values")).length, 0);
  });
});

test("pictures in turn, and at the same time, are read from their own planes", () => {
  const random = randomField(4);
  const data = random.triplane.data.map((value) => -value);
  const other = foldTriplane({ ...random.triplane, data }, random.decoder);
  return withSession(random, async (session) => {
    const points = testPoints(100);
    const evaluate = (field: FoldedField) => session.evaluate(field, points, "values");
    const fields = [random.field, other, random.field, random.field, other];
    const results = await Promise.all(fields.map(evaluate));
    results.forEach((values, i) => {
      assertAllClose(`${i}`, values, evaluateField(fields[i], points), VALUE_TOLERANCE);
    });
  });
});

test("the surface has the triangles that the kernels find, from few evaluated points", () => {
  const random = randomField(5, { size: 8 });
  return withSession(random, async (session) => {
    const request = { resolution: 40, level: 0.1, method: "sparse" } as const;
    const expected = await referenceKernels.extract(random.field, request);
    const kernels = sessionKernels(referenceKernels, session);
    const surface = await kernels.extract(random.field, request);
    assert.ok(surface.triangles.length > 300);
    assert.equal(surface.triangles, expected.triangles);
    assertAllClose("positions", surface.positions, expected.positions, POSITION_TOLERANCE);
    assert.is(surface.stats.misses, 0);
    // Bounds for evaluation in f32 are a little wider.
    assert.ok(surface.stats.evaluatedPoints < 1.05 * expected.stats.evaluatedPoints);
  });
});

test("bad requests and cancelled work are refused as by the kernels", () => {
  const random = randomField(6);
  return withSession(random, async (session) => {
    const kernels = sessionKernels(referenceKernels, session);
    const errorOf = (work: Promise<unknown>) => work.catch((error: unknown) => error);
    const request = { resolution: 1, level: 0, method: "sparse" } as const;
    assert.instance(await errorOf(kernels.extract(random.field, request)), InputError);
    assert.instance(await errorOf(kernels.evaluate(random.field, new Float32Array(4))), InputError);
    const options = { signal: AbortSignal.abort() };
    const points = new Float32Array(3);
    assert.instance(await errorOf(kernels.evaluate(random.field, points, options)), CancelledError);
    const sparse = { ...request, resolution: 20 };
    assert.instance(await errorOf(kernels.extract(random.field, sparse, options)), CancelledError);
  });
});

const ABSENT_DEVICE: Device = process.platform === "darwin" ? "dml" : "coreml";

test("a device that fails leaves its work to the kernels, after one warning", async () => {
  const random = randomField(7);
  const warnings: string[] = [];
  const kernels = fieldKernels(referenceKernels, modelOf(random), {
    device: () => ABSENT_DEVICE,
    onWarning: (warning) => warnings.push(warning),
  });
  const points = testPoints(50);
  const results = await Promise.all([
    kernels.evaluate(random.field, points),
    kernels.evaluate(random.field, points),
  ]);
  const expected = evaluateField(random.field, points);
  assert.equal(results, [expected, expected]);
  assert.equal(await kernels.evaluate(random.field, points), expected);
  await kernels.close();
  assert.is(warnings.length, 1);
  assert.match(warnings[0], /^execution provider \w+: .* — .*; evaluating the field on the CPU$/);
});

test("when the network moves to another device, what is under way on the former goes on", async () => {
  const random = randomField(9);
  const warnings: string[] = [];
  let device: Device = ABSENT_DEVICE;
  const kernels = fieldKernels(referenceKernels, modelOf(random), {
    device: () => device,
    onWarning: (warning) => warnings.push(warning),
  });
  const points = testPoints(50);
  const before = kernels.evaluate(random.field, points);
  device = "cuda:99";
  const after = kernels.evaluate(random.field, points);
  const expected = evaluateField(random.field, points);
  assert.equal(await Promise.all([before, after]), [expected, expected]);
  await kernels.close();
  assert.is(warnings.length, 2, "one for each device");
});

test("where the network runs on the CPU, the kernels evaluate the field", async () => {
  const random = randomField(8);
  const kernels = fieldKernels(referenceKernels, modelOf(random), {
    device: () => "cpu",
    onWarning: assert.unreachable,
  });
  const points = testPoints(50);
  assert.equal(await kernels.evaluate(random.field, points), evaluateField(random.field, points));
  await kernels.close();
});

test.run();
