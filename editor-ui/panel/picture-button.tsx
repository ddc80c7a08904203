import { type ChangeEvent, type ReactElement, useRef } from "react";
import { usePanel } from "./panel-services.ts";

/** The keyboard's way to what dropping does. */
export function PictureButton({
  onFiles,
}: {
  onFiles(files: readonly File[]): void;
}): ReactElement {
  const { isConnected } = usePanel();
  const input = useRef<HTMLInputElement>(null);

  function onChange({ target }: ChangeEvent<HTMLInputElement>): void {
    onFiles([...(target.files ?? [])]);
    // The same file, chosen again, is a change again.
    target.value = "";
  }

  return (
    <>
      <button
        type="button"
        className="maquette-button"
        disabled={!isConnected}
        onClick={() => input.current?.click()}
      >
        Add pictures…
      </button>
      <input ref={input} type="file" accept="image/*" multiple hidden onChange={onChange} />
    </>
  );
}
