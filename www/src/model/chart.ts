// The numbers of a chart's curves or points, as they are drawn and as they stand in a table.
import type { ChartDto } from "../wasm/types";

/** A chart's places in rising order, and of each row its value there, if it has one. Of curves the places are 0, 1, 2
 *  and so on; each point has one of its own. */
export function table({ rows }: ChartDto): { xs: number[]; columns: (number | null)[][] } {
  if (!rows[0]!.at) return { xs: rows[0]!.values.map((_, n) => n), columns: rows.map(({ values }) => values) };
  const points = rows.flatMap(({ at, values }, row) => at!.map((x, n) => ({ x, y: values[n]!, row })));
  points.sort((a, b) => a.x - b.x);
  return {
    xs: points.map(({ x }) => x),
    columns: rows.map((_, n) => points.map(({ y, row }) => (row === n ? y : null))),
  };
}
