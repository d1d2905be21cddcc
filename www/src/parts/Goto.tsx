// A word that leads to the thing it names.
import { leap } from "../model/places";
import { hovered, selected } from "../model/selection";
import type { Subject } from "../wasm/types";

/** A thing named in the text: hovering shows it, a click selects it. */
export function Goto({ subject, text, fresh = false }: { subject: Subject; text: string; fresh?: boolean }) {
  return (
    <button
      class={`goto-thing${fresh ? " fresh" : ""}`}
      onClick={() => leap(() => (selected.value = subject))}
      onPointerEnter={() => (hovered.value = subject)}
      onPointerLeave={() => (hovered.value = null)}
      onFocus={() => (hovered.value = subject)}
      onBlur={() => (hovered.value = null)}
    >
      {text}
    </button>
  );
}
