import type { BlockBounds } from "../core/block-field.ts";
import type { FoldedField } from "../core/field.ts";
import type { TriangleMesh } from "../core/mesh.ts";
import type { Rendering, RenderRequest } from "../core/rendering.ts";

/**
 * The numeric kernels of field and surface. Two implementations have this interface: `reference`
 * in TypeScript (oracle and fallback) and `native` in C++. They agree on topology wherever the
 * field is not within rounding of the iso level, and on positions and colours to 1e-4.
 */
export interface Kernels {
  readonly name: "native" | "typescript";

  /**
   * The closed iso-surface of the field in [-1, 1]; see {@link ExtractRequest}. Nothing is changed.
   * @throws ModelError `bad-value` that names a lattice point whose density is not finite.
   */
  extract(
    field: FoldedField,
    request: ExtractRequest,
    options?: KernelOptions,
  ): Promise<ExtractedSurface>;

  /**
   * The field at `points` (N, 3) in [-1, 1]: (N, 4) `[raw density, red, green, blue]`, colours as
   * sRGB, not clamped.
   */
  evaluate(
    field: FoldedField,
    points: Float32Array,
    options?: KernelOptions,
  ): Promise<Float32Array>;

  /**
   * Proven bounds of the field's raw density on a lattice of `resolution` points per axis, for an
   * evaluator of its own, say on a GPU: with an `evaluate` beside them they are a `BlockField`, see
   * block-surface.ts. They enclose what any evaluation in f32 with the usual rounding gives.
   */
  blockBounds(field: FoldedField, resolution: number): BlockBounds;

  /**
   * What rays see of the field, by the marcher of its family. The native kernels leave out what
   * cannot be seen, which changes a colour or an opacity by less than 0.0003.
   * @throws ModelError `bad-value` when a ray sees something that is not finite.
   */
  render(field: FoldedField, request: RenderRequest, options?: KernelOptions): Promise<Rendering>;

  /**
   * Marching cubes on a dense grid: `volume` is (nx, ny, nz), x slowest; vertices in index units.
   * Inside is `value > iso`. With `closed`, everything beyond the grid counts as outside and the
   * surface is capped flat on the grid's faces; without, it ends open there.
   */
  marchingCubes(
    volume: Float32Array,
    size: readonly [number, number, number],
    iso: number,
    closed: boolean,
    options?: KernelOptions,
  ): Promise<TriangleMesh>;
}

export interface ExtractRequest {
  /** Lattice points per axis over [-1, 1], ends included; 2..2048. */
  readonly resolution: number;
  /** Raw density of the surface; a point is inside when its raw density is greater. */
  readonly level: number;
  /** `sparse` skips blocks proven free of surface; `dense` evaluates every lattice point. */
  readonly method: "sparse" | "dense";
}

export interface ExtractedSurface extends TriangleMesh {
  readonly stats: {
    /** Lattice points whose density was evaluated, repeats included. */
    readonly evaluatedPoints: number;
    /** Blocks whose density range was bounded. */
    readonly boundedBlocks: number;
    /** Lattice cells that the surface crosses. */
    readonly activeCells: number;
    /** Times a value contradicted a proven bound; anything but 0 is a bug in the bound. */
    readonly misses: number;
  };
}

export interface KernelOptions {
  readonly signal?: AbortSignal | undefined;
  /** Called with 0..1 as work proceeds. */
  readonly onProgress?: ((fraction: number) => void) | undefined;
}
