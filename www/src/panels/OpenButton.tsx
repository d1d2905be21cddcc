// The button of what can be opened, and the browser's chooser of files. What it shows is fetched later (Open.tsx).
import { signal } from "@preact/signals";
import { createRef } from "preact";
import { accepted, openFile } from "../model/files";
import { readScenarios } from "../model/scenarios";
import { Icon } from "../parts/Icon";

/** Whether what can be opened is on show. */
export const shown = signal(false);
/** The browser's own chooser of files. */
export const field = createRef<HTMLInputElement>();

export function OpenButton() {
  const open = () => {
    shown.value = true;
    void readScenarios();
  };
  const chosen = (input: HTMLInputElement) => {
    const file = input.files?.[0];
    input.value = "";
    shown.value = false;
    if (file) void openFile(file);
  };
  return (
    <>
      <button
        class="button open-button"
        onClick={open}
        aria-label="Open"
        aria-haspopup="dialog"
        title="New, examples, your own scenarios, files"
      >
        <Icon name="open" /> <span>Open</span>
      </button>
      <input
        ref={field}
        type="file"
        hidden
        accept={accepted}
        aria-label="Open an strace log, a recording or a script"
        onChange={(event) => chosen(event.currentTarget)}
      />
    </>
  );
}
