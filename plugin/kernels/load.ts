/** Chooses between the native kernels and their TypeScript reference. */
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { InputError } from "../core/errors.ts";
import type { Kernels } from "./kernels.ts";
import { openNativeKernels } from "./native.ts";
import { referenceKernels } from "./reference.ts";

const VARIABLE = "MAQUETTE_KERNELS";

/** The same from plugin/kernels and from dist/kernels. */
const NATIVE_FOLDER = new URL("../../native/", import.meta.url);

export interface LoadKernelsOptions {
  /** Told, once per process, when the slower TypeScript kernels are used for want of native ones. */
  readonly onWarning: (message: string) => void;
}

let hasWarned = false;

/**
 * The native kernels if this machine has them, else the TypeScript ones with one warning. The
 * environment variable MAQUETTE_KERNELS, `native` or `typescript`, decides instead.
 *
 * @throws InputError when the variable is anything else, or asks for native kernels in vain.
 */
export function loadKernels({ onWarning }: LoadKernelsOptions): Kernels {
  return chooseKernels(process.env[VARIABLE], openNative, (message) => {
    if (!hasWarned) onWarning(message);
    hasWarned = true;
  });
}

/** @throws Error that says why there is no addon, as far as its build knows. */
function openNative(): Kernels {
  try {
    return openNativeKernels(fileURLToPath(NATIVE_FOLDER));
  } catch (cause) {
    const failure = new URL("build/failure.txt", NATIVE_FOLDER);
    if (!existsSync(failure)) throw cause;
    throw new Error(readFileSync(failure, "utf8"), { cause });
  }
}

/** What `loadKernels` does, with the variable's value and the opener given. */
export function chooseKernels(
  choice: string | undefined,
  open: () => Kernels,
  onWarning: (message: string) => void,
): Kernels {
  if (choice === "typescript") return referenceKernels;
  if (choice !== undefined && choice !== "" && choice !== "native") {
    throw new InputError(
      "bad-option",
      `${VARIABLE}: "${choice}" is not a kind of kernels — set it to native or typescript`,
    );
  }
  try {
    return open();
  } catch (error) {
    const reason = firstLine(error);
    if (choice === "native") {
      throw new InputError(
        "unsupported",
        `kernels: the native ones cannot be loaded (${reason}) — run "npm run build" with a C++ compiler, or unset ${VARIABLE}`,
        { cause: error },
      );
    }
    onWarning(
      `kernels: the native ones cannot be loaded (${reason}); using the slower TypeScript ones — ` +
        `run "npm run build" with a C++ compiler, or set ${VARIABLE}=typescript to silence this`,
    );
    return referenceKernels;
  }
}

function firstLine(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.split("\n")[0].trim();
}
