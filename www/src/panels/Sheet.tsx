// On a narrow screen what was opened beside the words is a sheet below them: closed it is a line with its name, so that
// it never covers a note unasked. Wide screens have a column for it, and no handle.
import { signal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { isOpen } from "../model/panels";
import { place } from "../model/references";
import { inspected } from "../model/selection";

const open = signal(false);

export function Sheet({ children }: { children: ComponentChildren }) {
  const shown = inspected.value;
  const names = [
    (shown || isOpen("inspector")) && (shown?.title ?? "Inspector"),
    isOpen("allocator") && "Allocator",
    isOpen("swap") && "Swap disk",
    place.value === "narrow" && "Replacement",
  ].filter(Boolean);
  return (
    <div class={open.value ? "column details" : "column details closed"}>
      <button class="sheet-handle" aria-expanded={open.value} onClick={() => (open.value = !open.value)}>
        <b>{names.join(", ")}</b>
        <span aria-hidden="true">{open.value ? "▾" : "▴"}</span>
      </button>
      {children}
    </div>
  );
}
