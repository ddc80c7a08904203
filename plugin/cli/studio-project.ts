/** What `maquette studio` does: a service on a project and its page in the browser. */
import { InputError } from "../core/errors.ts";
import type { ServiceAddress } from "../protocol/service.ts";
import { AlreadyServedError } from "../service/lock.ts";
import { oneTimePageAddress, pageAddress } from "../service/page-address.ts";
import type { CliContext } from "./context.ts";
import { type ServeFlags, serve, studioPage } from "./serve-project.ts";
import { printData, printLine } from "./terminal.ts";
import { planWatch } from "./watch-plan.ts";

export interface StudioFlags extends Omit<ServeFlags, "json" | "whileStdinOpen"> {
  /** False with --no-open. */
  readonly open: boolean;
}

/**
 * A project that has a service is shown by that one, without a model being opened; no folder need be
 * named then. Returns the exit code.
 *
 * @throws InputError for bad usage, ModelError when the model fails.
 */
export async function openStudio(
  folder: string | undefined,
  flags: StudioFlags,
  context: CliContext,
): Promise<number> {
  const { terminal } = context;
  try {
    const plan = await planWatch("studio", folder, flags, terminal.cwd);
    assertPageBuilt();
    return await serve(plan, flags, context, (address, say) => {
      void showPage(address, flags, context, say);
    });
  } catch (error) {
    if (!(error instanceof AlreadyServedError)) throw error;
    const say = (line: string): void => printLine(terminal.stderr, line);
    say(
      `Process ${error.address.pid} serves this project already; its page is shown, with its folders and settings.`,
    );
    await showPage(error.address, flags, context, say);
    return 0;
  }
}

function assertPageBuilt(): void {
  if (studioPage() !== undefined) return;
  throw new InputError(
    "not-found",
    "maquette studio: its page has not been built — run npm run build in Maquette's folder",
  );
}

/** The address is printed with its token, which is the user's, as is the terminal. */
async function showPage(
  address: ServiceAddress,
  flags: StudioFlags,
  { terminal, openPage }: CliContext,
  say: (line: string) => void,
): Promise<void> {
  printData(terminal.stdout, pageAddress(address));
  if (!flags.open) return;
  try {
    await openPage(await oneTimePageAddress(address));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    say(`The page could not be shown (${why}): open the address yourself.`);
  }
}
