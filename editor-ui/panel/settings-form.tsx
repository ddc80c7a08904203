import { type FormEvent, type ReactElement, useLayoutEffect, useRef, useState } from "react";
import type { AssetSettings } from "../../plugin/protocol/service.ts";
import { useOffline, usePanel } from "./panel-services.ts";
import { SettingRow } from "./setting-row.tsx";
import {
  EMPTY_DRAFT,
  fieldTexts,
  isOwn,
  readDraft,
  SETTING_NAMES,
  type SettingName,
  type SettingsDraft,
  withReset,
  withTyped,
} from "./settings-form-model.ts";
import { formatCount } from "./words.ts";

export interface SettingsFormProps {
  readonly uuid: string;
  readonly settings: AssetSettings;
}

const NO_PROBLEMS: ReadonlyMap<SettingName, string> = new Map();

/** A picture's own settings, each beside its preset's value; sent when they are applied. */
export function SettingsForm({ uuid, settings }: SettingsFormProps): ReactElement {
  const { client, drafts, report } = usePanel();
  const offline = useOffline();
  const form = useRef<HTMLFormElement>(null);
  const isFocusWanted = useRef(false);
  const [draft, setDraft] = useState(drafts.get(uuid) ?? EMPTY_DRAFT);
  const [problems, setProblems] = useState(NO_PROBLEMS);
  const [isApplying, setIsApplying] = useState(false);
  const texts = fieldTexts(settings, draft);
  const owned = SETTING_NAMES.filter((name) => settings.own[name] !== undefined).length;
  const isChanged = draft !== EMPTY_DRAFT;

  useLayoutEffect(() => {
    if (!isFocusWanted.current || problems.size === 0) return;
    isFocusWanted.current = false;
    // What was refused may be out of view of the button that was pressed.
    form.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
  }, [problems]);

  function edit(next: SettingsDraft): void {
    drafts.set(uuid, next);
    setDraft(next);
    if (problems.size > 0) setProblems(readDraft(settings, next).problems ?? NO_PROBLEMS);
  }

  function discard(): void {
    drafts.delete(uuid);
    setDraft(EMPTY_DRAFT);
    setProblems(NO_PROBLEMS);
  }

  async function apply(event: FormEvent): Promise<void> {
    event.preventDefault();
    if (isApplying || !isChanged || offline !== undefined) return;
    const read = readDraft(settings, draft);
    if (read.problems !== undefined) {
      isFocusWanted.current = true;
      return setProblems(read.problems);
    }
    setIsApplying(true);
    try {
      if (Object.keys(read.changes).length > 0) await client.changeSettings(uuid, read.changes);
      discard();
    } catch (error) {
      report(error);
    } finally {
      setIsApplying(false);
    }
  }

  return (
    <form
      ref={form}
      className="maquette-settings"
      aria-label="Settings"
      noValidate
      onSubmit={apply}
    >
      <header className="maquette-section">
        <h3 className="maquette-strong">Settings</h3>
        <span className="maquette-quiet">
          {owned === 0 ? "all from the preset" : `${formatCount(owned)} of its own`}
        </span>
      </header>
      <div className="maquette-setting-rows">
        {SETTING_NAMES.map((name) => (
          <SettingRow
            key={name}
            name={name}
            texts={texts}
            preset={settings.preset}
            isOwn={isOwn(settings, draft, name)}
            problem={problems.get(name)}
            onType={(field, text) => edit(withTyped(draft, field, text))}
            onReset={() => edit(withReset(draft, name))}
          />
        ))}
      </div>
      <div className="maquette-actions">
        <button
          type="submit"
          className="maquette-button maquette-primary"
          aria-disabled={!isChanged || offline !== undefined}
          title={isChanged ? offline : undefined}
          aria-busy={isApplying}
        >
          Apply
        </button>
        <button
          type="button"
          className="maquette-button"
          aria-disabled={!isChanged}
          onClick={discard}
        >
          Discard
        </button>
      </div>
    </form>
  );
}
