#!/usr/bin/env node
import { runCli } from "./program.ts";
import { processTerminal } from "./terminal.ts";

/** A reader of our output that has seen enough, say `head`, is no error. */
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit();
  process.stderr.write(`stdout: cannot be written (${error.code}) — check where it is sent to\n`);
  process.exit(1);
});
/** Meshes are worth making also when nobody reads the progress any more. */
process.stderr.on("error", () => undefined);

process.exitCode = await runCli(process.argv.slice(2), {
  terminal: processTerminal(),
  openGenerator: async (options) => {
    const { openGenerator } = await import("../pipeline/generate.ts");
    return openGenerator(options);
  },
  openWorkerGenerator: async (options) => {
    const { openWorkerGenerator } = await import("../service/worker/worker-generator.ts");
    return openWorkerGenerator(options);
  },
  openPage: async (url) => {
    const { openPage } = await import("../service/open-page.ts");
    return openPage(url);
  },
  writeContactSheet: async (request) => {
    const { writeContactSheet } = await import("../contact-sheet/write.ts");
    return writeContactSheet(request);
  },
  exitCode: 0,
});
