// The two plots of a sweep, drawn by uPlot: a counter over the values of a field, a curve for each value of another;
// and the same counter over time on the machines of one curve. A click opens the machine whose point is nearest.
import uPlot from "uplot";
import { looks } from "../panels/plotlook";
import "uplot/dist/uPlot.min.css";
import { grouped } from "../model/numbers";
import { nameOf, type Swept } from "../model/sweep";

export { drawn } from "../panels/drawncurve";

/** Told of the machine whose point is nearest to the pointer, and the commands up to there; null: none. */
type Point = (machine: { n: number; after?: number } | null) => void;
/** What a click and the pointer do. */
export type Hands = { pick: (n: number, after?: number) => void; point: Point };

/** Colours and dashes: more curves than these differ in their dashes, too. */
const STROKES = ["--accent", "--tick-1", "--tick-4", "--ink", "--bad"];
const DASHES = [[], [8, 4], [2, 3], [10, 3, 2, 3]];

/** From here on, the last value divided by the first, values are drawn on a scale that doubles. */
const WIDE = 8;

/** At most so many machines are drawn over time, evenly chosen. */
const MOST = 5;

function look(n: number, color: (name: string) => string): Partial<uPlot.Series> {
  const name = STROKES[n % STROKES.length]!;
  return { stroke: color(name), dash: DASHES[Math.floor(n / STROKES.length + n) % DASHES.length]!, width: 2 };
}

/** The rows in the order in which they are drawn: numbers rise. */
export function order({ over }: Swept): number[] {
  const rows = over.values.map((_, row) => row);
  return over.numbers ? rows.sort((a, b) => Number(over.values[a]) - Number(over.values[b])) : rows;
}

const room = (labels: string[] | null): number =>
  Math.max(40, 16 + 8 * Math.max(...(labels ?? [""]).map((label) => `${label ?? ""}`.length)));

const numbers = (_: uPlot, ticks: number[]) =>
  ticks.map((tick) => (Number.isInteger(tick) ? grouped(tick) : String(Math.round(tick * 10_000) / 10_000)));

const fromZero = (_: uPlot, least: number, most: number): [number, number] => [Math.min(0, least), most * 1.04 || 1];

/** Which series has its point nearest to the pointer, above its place; null: none has a value there. */
function nearest(plot: uPlot): { series: number; index: number } | null {
  const { idx: index, top } = plot.cursor;
  if (index == null || top == null || top < 0) return null;
  let found: { series: number; index: number; far: number } | null = null;
  for (let series = 1; series < plot.data.length; series++) {
    const value = plot.data[series]![index];
    const far = value == null ? Infinity : Math.abs(plot.valToPos(value, "y") - top);
    if (far < (found?.far ?? Infinity)) found = { series, index, far };
  }
  return found;
}

/** What both plots have in common; `machine`: which one a point is of. */
function common(
  host: HTMLElement,
  height: number,
  hands: Hands,
  machine: (series: number, index: number) => [number, number?],
) {
  const at = (plot: uPlot) => {
    const point = nearest(plot);
    return point && machine(point.series, point.index);
  };
  return {
    width: host.clientWidth,
    height,
    legend: { live: false },
    cursor: { y: false, drag: { x: false, y: false } },
    hooks: {
      setCursor: [
        (plot: uPlot) => {
          const of = at(plot);
          hands.point(of ? { n: of[0], ...(of[1] !== undefined && { after: of[1] }) } : null);
        },
      ],
      ready: [
        (plot: uPlot) =>
          plot.over.addEventListener("click", () => {
            const of = at(plot);
            if (of) hands.pick(...of);
          }),
      ],
    },
  };
}

