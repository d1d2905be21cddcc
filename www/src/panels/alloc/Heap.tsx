// Memory as heaps that grow to the right: segments, the gaps between them, what may not be moved, and the room at the
// top.
import { counted } from "../../model/numbers";
import { hovered, selected } from "../../model/selection";
import type { AllocZoneDto, Stretch } from "../../wasm/types";

const words: Record<Stretch[2], string> = {
  hole: "no memory",
  top: "free, at the top",
  page: "pages",
  segment: "segments",
  taken: "in no free list just now",
  gap: "gap",
  fixed: "may not be moved",
};

export function Heap({ zone: { heap, start, end } }: { zone: AllocZoneDto }) {
  const size = end - start;
  const share = (frames: number) => `${(100 * frames) / size}%`;
  const there = (["segment", "page", "fixed", "taken", "gap", "top", "hole"] as const).filter((kind) =>
    heap.some((part) => part[2] === kind),
  );
  const frameAt = (event: PointerEvent) => {
    const box = (event.currentTarget as Element).getBoundingClientRect();
    return start + Math.max(0, Math.min(size - 1, Math.floor(((event.clientX - box.left) / box.width) * size)));
  };
  const tops = heap.filter(([, , kind]) => kind === "top");
  return (
    <figure class="heap">
      <div
        class="heap-bar"
        role="img"
        aria-label={`From frame ${start} to ${end - 1}: ${heap.filter(([, , kind]) => kind === "gap").length} gaps, ${counted(tops.length, "heap")} with room at the top`}
        onPointerMove={(event) => (hovered.value = { kind: "frame", pfn: frameAt(event) })}
        onPointerLeave={() => (hovered.value = null)}
        onClick={(event) => (selected.value = { kind: "frame", pfn: frameAt(event as unknown as PointerEvent) })}
      >
        {heap.map(([first, length, kind]) => (
          <span
            key={first}
            class={`stretch ${kind}`}
            style={{ width: share(length) }}
            title={`Frames ${first} to ${first + length - 1}: ${words[kind]}`}
          />
        ))}
        {tops.map(([first]) => (
          <i key={first} class="top-mark" style={{ left: share(first - start) }} />
        ))}
      </div>
      <figcaption>
        {there.map((kind) => (
          <span key={kind}>
            <i class={`stretch ${kind}`} /> {words[kind]}
          </span>
        ))}
      </figcaption>
    </figure>
  );
}
