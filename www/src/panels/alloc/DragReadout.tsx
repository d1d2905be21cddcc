// Beside the pointer while it drags: what would be asked for.
import { allocLine, dragAt, dragged } from "../../model/tools";

export function DragReadout() {
  const at = dragAt.value;
  const span = dragged.value;
  if (!at || !span) return null;
  // Towards the middle of the window, so that it is never cut off.
  const left = at.x < window.innerWidth / 2;
  const place = left ? { left: `${at.x + 16}px` } : { right: `${window.innerWidth - at.x + 16}px` };
  return (
    <output class="drag-readout" style={{ ...place, top: `${at.y - 34}px` }}>
      {allocLine(span[1])}
    </output>
  );
}
