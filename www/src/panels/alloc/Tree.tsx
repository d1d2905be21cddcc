// A tree of free areas, root on top, in order from left to right: the longer an area, the larger its node.
import { counted } from "../../model/alloc";
import { hoveredRun, selected } from "../../model/selection";
import type { TreeDto } from "../../wasm/types";

const STEP = 18;
const WIDTH = 178;

export function Tree({ tree: { name, count, nodes } }: { tree: TreeDto }) {
  const most = Math.max(...nodes.map(([, length]) => length));
  const height = (Math.max(...nodes.map(([, , depth]) => depth)) + 1) * STEP + 12;
  const across = WIDTH / nodes.length;
  const at = (i: number) => ({ x: (i + 0.5) * across, y: nodes[i]![2] * STEP + 9 });
  const radius = (length: number) => Math.min(across / 2, 3 + 5 * Math.sqrt(length / most));
  return (
    <figure class="area-tree">
      <figcaption>
        {name}{" "}
        <span class="count">
          {counted(count, "area")}
          {count > nodes.length && `, the upper ${nodes.length}`}
        </span>
      </figcaption>
      <svg width={WIDTH} height={height} role="group" aria-label={`Free areas ${name}`}>
        {nodes.map((_, i) => {
          const parent = parentOf(nodes, i);
          if (parent === null) return null;
          return <line key={i} x1={at(i).x} y1={at(i).y} x2={at(parent).x} y2={at(parent).y} />;
        })}
        {nodes.map(([first, length], i) => (
          <g
            key={first}
            class="area"
            role="button"
            tabIndex={-1}
            data-rove=""
            data-run={`${first}+${length}`}
            aria-label={`Free: ${counted(length, "frame")} from frame ${first}`}
            onClick={() => (selected.value = { kind: "frame", pfn: first })}
            onKeyDown={(event) => event.key === "Enter" && (selected.value = { kind: "frame", pfn: first })}
            onPointerEnter={() => (hoveredRun.value = [first, length])}
            onPointerLeave={() => (hoveredRun.value = null)}
            onFocus={() => (hoveredRun.value = [first, length])}
            onBlur={() => (hoveredRun.value = null)}
          >
            <title>{`Frames ${first} to ${first + length - 1}: ${counted(length, "frame")}`}</title>
            <circle cx={at(i).x} cy={at(i).y} r={radius(length)} />
            {across >= 26 && (
              <text x={at(i).x} y={at(i).y + 19}>
                {length}
              </text>
            )}
          </g>
        ))}
      </svg>
    </figure>
  );
}

/** The nearest node above, to the left or to the right: the deeper of the two. */
function parentOf(nodes: TreeDto["nodes"], child: number): number | null {
  const depth = nodes[child]![2];
  const left = nodes.findLastIndex(([, , other], i) => i < child && other < depth);
  const right = nodes.findIndex(([, , other], i) => i > child && other < depth);
  return [left, right].find((i) => i >= 0 && nodes[i]![2] === depth - 1) ?? null;
}
