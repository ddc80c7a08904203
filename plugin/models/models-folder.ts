import { resolve } from "node:path";
import envPaths from "env-paths";

/**
 * The folder of the models that `maquette models add` installs. `MAQUETTE_MODELS` when set, else
 * the platform's folder for a program's data.
 */
export function defaultModelsDir(): string {
  const given = process.env["MAQUETTE_MODELS"];
  return given ? resolve(given) : envPaths("maquette", { suffix: "" }).data;
}
