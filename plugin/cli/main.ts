#!/usr/bin/env node
import { runCli } from "./program.ts";
import { processTerminal } from "./terminal.ts";

/** A reader of our output that has seen enough, say `head`, is no error. */
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit();
});

process.exitCode = await runCli(process.argv.slice(2), {
  terminal: processTerminal(),
  openGenerator: async (options) => {
    const { openGenerator } = await import("../pipeline/generate.ts");
    return openGenerator(options);
  },
  writeContactSheet: async (request) => {
    const { writeContactSheet } = await import("../contact-sheet/write.ts");
    return writeContactSheet(request);
  },
  exitCode: 0,
});
