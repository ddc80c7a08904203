/** The `maquette` command on the fake generator, as a process: node --import tsx fake-cli.ts ARGS. */
import { runCli } from "../../plugin/cli/program.ts";
import { processTerminal } from "../../plugin/cli/terminal.ts";
import { FakeGenerator } from "./fake-generator.ts";

const { FAKE_STAGE_MS = "0" } = process.env;

process.exitCode = await runCli(process.argv.slice(2), {
  terminal: processTerminal(),
  openGenerator: async () => new FakeGenerator({ stageMs: Number(FAKE_STAGE_MS) }),
  writeContactSheet: () => Promise.resolve(),
  exitCode: 0,
});
