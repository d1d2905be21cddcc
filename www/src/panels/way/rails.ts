// The lines of a binary tree whose nodes stand below each other in order, each with its depth.

/** One row: a vertical line at each `x` between two heights, the dot, and where the line to its parent begins. */
export type Rail = {
  width: number;
  lines: { x: number; from: string; to: string }[];
  branch: number | null;
  dot: number;
};

/** From a node to its child, in pixels, and the most that a path may take: the text needs the rest of the line. */
const STEP = 11;
const ROOM = 44;
const middle = "13";

export function rails(depths: number[]): Rail[] {
  const deepest = Math.max(...depths);
  const step = Math.min(STEP, ROOM / Math.max(1, deepest));
  const x = (depth: number) => 6 + step * depth;
  const width = x(deepest) + 6;
  const rows: Rail[] = depths.map((depth) => ({ width, lines: [], branch: null, dot: x(depth) }));
  depths.forEach((depth, child) => {
    const parent = parentOf(depths, child);
    if (parent === null) return;
    rows[child]!.branch = x(depth - 1);
    const [upper, lower] = child < parent ? [child, parent] : [parent, child];
    for (let row = upper; row <= lower; row++)
      rows[row]!.lines.push({
        x: x(depth - 1),
        from: row === upper ? middle : "0",
        to: row === lower ? middle : "100%",
      });
  });
  return rows;
}

/** The nearest row above or below that is less deep is an ancestor; the deeper of the two is the parent, unless it is
 *  not drawn. */
function parentOf(depths: number[], child: number): number | null {
  const depth = depths[child]!;
  const above = depths.findLastIndex((other, i) => i < child && other < depth);
  const below = depths.findIndex((other, i) => i > child && other < depth);
  return [above, below].find((i) => i >= 0 && depths[i] === depth - 1) ?? null;
}
