// Draws the lines of the reverse map over the panels. Writable mappings solid, read-only ones dashed.
import { effect } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { pointedAt } from "../dom/legend";
import { lines, measure, visited } from "../dom/lines";
import { painted } from "../dom/mapview";
import { reveal, revealLinked } from "../dom/reveal";
import { links, lit, pointed, selected } from "../model/selection";
import { state } from "../model/session";

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
    const endReveal = effect(() => {
      if (pointed.value.length > 0 || selected.value) requestAnimationFrame(() => revealLinked(workspace));
    });
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
      endFollow();
      sizes.disconnect();
      workspace.removeEventListener("scroll", request, true);
      cancelAnimationFrame(due);
    };
  }, []);
  return (
    <svg class="links" ref={svg} aria-hidden="true">
      {lines.value.map((line) => (
        <g
          key={line.id}
          class={line.visit ? `link ${line.visit}` : line.writable ? "link" : "link read-only"}
          data-link={line.id}
        >
          <path class="halo" d={line.path} />
          <path class="wire" d={line.path} />
          {!line.cutFrom && <circle cx={line.from.x} cy={line.from.y} r="3.5" />}
          {!line.cutTo && <circle cx={line.to.x} cy={line.to.y} r="3.5" />}
        </g>
      ))}
    </svg>
  );
}
