/** The part of the Khronos glTF validator that the tests use; the package has no types. */
declare module "gltf-validator" {
  export interface ValidationReport {
    readonly issues: {
      readonly numErrors: number;
      readonly numWarnings: number;
      readonly numInfos: number;
      readonly numHints: number;
      readonly messages: readonly { readonly code: string; readonly message: string }[];
    };
    readonly info: { readonly totalTriangleCount: number };
  }
  const validator: { validateBytes(data: Uint8Array): Promise<ValidationReport> };
  export default validator;
}
