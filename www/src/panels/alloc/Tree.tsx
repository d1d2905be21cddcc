// A tree of free areas, root on top, in order from left to right: the longer an area, the larger its node. The rim of a
// red-black tree's nodes has their colour, a node of an AVL tree points to its higher side.
import { counted } from "../../model/numbers";
import { hoveredRun, selected } from "../../model/selection";
import type { MarkDto, TreeDto } from "../../wasm/types";

const STEP = 18;
const WIDTH = 178;

/** What a node's mark is called, and the sign that is written into it. */
const MARKS: Record<MarkDto, [said: string, sign: string]> = {
  none: ["", ""],
  red: [", red", ""],
  black: [", black", ""],
  left: [", higher on the left", "‹"],
  level: [", level", ""],
  right: [", higher on the right", "›"],
};

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
        {nodes.map(([first, length, , mark], i) => (
          <g
            key={first}
            class="area"
            role="button"
            tabIndex={-1}
            data-rove=""
            data-mark={mark}
            data-run={`${first}+${length}`}
            aria-label={`Free: ${counted(length, "frame")} from frame ${first}${MARKS[mark][0]}`}
            onClick={() => (selected.value = { kind: "frame", pfn: first })}
            onKeyDown={(event) => event.key === "Enter" && (selected.value = { kind: "frame", pfn: first })}
            onPointerEnter={() => (hoveredRun.value = [first, length])}
            onPointerLeave={() => (hoveredRun.value = null)}
            onFocus={() => (hoveredRun.value = [first, length])}
            onBlur={() => (hoveredRun.value = null)}
          >
            <title>{`Frames ${first} to ${first + length - 1}: ${counted(length, "frame")}${MARKS[mark][0]}`}</title>
            <circle cx={at(i).x} cy={at(i).y} r={radius(length)} />
            {MARKS[mark][1] !== "" && (
              <text x={at(i).x} y={at(i).y + 3.5}>
                {MARKS[mark][1]}
              </text>
            )}
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
