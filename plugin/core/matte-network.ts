/** The network that finds the object in a picture whose background is not plain. */

/** What `maquette models add` calls it. */
export const MATTE_NETWORK = "isnet-general-use";

/** Side of its picture, pixels. */
export const MATTE_SIZE = 1024;

/**
 * The network: a picture (1, 3, 1024, 1024) of about -0.5..0.5 to (1, 1, 1024, 1024), larger where
 * the object is.
 */
export type Segment = (picture: Float32Array) => Promise<Float32Array>;
