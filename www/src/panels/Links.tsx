// Draws the lines of the reverse map over the panels: each kind has a stroke and an end of its own, which the legend
// shows.
import { effect } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { pointedAt } from "../dom/legend";
import { type LineKind, lines, measure, visited } from "../dom/lines";
import { painted } from "../dom/mapview";
import { reveal, revealLinked } from "../dom/reveal";
import { links, lit, pointed, selected } from "../model/selection";
import { state } from "../model/session";
import { madeLater } from "../parts/Nearby";

export function Links() {
  const svg = useRef<SVGSVGElement>(null);
  useEffect(() => {
    const workspace = svg.current!.parentElement!;
    let due = 0;
    const request = () => {
      due ||= requestAnimationFrame(() => {
        due = 0;
        measure(workspace);
      });
    };
    const end = effect(() => {
      painted.value;
      links.value;
      lit.value;
      pointedAt.value;
      selected.value;
      state.value;
      request();
    });
    // What is made on the way moves what was brought into sight, which is done again until the reader takes over.
    let settling = false;
    const endReveal = effect(() => {
      settling = pointed.value.length > 0 || selected.value !== null;
      if (settling) requestAnimationFrame(() => revealLinked(workspace));
    });
    const endSettle = effect(() => {
      if (madeLater.value > 0 && settling) requestAnimationFrame(() => revealLinked(workspace));
    });
    const takeOver = () => {
      settling = false;
    };
    const hands = ["wheel", "pointerdown", "touchmove", "keydown"] as const;
    for (const hand of hands) workspace.addEventListener(hand, takeOver, { capture: true, passive: true });
    const endFollow = effect(() => {
      const search = state.value?.search;
      const subject = search && visited(search);
      if (subject) requestAnimationFrame(() => reveal(workspace, subject));
    });
    const sizes = new ResizeObserver(request);
    sizes.observe(workspace);
    // Scrolling does not bubble, but it can be caught on its way down.
    workspace.addEventListener("scroll", request, true);
    return () => {
      end();
      endReveal();
      endSettle();
      for (const hand of hands) workspace.removeEventListener(hand, takeOver, true);
      endFollow();
      sizes.disconnect();
      workspace.removeEventListener("scroll", request, true);
      cancelAnimationFrame(due);
    };
  }, []);
  return (
    <svg class="links" ref={svg} aria-hidden="true">
      {lines.value.map((line) => (
        <g key={line.id} class={`link ${line.kind}${line.faint ? " faint" : ""}`} data-link={line.id}>
          {!line.faint && <path class="halo" d={line.path} />}
          <path class="wire" d={line.path} />
          {!line.faint && !line.cutFrom && <LineEnd kind={line.kind} at={line.from} />}
          {!line.faint && !line.cutTo && <LineEnd kind={line.kind} at={line.to} page />}
        </g>
      ))}
    </svg>
  );
}

/** The end of a line: a dot, but at a page that does not map the frame a cross. */
export function LineEnd({
  kind,
  at: { x, y },
  page,
}: {
  kind: LineKind;
  at: { x: number; y: number };
  page?: boolean;
}) {
  if (kind === "not-found" && page) return <path class="cross" d={`M${x - 5} ${y - 5}l10 10m0 -10l-10 10`} />;
  return <circle cx={x} cy={y} r="3.5" />;
}
