/** `maquette devices`: what the runtime offers on this machine, and what models need of it. */
import type { Command } from "commander";
import { formatBytes } from "../../core/bytes.ts";
import { PRECISIONS } from "../../core/precision.ts";
import type { DeviceReport } from "../../runtime/devices.ts";
import type { ModelForecast } from "../../runtime/memory-forecast.ts";
import type { CliContext } from "../context.ts";
import { StatusLine } from "../status-line.ts";
import { formatTable } from "../table.ts";
import { printData, printLine } from "../terminal.ts";

const DETAILS = `
Memory is forecast from the models' shapes: weights in each precision, and beside them the working
memory of a run. A star marks what does not fit into the memory that is free for the CPU now. What a
GPU has free is not known.`;

export function addDevicesCommand(program: Command, context: CliContext): void {
  program
    .command("devices")
    .summary("list the devices a model can run on")
    .description("Lists the devices a model can run on; each is tried on a tiny network.")
    .option("--json", "print machine-readable output")
    .addHelpText("after", DETAILS)
    .action(async ({ json }: { json?: true }) => {
      const { stdout, stderr } = context.terminal;
      const status = new StatusLine(stderr);
      status.show("Trying each device");
      const [{ explainAuto, listDevices }, { forecastModels, freeMemory }] = await Promise.all([
        import("../../runtime/devices.ts"),
        import("../../runtime/memory-forecast.ts"),
      ]);
      const devices = await listDevices();
      const models = await forecastModels();
      status.clear();
      const memory = { free: freeMemory(), models };
      if (json) {
        printData(stdout, JSON.stringify({ devices, memory }, null, 2));
        return;
      }
      const tables = [deviceTable(devices), [explainAuto()], memoryTable(models, memory.free)];
      for (const line of tables.flatMap((table) => ["", ...table]).slice(1)) {
        printLine(stdout, line);
      }
    });
}

function deviceTable(devices: readonly DeviceReport[]): string[] {
  const rows = devices.flatMap(({ device, works, auto, reason, remedy }) => [
    [device, auto ? "auto" : works ? "works" : "-", reason],
    ...(remedy === undefined ? [] : [["", "", remedy]]),
  ]);
  return formatTable([["DEVICE", "STATE", "WHY"], ...rows]);
}

function memoryTable(models: readonly ModelForecast[], free: number): string[] {
  const rows = models.map(({ model, installed, precisions }) => [
    model,
    installed ? "yes" : "no",
    formatBytes(precisions.f32.working),
    ...PRECISIONS.map((precision) => {
      const { weights, working } = precisions[precision];
      return formatBytes(weights) + (weights + working > free ? " *" : "");
    }),
  ]);
  const header = ["MODEL", "INSTALLED", "WORKING", ...PRECISIONS.map((p) => p.toUpperCase())];
  return [...formatTable([header, ...rows]), "", `Free for the CPU: ${formatBytes(free)}`];
}
