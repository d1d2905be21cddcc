// The plot of one counter over the steps, drawn by uPlot, with the cursor's place in it.
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { seek, session, state } from "../model/session";

const POINTS = 600;

/** What stands under the track, to be redrawn, resized and taken away. */
export type Drawn = uPlot;

/** Draws a counter over the steps of the machine on show; null without a machine. */
export function plotted(host: HTMLElement, counter: string): Drawn | null {
  const machine = session.peek();
  if (!machine) return null;
  const steps = machine.stepCount();
  const values = Array.from(machine.series(counter, POINTS));
  const xs = values.map((_, i) => (values.length > 1 ? (i / (values.length - 1)) * steps : steps));
  const style = getComputedStyle(host);
  const color = (name: string) => style.getPropertyValue(name).trim();
  // Read now: at each step it would have the browser work out all styles once more.
  const accent = color("--accent");
  return new uPlot(
    {
      width: host.clientWidth,
      height: host.clientHeight,
      padding: [4, 1, 2, 1],
      legend: { show: false },
      axes: [{ show: false }, { show: false }],
      scales: { x: { time: false, range: [0, Math.max(1, steps)] } },
      cursor: { y: false, drag: { x: false, y: false }, points: { show: false } },
      series: [{}, { stroke: color("--plot"), width: 1.5, fill: color("--past"), points: { show: false } }],
      hooks: {
        draw: [
          (plot) => {
            const x = plot.valToPos(state.peek()?.cursor.step ?? 0, "x", true);
            // uPlot remembers what it last set on the context, so it must find it unchanged.
            plot.ctx.save();
            plot.ctx.fillStyle = accent;
            plot.ctx.fillRect(x - devicePixelRatio, plot.bbox.top, 2 * devicePixelRatio, plot.bbox.height);
            plot.ctx.restore();
          },
        ],
        ready: [
          (plot) =>
            plot.over.addEventListener("click", () => {
              const left = plot.cursor.left ?? -1;
              if (left >= 0) seek(Math.round(plot.posToVal(left, "x")));
            }),
        ],
      },
    },
    [xs, values],
    host,
  );
}
