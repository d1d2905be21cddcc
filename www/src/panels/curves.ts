// The curves or points of a note's chart, drawn by uPlot. Each row differs from the others in its colour, and in its
// dashes or the look of its points.
import uPlot from "uplot";
import { table } from "../model/chart";
import { grouped } from "../model/numbers";
import { looks } from "./plotlook";
import "uplot/dist/uPlot.min.css";
import type { ChartDto } from "../wasm/types";

export { drawn } from "./drawncurve";

/** What was drawn, to be resized and taken away. */
export type Drawn = uPlot;

const ROWS: [color: string, dash: number[]][] = [
  ["--accent", []],
  ["--tick-1", [8, 4]],
  ["--tick-4", [2, 3]],
  ["--ink", [10, 3, 2, 3]],
];

/** The size of a row's points, and what fills them: its colour, or nothing. */
const dots: [size: number, fill?: string][] = [[7], [11, "--panel"], [4], [7, "--panel"]];

/** Steps between the numbers of an axis. */
const incrs = [1, 2, 5, 10, 20, 50, 100, 200, 500];

/** From here on, the last place divided by the first, places are drawn on a scale that doubles. */
const WIDE = 16;

/** Whether all rows have values at the same places, in rising order: then each is a line. */
function isJoined({ rows }: ChartDto): boolean {
  const places = rows[0]!.at!;
  const rising = places.every((place, n) => n === 0 || place > places[n - 1]!);
  return rising && rows.length > 0 && rows.every(({ at }) => String(at) === String(places));
}

/** The places themselves as the numbers of the axis. */
const doubled = (xs: number[]) => ({
  splits: () => xs,
  filter: (_: uPlot, splits: number[]) => splits,
  values: (_: uPlot, splits: number[]) => splits.map(grouped),
});

/** Pixels for the labels of an axis at the side. */
const room = (labels: string[] | null): number =>
  Math.max(36, 16 + 8 * Math.max(...(labels ?? [""]).map((label) => `${label ?? ""}`.length)));

/** Draws a chart's curves or points from 0 upwards; `height` in pixels. */
export function curves(host: HTMLElement, chart: ChartDto, height: number): Drawn {
  const { color, axis } = looks(host, 13);
  const { xs, columns } = table(chart);
  const points = !!chart.rows[0]!.at;
  const joined = points && isJoined(chart);
  const doubling = joined && xs[0]! > 0 && xs.at(-1)! >= WIDE * xs[0]!;
  return new uPlot(
    {
      width: host.clientWidth,
      height,
      padding: [8, doubling ? 28 : 12, 0, 0],
      axes: [
        { ...axis, label: chart.along ?? "", labelSize: 16, size: 22, ...(doubling ? doubled(xs) : { incrs }) },
        { ...axis, size: (_, labels) => room(labels) },
      ],
      scales: {
        x: { time: false, ...(doubling && { distr: 3, log: 2 }) },
        y: { range: (_, least, most) => [Math.min(0, least), most || 1] },
      },
      legend: { live: false },
      cursor: { y: false, drag: { x: false, y: false } },
      series: [
        { label: chart.along ?? "" },
        ...chart.rows.map(({ name }, n) => {
          const [stroke, dash] = ROWS[n % ROWS.length]!;
          const look = { label: name, stroke: color(stroke), dash, width: 2 };
          if (!points || joined) return { ...look, points: { show: xs.length <= 20, size: 5 } };
          const [size, fill] = dots[n % dots.length]!;
          return { ...look, paths: () => null, points: { show: true, size, fill: color(fill ?? stroke) } };
        }),
      ],
    },
    [xs, ...columns],
    host,
  );
}
