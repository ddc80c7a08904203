/** What a test asks of the page that shows the panel. */
import type { ClientState } from "../../../editor-ui/client/service-client.ts";
import type { Asset } from "../../../plugin/protocol/service.ts";

/** As plain data, which is all that can be sent to a page. */
export interface PageState extends Omit<ClientState, "assets"> {
  readonly assets: readonly Asset[];
}

/** Base64 of what the service and the host would answer for an asset, with their media types. */
export interface PageFiles {
  readonly picture?: PageFile;
  readonly thumbnail?: PageFile;
  readonly render?: PageFile;
}

export interface PageFile {
  readonly type: string;
  readonly base64: string;
}

export interface PageCall {
  readonly name: string;
  readonly args: readonly unknown[];
}

export interface PanelPage {
  /** Replaces what the client knows. */
  setState(changes: Partial<PageState>): void;
  setTheme(theme: "light" | "dark" | undefined): void;
  setFiles(uuid: string, files: PageFiles): void;
  /** Nodes of the scene that show the asset. */
  setPlaced(uuid: string, count: number): void;
  /** As if the user had picked the asset in the scene. */
  selectInScene(uuid: string): void;
  /** Requests of this name are refused with the message from now on; undefined: no longer. */
  refuse(name: string, message: string | undefined): void;
  /** Requests of this name wait from now on, until they are let go. */
  hold(name: string): void;
  release(name: string): void;
  /** What was asked of client and host, in order. */
  readonly calls: readonly PageCall[];
  /** Object URLs that are not revoked. */
  readonly openUrls: number;
  /** Rejections that nobody handled and errors outside of the panel. */
  readonly strayErrors: readonly string[];
  /** Makes rendering fail. */
  breakRendering(isBroken: boolean): void;
  unmount(): void;
  drop(fileNames: readonly string[], paths: readonly string[]): void;
  /** What the row gives a drag, by type. */
  dragRow(index: number): Record<string, string>;
  readonly sight: PanelSight;
}

export interface PanelSight {
  lowContrastTexts(least: number): string[];
  /** Elements in view that take clicks and a place in the order of Tab. */
  countClickable(): number;
  /** The focused element's place in the document, and the style of the outline around it. */
  describeFocus(): { index: number; outline: string };
  /** Background of the panel, as CSS has it. */
  ground(): string;
  comparisonClips(): string[];
  /** Left, right, top and bottom of what is red in either picture, as shares of it. */
  redBoxes(): number[][];
  /** Parts that are wider within than without. */
  overflowing(): string[];
  countMoving(): number;
  /** All of the panel's style sheet. */
  selectors(): string[];
}
