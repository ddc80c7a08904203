/** `maquette devices`: what the runtime offers on this machine. */
import type { Command } from "commander";
import type { CliContext } from "../context.ts";
import { formatTable } from "../table.ts";
import { printLine } from "../terminal.ts";

export function addDevicesCommand(program: Command, context: CliContext): void {
  program
    .command("devices")
    .summary("list the devices a model can run on")
    .description("Lists the devices a model can run on; each is tried on a tiny network.")
    .option("--json", "print machine-readable output")
    .action(async ({ json }: { json?: true }) => {
      const { listDevices } = await import("../../runtime/devices.ts");
      const devices = await listDevices();
      const { stdout } = context.terminal;
      if (json) {
        printLine(stdout, JSON.stringify(devices, null, 2));
        return;
      }
      const rows = devices.map(({ device, works, auto, reason, remedy }) => [
        device,
        auto ? "auto" : works ? "works" : "-",
        remedy === undefined ? reason : `${reason}; ${remedy}`,
      ]);
      for (const line of formatTable([["DEVICE", "STATE", "WHY"], ...rows])) {
        printLine(stdout, line);
      }
    });
}
