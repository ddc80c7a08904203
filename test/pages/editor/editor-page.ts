import type { ClientState } from "../../../editor-ui/client/service-client.ts";
import type { Asset } from "../../../plugin/protocol/service.ts";

/** A client's state as it can be handed to a page. */
export type PageState = Omit<ClientState, "assets"> & {
  readonly assets: readonly (readonly [string, Asset])[];
};

/** What the test asks of the page; bytes are lists of numbers. */
export interface EditorPage {
  /** `png`: every asset's picture. */
  show(state: PageState, mesh: readonly number[], png: readonly number[]): void;
  /** A PNG. */
  renderFront(mesh: readonly number[], sizePixels: number): Promise<readonly number[]>;
  close(): void;
}