/** The counter over the field. */
export function overField(host: HTMLElement, swept: Swept, hands: Hands): uPlot {
  const { color, axis } = looks(host, 13);
  const { over, by, fared, asked } = swept;
  const rows = order(swept);
  const columns = by?.values.length ?? 1;
  const xs = rows.map((row, n) => (over.numbers ? Number(over.values[row]) : n));
  const doubling = over.numbers && xs[0]! > 0 && xs.at(-1)! >= WIDE * xs[0]!;
  const values = (column: number) => rows.map((row) => fared[row * columns + column]?.count ?? null);
  const named = !over.numbers && {
    splits: () => xs,
    values: () => rows.map((row) => over.values[row]!),
    filter: (_: uPlot, splits: number[]) => splits,
  };
  // Numbers that double stand at the values; where these are close, at every second.
  const each = Math.ceil((xs.length * 44) / Math.max(1, host.clientWidth - 80));
  const doubled = doubling && {
    splits: () => xs,
    filter: (_: uPlot, splits: number[]) => splits.map((split, n) => (n % each === 0 ? split : null)),
    values: (_: uPlot, splits: (number | null)[]) => splits.map((split) => (split === null ? "" : grouped(split))),
  };
  const options: uPlot.Options = {
    ...common(host, 230, hands, (series, index) => [rows[index]! * columns + series - 1]),
    padding: [8, 28, 0, 0],
    axes: [
      { ...axis, label: over.field, labelSize: 16, size: 24, ...named, ...doubled },
      { ...axis, size: (_: uPlot, labels: string[] | null) => room(labels), values: numbers },
    ],
    scales: {
      x: {
        time: false,
        ...(doubling && { distr: 3, log: 2 }),
        ...(named && { range: [-0.3, xs.length - 0.7] as [number, number] }),
      },
      y: { range: fromZero },
    },
    series: [
      { label: over.field },
      ...Array.from({ length: columns }, (_, n) => ({
        ...look(n, color),
        label: by ? by.values[n]! : asked.counter.replaceAll("_", " "),
        points: { show: true, size: 7 },
      })),
    ],
  };
  const data = [xs, ...Array.from({ length: columns }, (_, column) => values(column))];
  return new uPlot(options, data as uPlot.AlignedData, host);
}

/** Machines of a curve that are drawn over time. */
export function timed({ over, by }: Swept, column: number): number[] {
  const columns = by?.values.length ?? 1;
  const rows = over.values.map((_, row) => row);
  const step = Math.max(1, (rows.length - 1) / (MOST - 1));
  const chosen = rows.length <= MOST ? rows : Array.from({ length: MOST }, (_, n) => Math.round(n * step));
  return chosen.map((row) => row * columns + column);
}

/** The counter over time: in each stretch of commands, for each command of it. */
export function overTime(host: HTMLElement, swept: Swept, column: number, hands: Hands): uPlot {
  const { color, axis } = looks(host, 13);
  const machines = timed(swept, column).filter((n) => swept.fared[n]?.rows.length);
  const places = new Set(machines.flatMap((n) => swept.fared[n]!.rows.map(({ after }) => after)));
  const xs = [0, ...places].sort((a, b) => a - b);
  const values = (n: number) => {
    let before = 0;
    const rates = new Map<number, number>();
    for (const { after, count } of swept.fared[n]!.rows) {
      rates.set(after, count / (after - before));
      before = after;
    }
    return xs.map((x) => rates.get(x) ?? null);
  };
  const options: uPlot.Options = {
    ...common(host, 230, hands, (series, index) => [machines[series - 1]!, xs[index]]),
    padding: [8, 28, 0, 0],
    axes: [
      { ...axis, label: "commands", labelSize: 16, size: 24, values: numbers },
      { ...axis, size: (_: uPlot, labels: string[] | null) => room(labels), values: numbers },
    ],
    scales: {
      x: { time: false },
      y: { range: fromZero },
    },
    series: [
      { label: "commands" },
      ...machines.map((n, nth) => ({
        ...look(nth, color),
        label: nameOf(swept, n).split(",")[0],
        paths: uPlot.paths.stepped!({ align: -1 }),
        points: { show: false },
        spanGaps: true,
      })),
    ],
  };
  return new uPlot(options, [xs, ...machines.map(values)] as uPlot.AlignedData, host);
}
