/** Serves the game while it is being developed, and Maquette's studio page on the same pictures. */
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { context } from "esbuild";

const project = fileURLToPath(new URL(".", import.meta.url));
const maquette = fileURLToPath(new URL("cli/main.js", import.meta.resolve("babylon-maquette")));

const game = await context({
  absWorkingDir: project,
  entryPoints: ["main.ts"],
  outdir: ".",
  bundle: true,
  write: false,
  format: "esm",
  sourcemap: "inline",
  logLevel: "warning",
});
const { port } = await game.serve({ host: "127.0.0.1", port: 0, servedir: project });
console.log(`The game: http://127.0.0.1:${port}`);

const studio = spawn(process.execPath, [maquette, "studio", ...process.argv.slice(2)], {
  cwd: project,
  stdio: "inherit",
});
// Ctrl-C reaches the studio too, which ends in order; the game follows it.
process.on("SIGINT", () => {
  if (studio.exitCode !== null) void game.dispose();
});
process.on("SIGTERM", () => {
  studio.kill();
  void game.dispose();
});
studio.on("exit", (code) => {
  if (code === 0) return; // the pictures are served already, so the game goes on
  process.exitCode = code ?? 1;
  void game.dispose();
});
