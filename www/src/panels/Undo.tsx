// Undo and Redo of what was given by hand: lines of the console, and clicks with the map's tools.
import { busy, redo, redoable, undo, undoable } from "../model/undo";
import { Icon } from "../parts/Icon";

/** Nothing, until there is something to take back. */
export function UndoButtons() {
  const [back, again] = [undoable.value, redoable.value];
  if (back === null && again === null) return null;
  return (
    <span class="undo-buttons">
      <button
        class="button quiet"
        aria-label="Undo"
        title={back === null ? "Nothing to undo" : `Undo ${brief(back)} (Ctrl+Z)`}
        disabled={back === null || busy.value}
        onClick={() => void undo()}
      >
        <Icon name="undo" />
      </button>
      <button
        class="button quiet"
        aria-label="Redo"
        title={again === null ? "Nothing to redo" : `Redo ${brief(again)} (Ctrl+Shift+Z)`}
        disabled={again === null || busy.value}
        onClick={() => void redo()}
      >
        <Icon name="redo" />
      </button>
    </span>
  );
}

const brief = (line: string) => (line.length > 60 ? `${line.slice(0, 60)}…` : line);
