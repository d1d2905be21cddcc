// The two plots of a heap's calls, drawn by uPlot over the same calls: what each cost, on a logarithmic scale with
// half, 99 % and the dearest marked, and the pages asked for, in memory and held, with the bytes copied.
import uPlot from "uplot";
import { looks } from "./plotlook";
import "uplot/dist/uPlot.min.css";
import { callsDone, type HeapCall, type HeapCalls } from "../model/heaps";
import { grouped } from "../model/numbers";
import { leapTo } from "../model/places";
import { state } from "../model/session";

export { drawn } from "./drawncurve";

/** What was drawn, to be redrawn, resized and taken away. */
export type Drawn = uPlot;

/** Told of the call under the pointer; null: none. */
type Point = (call: HeapCall | null) => void;

const HEIGHT = 140;

/** Room for numbers at the left, and for bytes at the right: both plots have the same calls above each other. */
const LEFT = 60;
const RIGHT = 62;

const copied = ({ calls }: HeapCalls) => calls.at(-1)!.copied > 0;

/** Calls and pages are whole. */
const WHOLE = [1, 2, 5].flatMap((n) => Array.from({ length: 8 }, (_, zeros) => n * 10 ** zeros)).sort((a, b) => a - b);

/** Cycles of each call: requests as dots, what frees as rings. */
export function costs(host: HTMLElement, of: HeapCalls, _page: number, point: Point): Drawn {
  const { color, axis } = looks(host, 12);
  const frees = of.calls.map((call) => call.frees);
  const cycles = of.calls.map((call) => Math.max(1, call.cycles));
  const values = (free: boolean) => cycles.map((value, n) => (frees[n] === free ? value : null));
  const small = of.calls.length > 150;
  const marks = { half: of.half, p99: of.p99, most: of.most };
  const lines = { half: color("--good"), p99: color("--tick-1"), most: color("--bad") };
  const dot = (fill: string, size: number) => ({ show: true, size, width: 1, fill });
  return new uPlot(
    {
      ...common(host, of, point, (plot) => {
        for (const name of ["half", "p99", "most"] as const) line(plot, marks[name], lines[name], NAMES[name]);
      }),
      padding: [8, copied(of) ? RIGHT : 8, 0, 0],
      axes: cyclesOverCalls(axis),
      scales: {
        x: { time: false, range: [0, of.count + 1] },
        y: { distr: 3, range: decades(cycles) },
      },
      series: [
        {},
        { stroke: color("--accent"), paths: () => null, points: dot(color("--accent"), small ? 4 : 6) },
        { stroke: color("--ink"), paths: () => null, points: dot(color("--panel"), small ? 4 : 6) },
      ],
    },
    [places(of), values(false), values(true)] as uPlot.AlignedData,
    host,
  );
}

const NAMES = { half: "half", p99: "99 %", most: "most" };

/** Pages asked for, in memory and held, and the bytes copied so far, to a scale of their own. */
export function pages(host: HTMLElement, of: HeapCalls, page: number, point: Point): Drawn {
  const { color, axis } = looks(host, 12);
  const stepped = uPlot.paths.stepped!({ align: 1 });
  const curve = (label: string, stroke: string, more: Partial<uPlot.Series> = {}) => ({
    label,
    stroke: color(stroke),
    width: 2,
    paths: stepped,
    points: { show: false },
    ...more,
  });
  const copies = copied(of);
  // All of the kernel's pages are in memory.
  const away = of.calls.some(({ held, resident }) => held !== resident);
  return new uPlot(
    {
      ...common(host, of, point),
      padding: [8, copies ? 0 : 8, 0, 0],
      legend: { live: false },
      axes: [
        { ...axis, label: "calls", labelSize: 16, size: 22, incrs: WHOLE },
        {
          ...axis,
          size: LEFT,
          incrs: WHOLE,
          values: (_: uPlot, ticks: number[]) => ticks.map((tick) => grouped(tick)),
        },
        {
          ...axis,
          scale: "bytes",
          side: 1,
          size: copies ? RIGHT : 0,
          show: copies,
          grid: { show: false },
          values: bytes,
        },
      ],
      scales: {
        x: { time: false, range: [0, of.count + 1] },
        y: { range: (_: uPlot, _least: number, most: number) => [0, Math.max(1, most * 1.05)] },
        bytes: { range: (_: uPlot, _least: number, most: number) => [0, Math.max(1, most * 1.05)] },
      },
      series: [
        { label: "calls" },
        curve("held", "--ink"),
        ...(away ? [curve("in memory", "--tick-1", { dash: [6, 3] })] : []),
        curve("asked for", "--accent", { fill: color("--past") }),
        ...(copies ? [curve("bytes copied", "--bad", { scale: "bytes", dash: [2, 3] })] : []),
      ],
    },
    [
      places(of),
      of.calls.map(({ held }) => held),
      ...(away ? [of.calls.map(({ resident }) => resident)] : []),
      of.calls.map(({ asked }) => asked / page),
      ...(copies ? [of.calls.map(({ copied }) => copied)] : []),
    ] as uPlot.AlignedData,
    host,
  );
}

/** Looks by which machines are told apart: colour, size, and what fills a point. */
const MACHINES: [stroke: string, size: number, fill: string][] = [
  ["--accent", 5, "--accent"],
  ["--tick-1", 8, "--panel"],
  ["--tick-4", 4, "--tick-4"],
  ["--ink", 7, "--panel"],
];

/** Cycles of each call on each of some machines; `parts`: numbers of calls before which one of them answers
 *  otherwise. */
