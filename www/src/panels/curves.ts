// The curves or points of a note's chart, drawn by uPlot. Each row differs from the others in its colour, and in its
// dashes or the look of its points.
import uPlot from "uplot";
import { table } from "../model/chart";
import "uplot/dist/uPlot.min.css";
import type { ChartDto } from "../wasm/types";

export { drawn } from "./drawncurve";

/** What was drawn, to be resized and taken away. */
export type Drawn = uPlot;

const looks: [color: string, dash: number[]][] = [
  ["--accent", []],
  ["--tick-1", [8, 4]],
  ["--tick-4", [2, 3]],
  ["--ink", [10, 3, 2, 3]],
];

/** The size of a row's points, and what fills them: its colour, or nothing. */
const dots: [size: number, fill?: string][] = [[7], [11, "--panel"], [4], [7, "--panel"]];

/** Draws a chart's curves or points from 0 upwards; `height` in pixels. */
export function curves(host: HTMLElement, chart: ChartDto, height: number): Drawn {
  const style = getComputedStyle(host);
  const color = (name: string) => style.getPropertyValue(name).trim();
  const axis = {
    stroke: color("--ink-2"),
    font: `13px ${color("--sans")}`,
    labelFont: `13px ${color("--sans")}`,
    grid: { stroke: color("--line"), width: 1 },
    ticks: { stroke: color("--line"), width: 1, size: 4 },
  };
  const { xs, columns } = table(chart);
  const points = !!chart.rows[0]!.at;
  return new uPlot(
    {
      width: host.clientWidth,
      height,
      padding: [8, 12, 0, 0],
      axes: [
        { ...axis, label: chart.along ?? "", labelSize: 16, size: 22, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500] },
        { ...axis, size: 36 },
      ],
      scales: { x: { time: false }, y: { range: (_, least, most) => [Math.min(0, least), most || 1] } },
      legend: { live: false },
      cursor: { y: false, drag: { x: false, y: false } },
      series: [
        { label: chart.along ?? "" },
        ...chart.rows.map(({ name }, n) => {
          const [stroke, dash] = looks[n % looks.length]!;
          const look = { label: name, stroke: color(stroke), dash, width: 2 };
          if (!points) return { ...look, points: { show: xs.length <= 20, size: 5 } };
          const [size, fill] = dots[n % dots.length]!;
          return { ...look, paths: () => null, points: { show: true, size, fill: color(fill ?? stroke) } };
        }),
      ],
    },
    [xs, ...columns],
    host,
  );
}
