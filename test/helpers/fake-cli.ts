/** The `maquette` command on the fake generator, as a process: node --import tsx fake-cli.ts ARGS. */
import { runCli } from "../../plugin/cli/program.ts";
import { processTerminal } from "../../plugin/cli/terminal.ts";
import { FakeGenerator } from "./fake-generator.ts";

const { FAKE_HOLD_AT: holdAt } = process.env;

process.exitCode = await runCli(process.argv.slice(2), {
  terminal: processTerminal(),
  openGenerator: async () => new FakeGenerator({ holdAt }),
  openWorkerGenerator: async () => new FakeGenerator({ holdAt }),
  openPage: async (url) => void process.stderr.write(`opened ${url}\n`),
  writeContactSheet: () => Promise.resolve(),
  exitCode: 0,
});
