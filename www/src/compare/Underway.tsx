// Work that is under way for the machines beside the page's own, with a way to stop it; or why it came to nothing.
import type { ComponentChildren } from "preact";
import { sentence } from "../model/notices";
import { Coded } from "../parts/Prose";
import type { ErrorDto } from "../wasm/types";

type Props = {
  error: ErrorDto | null;
  far: { done: number; of: number | null } | null;
  /** What is counted, and how far it is, in words. */
  counted: string;
  words: string;
  cancel: () => void;
  /** What can be done about the error. */
  children?: ComponentChildren;
};

export function Underway({ error, far, counted, words, cancel, children }: Props) {
  if (error)
    return (
      <p class="compare-trouble" role="alert">
        <Coded text={sentence(error)} />
        {children}
      </p>
    );
  if (!far) return null;
  return (
    <p class="compare-progress" role="status">
      <button class="button small cancel" onClick={cancel} title="Cancel (Esc)">
        Cancel
      </button>
      <progress max={far.of ?? undefined} value={far.of === null ? undefined : far.done} aria-label={counted} />
      {words}
    </p>
  );
}
