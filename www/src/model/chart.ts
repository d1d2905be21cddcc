// The numbers of a chart's curves or points, as they are drawn and as they stand in a table.
import type { ChartDto } from "../wasm/types";

/** A chart's places in rising order, and of each row its value there, if it has one. Of curves the places are 0, 1, 2
 *  and so on; points of several rows at one place share it, a second point of the same row there has one of its own. */
export function table({ rows }: ChartDto): { xs: number[]; columns: (number | null)[][] } {
  if (!rows[0]!.at) return { xs: rows[0]!.values.map((_, n) => n), columns: rows.map(({ values }) => values) };
  const points = rows.flatMap(({ at, values }, row) => at!.map((x, n) => ({ x, y: values[n]!, row })));
  points.sort((a, b) => a.x - b.x);
  const xs: number[] = [];
  const columns: (number | null)[][] = rows.map(() => []);
  for (const { x, y, row } of points) {
    if (xs.at(-1) !== x || columns[row]!.at(-1) !== null) {
      xs.push(x);
      for (const column of columns) column.push(null);
    }
    columns[row]![xs.length - 1] = y;
  }
  return { xs, columns };
}
