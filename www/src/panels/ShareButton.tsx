// The button that copies the link to what is on show, and opens what the link carries, which is fetched later.
import { signal } from "@preact/signals";
import { writeNow } from "../dom/addressbar";
import { origin } from "../model/origin";
import { noMachine, state } from "../model/session";
import { Icon } from "../parts/Icon";

export const shareShown = signal(false);
/** The result of copying. */
export const copied = signal("");

export function ShareButton() {
  const made = origin.value;
  const short = !made || made.reach === "link";
  return (
    <button
      class={short ? "button quiet share" : "button quiet share short"}
      onClick={open}
      disabled={!state.value && !noMachine.value}
      aria-label={short ? "Link" : "No link"}
      title={short ? "Copy the link to what is on show, and see what it carries" : "Too long for a link: share a file"}
    >
      <Icon name={short ? "link" : "noLink"} /> <span>{short ? "Link" : "No link"}</span>
    </button>
  );
}

function open(): void {
  // The address must contain what is on show before it is read.
  writeNow();
  copied.value = "";
  shareShown.value = true;
  if (origin.peek()?.reach === "link") void copy("");
}

/** Copies the address; `failed` is said where the page may not write to the clipboard, being served insecurely, say. */
export async function copy(failed: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(location.href);
    copied.value = "Copied.";
  } catch {
    copied.value = failed;
  }
}
