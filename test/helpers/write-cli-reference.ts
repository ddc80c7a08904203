/** Copies the help of every command into README.md, between its two markers. */
import { readFile, writeFile } from "node:fs/promises";
import { pathToFileURL } from "node:url";
import type { Command } from "commander";
import { createProgram } from "../../plugin/cli/program.ts";
import { RecordingTerminal } from "./recording-terminal.ts";

export const README: URL = new URL("../../README.md", import.meta.url);

const MARKERS = /(<!-- cli-reference:start -->).*?(<!-- cli-reference:end -->)/s;

/** `readme` with the reference of this version of the CLI. @throws when the markers are missing. */
export function withCliReference(readme: string): string {
  if (!MARKERS.test(readme)) throw new Error("README.md has no cli-reference markers");
  return readme.replace(MARKERS, (_, start, end) => `${start}\n\n${renderReference()}\n${end}`);
}

function renderReference(): string {
  const terminal = new RecordingTerminal("");
  const unused = (): Promise<never> => Promise.reject(new Error("the reference runs no command"));
  const context = {
    terminal,
    openGenerator: unused,
    openWorkerGenerator: unused,
    openPage: unused,
    writeContactSheet: unused,
    exitCode: 0,
  };
  return leaves(createProgram(context), [])
    .map(({ path, command }) => {
      terminal.output = "";
      command.outputHelp();
      return `### \`${path.join(" ")}\`\n\n\`\`\`text\n${terminal.output.trimEnd()}\n\`\`\`\n`;
    })
    .join("\n");
}

/** The program itself and every command that does something. */
function leaves(
  command: Command,
  above: readonly string[],
): { path: string[]; command: Command }[] {
  const path = [...above, command.name()];
  const below = command.commands.flatMap((sub) => leaves(sub, path));
  return above.length === 0 || below.length === 0 ? [{ path, command }, ...below] : below;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  await writeFile(README, withCliReference(await readFile(README, "utf8")));
}
