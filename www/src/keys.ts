// The keyboard: one table, which the dialog of keys shows, too. Keys have no effect while text is being typed.
import * as compare from "./model/compare";
import { readOnly } from "./model/embed";
import { microBack, microForward, walkThrough } from "./model/narration";
import { toggleView } from "./model/panels";
import { readOn, still, togglePlay } from "./model/player";
import { cancel } from "./model/runner";
import { hovered, selected, selectNeighbour } from "./model/selection";
import { JUMPS } from "./model/session";
import { jump, stepBack, stepForward, toEnd, toStart, toWords } from "./model/stops";
import * as sweep from "./model/sweep";
import { choose, tool } from "./model/tools";
import { toggleUpwards } from "./model/upwards";
import { keysShown } from "./panels/Keys";

/** A key, in the words of `KeyboardEvent.key`; `shift` only where it matters. */
type Binding = { key: string; shift?: boolean; label: string[]; text: string; run: () => void };

export const bindings: Binding[] = [
  { key: "ArrowRight", shift: false, label: ["→"], text: "One step forward", run: still(stepForward) },
  { key: "ArrowLeft", shift: false, label: ["←"], text: "One step back", run: still(stepBack) },
  { key: "ArrowRight", shift: true, label: ["Shift", "→"], text: "One micro-step forward", run: still(microForward) },
  { key: "ArrowLeft", shift: true, label: ["Shift", "←"], text: "One micro-step back", run: still(microBack) },
  { key: "Home", label: ["Home"], text: "To the start", run: still(toStart) },
  { key: "End", label: ["End"], text: "To the end", run: still(toEnd) },
  { key: " ", label: ["Space"], text: "Play or pause", run: togglePlay },
  { key: "n", shift: false, label: ["N"], text: "Read on: play what happens up to the next note", run: readOn },
  { key: "n", shift: true, label: ["Shift", "N"], text: "To the note before", run: still(() => toWords(-1)) },
  ...JUMPS.filter(({ name }) => name !== "note").flatMap(({ key, kinds, what }): Binding[] => [
    {
      key,
      shift: false,
      label: [key.toUpperCase()],
      text: `To the next ${what}`,
      run: still(() => jump(kinds, false)),
    },
    {
      key,
      shift: true,
      label: ["Shift", key.toUpperCase()],
      text: `To the ${what} before`,
      run: still(() => jump(kinds, true)),
    },
  ]),
  { key: "w", label: ["W"], text: "Walk through what the note is about", run: still(walkThrough) },
  { key: "v", label: ["V"], text: "Reading view or working view", run: toggleView },
  { key: "[", label: ["["], text: "Select the frame, page or slot before", run: () => selectNeighbour(-1) },
  { key: "]", label: ["]"], text: "Select the next frame, page or slot", run: () => selectNeighbour(1) },
  { key: "a", label: ["A"], text: "Allocate on the map, or look again", run: () => choose("alloc") },
  { key: "e", label: ["E"], text: "Free runs on the map, or look again", run: () => choose("free") },
  { key: "p", label: ["P"], text: "Pin runs on the map, or look again", run: () => choose("pin") },
  { key: "u", label: ["U"], text: "Draw low addresses at the bottom of the map, or at the top", run: toggleUpwards },
  {
    key: "c",
    label: ["C"],
    text: "Compare machines, or back to one",
    run: () => (compare.others.peek() ? compare.close() : compare.open()),
  },
  { key: "/", label: ["/"], text: "To the console", run: () => focusOn("#console-input") },
  {
    key: "Escape",
    label: ["Esc"],
    text: "Leave the console; cancel a run; put the tool away; clear the selection",
    run: clear,
  },
  { key: "?", label: ["?"], text: "Show these keys", run: () => (keysShown.value = true) },
];

/** Keys of what changes the machine, or leaves it, have no place in a frame that is only looked at. */
const allowed = readOnly ? bindings.filter(({ key }) => !["a", "e", "p", "c", "/"].includes(key)) : bindings;

export function watchKeys(): void {
  window.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.defaultPrevented) return;
    // What a term means is closed by the browser's own Escape.
    if (document.querySelector("dialog[open], :popover-open")) return;
    const target = event.composedPath()[0];
    if (typing(target)) return;
    // Space and Enter are handled by the button that has the focus.
    if (event.key === " " && target instanceof Element && target.closest("button, a, select, summary")) return;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const found = allowed.find((b) => b.key === key && (b.shift === undefined || b.shift === event.shiftKey));
    if (!found) return;
    event.preventDefault();
    found.run();
  });
}

/** Whether the element that has the focus handles keys itself. */
function typing(target: EventTarget | undefined): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement) return target.type !== "range";
  return target.isContentEditable || target.matches("textarea, select, [role=textbox]");
}

function clear(): void {
  if (cancel() || sweep.cancel() || compare.cancel()) return;
  if (tool.peek() !== "look") choose(tool.peek());
  else selected.value = hovered.value = null;
}

function focusOn(selector: string): void {
  document.querySelector<HTMLElement>(selector)?.focus();
}
