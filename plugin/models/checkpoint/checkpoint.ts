import type { Shape } from "../../graph/tensor.ts";

/** A file of named tensors, opened: only its table of contents is in memory. To be closed. */
export interface Checkpoint {
  readonly tensors: ReadonlyMap<string, { readonly dtype: string; readonly shape: Shape }>;
  /**
   * A tensor's values as f32, row-major.
   *
   * @throws ModelError when there is no such tensor or the file has been cut short.
   */
  read(name: string): Promise<Float32Array>;
  close(): Promise<void>;
}
