import { MATTE_NETWORK } from "../core/matte-network.ts";
import { findInstalled } from "../models/store.ts";

/** Whether a picture whose background is not plain can be cut out. */
export async function hasMatteNetwork(): Promise<boolean> {
  return (await findInstalled(MATTE_NETWORK)) !== undefined;
}
