import { type ChangeEvent, type ReactElement, useRef } from "react";
import { CommandButton } from "./command-button.tsx";
import { useOffline } from "./panel-services.ts";

/** The keyboard's way to what dropping does. */
export function PictureButton({
  onFiles,
}: {
  onFiles(files: readonly File[]): void;
}): ReactElement {
  const offline = useOffline();
  const input = useRef<HTMLInputElement>(null);

  function onChange({ target }: ChangeEvent<HTMLInputElement>): void {
    onFiles([...(target.files ?? [])]);
    // The same file, chosen again, is a change again.
    target.value = "";
  }

  return (
    <>
      <CommandButton hindrance={offline} run={() => input.current?.click()}>
        Add pictures…
      </CommandButton>
      <input ref={input} type="file" accept="image/*" multiple hidden onChange={onChange} />
    </>
  );
}
