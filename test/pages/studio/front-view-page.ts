/** What the page of the front renderer offers to its test. */
export interface FrontViewPage {
  render(
    glb: Uint8Array,
    sizePixels: number,
  ): Promise<{ readonly type: string; readonly bytes: Uint8Array }>;
  /** Whether code that names no engine or scene still means the host's. */
  isHostUndisturbed(): boolean;
  /** What the renderer's engines hold. */
  counts(): Readonly<Record<string, number>>;
  dispose(): void;
}
