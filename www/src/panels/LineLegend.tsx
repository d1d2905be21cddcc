// The legend of the lines: the kinds that are drawn just now, each with a sample.
import { useComputed } from "@preact/signals";
import { type LineKind, lines } from "../dom/lines";
import { LineEnd } from "./Links";

/** By kind: its words, and its meaning in a sentence. In the order of the legend: first what is happening, because
 *  where there is little room the last are cut off. */
const KINDS: Record<LineKind, [label: string, meaning: string]> = {
  found: ["found", "The search looks at this page-table entry, and it maps the frame"],
  "not-found": ["does not map it", "The search looks at this page-table entry, and it does not map the frame"],
  elsewhere: ["maps this instead", "The page-table entry that is looked at maps this, not what is looked for"],
  writable: ["maps it, writable", "From a frame to a page that is in it: the page-table entry allows writing"],
  "read-only": ["maps it, read-only", "From a frame to a page that is in it: the page-table entry forbids writing"],
  "swapped-out": ["swapped out to", "From a page to the slot of the swap disk that holds it"],
  block: ["in a heap", "Bytes of a heap are in this page or frame"],
  cached: ["swap cache", "The frame and the slot of the swap disk hold the same page"],
};

export function LineLegend() {
  // Measured at each paint: only another set of kinds is news.
  const drawn = useComputed(() => [...new Set(lines.value.map(({ kind }) => kind))].sort().join());
  const kinds = (Object.keys(KINDS) as LineKind[]).filter((kind) => drawn.value.split(",").includes(kind));
  if (kinds.length === 0) return null;
  return (
    <ul class="legend lines-legend" aria-label="Lines">
      {kinds.map((kind) => (
        <li key={kind} data-line={kind} title={KINDS[kind][1]}>
          <svg viewBox="0 0 34 14" class={`link ${kind}`} aria-hidden="true">
            <path class="wire" d="M5 7H29" />
            <LineEnd kind={kind} at={{ x: 5, y: 7 }} />
            <LineEnd kind={kind} at={{ x: 28, y: 7 }} page />
          </svg>
          {KINDS[kind][0]}
        </li>
      ))}
    </ul>
  );
}