export function beside(host: HTMLElement, all: HeapCalls[], names: string[], parts: number[]): Drawn {
  const { color, axis } = looks(host, 12);
  const xs = [...new Set(all.flatMap(places))].sort((a, b) => a - b);
  const columns = all.map((of) => {
    const at = new Map(places(of).map((x, n) => [x, Math.max(1, of.calls[n]!.cycles)]));
    return xs.map((x) => at.get(x) ?? null);
  });
  const every = columns.flat().filter((value) => value !== null);
  return new uPlot(
    {
      ...common(
        host,
        all[0]!,
        () => {},
        (plot) => {
          plot.ctx.fillStyle = color("--bad");
          for (const part of parts) {
            const x = plot.valToPos(part + 1, "x", true);
            plot.ctx.fillRect(x - devicePixelRatio, plot.bbox.top, 2 * devicePixelRatio, plot.bbox.height);
          }
        },
      ),
      height: 180,
      legend: { live: false },
      axes: cyclesOverCalls(axis),
      scales: { x: { time: false, range: [0, xs.at(-1)! + 1] }, y: { distr: 3, range: decades(every) } },
      series: [
        { label: "calls" },
        ...names.map((label, n) => {
          const [stroke, size, fill] = MACHINES[n]!;
          const points = { show: true, size, width: 1, fill: color(fill) };
          return { label, stroke: color(stroke), paths: () => null, points };
        }),
      ],
    },
    [xs, ...columns] as uPlot.AlignedData,
    host,
  );
}

/** On a logarithmic scale only powers of ten have a line. */
const POWERS = { filter: (_: uPlot, ticks: number[]) => ticks.map((tick) => (isPower(tick) ? tick : null)) };

const powers = (_: uPlot, ticks: (number | null)[]) => ticks.map((tick) => (tick === null ? "" : grouped(tick)));

/** The powers of ten around some values, with room for a name above the largest. */
function decades(values: number[]): [number, number] {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  return [10 ** Math.floor(Math.log10(least)), 10 ** Math.ceil(Math.log10(most * 1.3))];
}

/** Where a call stands on the axis: its number among the heap's. */
const places = ({ calls, each }: HeapCalls) => calls.map((_, n) => n * each + 1);

const isPower = (tick: number) => Math.abs(Math.log10(tick) - Math.round(Math.log10(tick))) < 1e-6;

const bytes = (_: uPlot, ticks: number[]) =>
  ticks.map((tick) => (tick >= 10_240 ? `${grouped(Math.round(tick / 1024))} KiB` : `${grouped(tick)} B`));

/** What both plots have: their size, the cursor's place in time, and a click that goes to a call's step. */
function common(host: HTMLElement, of: HeapCalls, point: Point, over?: (plot: uPlot) => void) {
  const accent = getComputedStyle(host).getPropertyValue("--accent").trim();
  const under = (plot: uPlot) => {
    const x = plot.data[0][plot.cursor.idx ?? -1];
    return x === undefined ? null : (of.calls[Math.floor((x - 1) / of.each)] ?? null);
  };
  return {
    width: host.clientWidth,
    height: HEIGHT,
    padding: [8, 8, 0, 0] as uPlot.Padding,
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false }, points: { show: false } },
    hooks: {
      draw: [
        (plot: uPlot) => {
          // uPlot remembers what it last set on the context, so it must find it unchanged.
          plot.ctx.save();
          over?.(plot);
          const x = plot.valToPos(callsDone(of, state.peek()?.cursor.step ?? 0) + 0.5, "x", true);
          plot.ctx.fillStyle = accent;
          plot.ctx.fillRect(x - devicePixelRatio / 2, plot.bbox.top, devicePixelRatio, plot.bbox.height);
          plot.ctx.restore();
        },
      ],
      setCursor: [(plot: uPlot) => point((plot.cursor.left ?? -1) >= 0 ? under(plot) : null)],
      ready: [
        (plot: uPlot) =>
          plot.over.addEventListener("click", () => {
            const call = under(plot);
            if (call) leapTo(call.step + 1);
          }),
      ],
    },
  };
}

/** A line across, with its name and value at its right end. */
function line(plot: uPlot, value: number, stroke: string, name: string): void {
  const { ctx, bbox } = plot;
  const y = plot.valToPos(Math.max(1, value), "y", true);
  ctx.strokeStyle = stroke;
  ctx.lineWidth = devicePixelRatio;
  ctx.setLineDash([4 * devicePixelRatio, 3 * devicePixelRatio]);
  ctx.beginPath();
  ctx.moveTo(bbox.left, y);
  ctx.lineTo(bbox.left + bbox.width, y);
  ctx.stroke();
  ctx.textAlign = "right";
  ctx.textBaseline = "bottom";
  ctx.font = `${12 * devicePixelRatio}px ${getComputedStyle(plot.root).fontFamily}`;
  const text = `${name} ${grouped(value)}`;
  const right = bbox.left + bbox.width - 2;
  // On the panel's colour, so that points below it do not cross it out.
  ctx.fillStyle = getComputedStyle(plot.root).getPropertyValue("--panel").trim();
  ctx.globalAlpha = 0.85;
  const { width } = ctx.measureText(text);
  ctx.fillRect(right - width - 2, y - 15 * devicePixelRatio, width + 2, 14 * devicePixelRatio);
  ctx.globalAlpha = 1;
  ctx.fillStyle = stroke;
  ctx.fillText(text, right, y - 1);
}

/** Calls along the bottom, and cycles by powers of ten at the side: of both plots of costs. */
function cyclesOverCalls(axis: ReturnType<typeof looks>["axis"]): uPlot.Axis[] {
  return [
    { ...axis, label: "calls", labelSize: 16, size: 22, incrs: WHOLE },
    {
      ...axis,
      ...POWERS,
      grid: { ...axis.grid, ...POWERS },
      ticks: { ...axis.ticks, ...POWERS },
      size: LEFT,
      values: powers,
    },
  ];
}
