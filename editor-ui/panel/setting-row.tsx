import { type ReactElement, useId, useRef } from "react";
import type { AssetSettings } from "../../plugin/protocol/service.ts";
import {
  AXIS_WORDS,
  describePreset,
  type FieldName,
  type FieldTexts,
  MATTE_CHOICE_WORDS,
  PREPROCESS_WORDS,
  SETTING_LABELS,
  type SettingName,
} from "./settings-form-model.ts";

export interface SettingRowProps {
  readonly name: SettingName;
  readonly texts: FieldTexts;
  readonly preset: AssetSettings["preset"];
  readonly isOwn: boolean;
  readonly problem: string | undefined;
  onType(field: FieldName, text: string): void;
  onReset(): void;
}

export function SettingRow(props: SettingRowProps): ReactElement {
  const { name, texts, preset, isOwn, problem, onType, onReset } = props;
  const id = useId();
  const row = useRef<HTMLDivElement>(null);
  const isInvalid = problem !== undefined;
  const [presetId, problemId] = [`${id}preset`, `${id}problem`];
  const common = { describedBy: isInvalid ? problemId : presetId, isInvalid, onType };

  function reset(): void {
    // The button goes; the keyboard's place stays with the setting.
    row.current?.querySelector<HTMLElement>(".maquette-field")?.focus();
    onReset();
  }

  return (
    <div ref={row} className="maquette-setting" data-own={isOwn}>
      <div className="maquette-setting-head">
        <label className="maquette-label" htmlFor={id}>
          {SETTING_LABELS[name]}
        </label>
        <span className="maquette-preset" id={presetId}>
          Preset: {describePreset(name, preset)}
        </span>
        {isOwn && (
          <button
            type="button"
            className="maquette-link maquette-reset"
            aria-label={`${SETTING_LABELS[name]} back to preset`}
            onClick={reset}
          >
            Back to preset
          </button>
        )}
      </div>
      <span className="maquette-inputs">
        {name === "size" ? (
          <>
            <NumberField {...common} id={id} field="metres" text={texts.metres} />
            <span className="maquette-quiet">m</span>
            <ChoiceField {...common} field="axis" text={texts.axis} words={AXIS_WORDS} />
          </>
        ) : name === "matte" ? (
          <ChoiceField
            {...common}
            id={id}
            field={name}
            text={texts[name]}
            words={MATTE_CHOICE_WORDS}
          />
        ) : name === "preprocess" ? (
          <ChoiceField
            {...common}
            id={id}
            field={name}
            text={texts[name]}
            words={PREPROCESS_WORDS}
          />
        ) : (
          <NumberField {...common} id={id} field={name} text={texts[name]} />
        )}
      </span>
      {isInvalid && (
        <p className="maquette-problem" id={problemId}>
          {problem}
        </p>
      )}
    </div>
  );
}

interface FieldProps {
  readonly id?: string;
  readonly field: FieldName;
  readonly text: string;
  readonly describedBy: string;
  readonly isInvalid: boolean;
  onType(field: FieldName, text: string): void;
}

/** A text field, not a number field: what was typed must be there to be named when it is refused. */
function NumberField({
  id,
  field,
  text,
  describedBy,
  isInvalid,
  onType,
}: FieldProps): ReactElement {
  return (
    <input
      id={id}
      className="maquette-field"
      inputMode="decimal"
      autoComplete="off"
      spellCheck={false}
      aria-describedby={describedBy}
      aria-invalid={isInvalid}
      value={text}
      onChange={({ target }) => onType(field, target.value)}
    />
  );
}

function ChoiceField(
  props: Omit<FieldProps, "isInvalid"> & { readonly words: Readonly<Record<string, string>> },
): ReactElement {
  const { id, field, text, describedBy, words, onType } = props;
  return (
    <select
      id={id}
      className="maquette-field"
      aria-label={id === undefined ? "Measured along" : undefined}
      aria-describedby={describedBy}
      value={text}
      onChange={({ target }) => onType(field, target.value)}
    >
      {Object.entries(words).map(([value, label]) => (
        <option key={value} value={value}>
          {label}
        </option>
      ))}
    </select>
  );
}
