/** A model's fields in an ONNX Runtime session on one device. */
import type { FoldedField } from "../core/field.ts";
import { DeviceSession } from "./device-session.ts";
import { type FieldModel, fieldGraph } from "./field-graph.ts";
import type { Device } from "./providers.ts";

/** Points per run: enough to keep a GPU busy, at 50 MB for the texels around them. */
export const FIELD_BATCH = 16384;

/** Loads at once; what goes wrong is thrown by the first call. To be closed. */
export class FieldSession {
  readonly #session: DeviceSession;

  constructor(model: FieldModel, device: Device) {
    this.#session = new DeviceSession({
      devices: [device],
      choice: device,
      load: async (session) => {
        const { fileBytes, serialise } = await import("../graph/onnx.ts");
        const { density, values } = fieldGraph(model, FIELD_BATCH);
        const bytes = fileBytes(serialise({ density, values }));
        await session.create({ model: bytes, device, threads: 0 });
      },
    });
  }

  /**
   * At `points` (N, 3) in [-1, 1]: `density` gives (N) raw densities, `values` (N, 4)
   * `[raw density, red, green, blue]`. `onBatch` is called after each run with the share done.
   *
   * @throws DeviceError when the device fails.
   */
  async evaluate(
    { planes, height, width, hidden }: FoldedField,
    points: Float32Array,
    output: "density" | "values",
    onBatch?: (fraction: number) => void,
  ): Promise<Float32Array> {
    const count = points.length / 3;
    const channels = output === "density" ? 1 : 4;
    const result = new Float32Array(count * channels);
    const shape = [3, height + 2, width + 2, hidden];
    for (let first = 0; first < count; first += FIELD_BATCH) {
      const batch = new Float32Array(3 * FIELD_BATCH);
      batch.set(points.subarray(3 * first, 3 * (first + FIELD_BATCH)));
      const feeds = {
        points: { shape: [FIELD_BATCH, 3], data: batch },
        planes: { shape, data: planes, keep: true },
      };
      const { [output]: values } = await this.#session.run(feeds, undefined, [output]);
      const last = Math.min(first + FIELD_BATCH, count);
      result.set(values.subarray(0, (last - first) * channels), first * channels);
      onBatch?.(last / count);
    }
    return result;
  }

  close(): Promise<void> {
    return this.#session.close();
  }
}
