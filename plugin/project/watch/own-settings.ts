import type { GenerateSettings } from "../../core/generate-settings.ts";
import type { SettingsChanges, SettingsPatch } from "../../protocol/settings.ts";
import type { Picture } from "../scan.ts";
import { layered, settingsBeyond } from "../settings.ts";
import { newSidecar } from "../sidecar.ts";
import { updateSidecar } from "../sidecar-update.ts";

/**
 * Changes a picture's own settings in its sidecar, which it gets when there is none, or a damaged one.
 *
 * @param base What the picture has without its own; what is the same is not stored.
 * @throws InputError when the sidecar cannot be read or written.
 */
export async function changeOwnSettings(
  { picture, uuid }: { picture: Picture; uuid: string },
  base: GenerateSettings,
  changes: SettingsChanges,
): Promise<void> {
  const subject = `settings of ${picture.label}`;
  await updateSidecar({ path: picture.sidecarPath, subject }, (state) => {
    const sidecar = state.kind === "present" ? state.sidecar : newSidecar(picture, uuid);
    return { ...sidecar, settings: merged(base, sidecar.settings, changes) };
  });
}

function merged(
  base: GenerateSettings,
  own: SettingsPatch,
  changes: SettingsChanges,
): SettingsPatch {
  const kept = Object.fromEntries(
    Object.entries({ ...own, ...changes }).filter(([, value]) => value !== null),
  );
  return settingsBeyond(base, layered(base, kept));
}
