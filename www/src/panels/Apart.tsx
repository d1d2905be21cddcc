// Over the map: the line between two things that a note points at, where they lie side by side.
import { partingPath } from "../dom/apart";
import { painted } from "../dom/mapview";

export function Apart() {
  painted.value;
  const path = partingPath();
  if (!path) return null;
  return (
    <svg class="apart" aria-hidden="true">
      <path class="halo" d={path} />
      <path class="wire" d={path} />
      <path class="gap-between" d={path} />
    </svg>
  );
}
