// One counter over time, under the track and to the same scale. A click goes to the step.
import { effect, signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { theme } from "../dom/theme";
import { history, seek, session, state } from "../model/session";

const counter = signal("cycles");
const POINTS = 600;

export function Plot() {
  const host = useRef<HTMLDivElement>(null);
  useEffect(() => {
    let plot: uPlot | null = null;
    const draw = () => {
      plot?.destroy();
      plot = host.current!.clientWidth > 0 ? build(host.current!) : null;
    };
    const ends = [
      effect(() => {
        history.value;
        theme.value;
        counter.value;
        draw();
      }),
      effect(() => {
        state.value;
        plot?.redraw(false);
      }),
    ];
    const sizes = new ResizeObserver(() => {
      const width = host.current!.clientWidth;
      if (!plot || width === 0) draw();
      else plot.setSize({ width, height: host.current!.clientHeight });
    });
    sizes.observe(host.current!);
    return () => {
      for (const end of ends) end();
      sizes.disconnect();
      plot?.destroy();
    };
  }, []);
  const tally: Record<string, number> = { ...state.value?.tally };
  return (
    <div class="plot">
      <div class="plot-label" hidden={!state.value}>
        <select
          aria-label="Counter to plot"
          value={counter.value}
          onChange={(event) => (counter.value = event.currentTarget.value)}
        >
          {Object.keys(tally).map((name) => (
            <option key={name} value={name}>
              {name.replaceAll("_", " ")}
            </option>
          ))}
        </select>
        <b>{(tally[counter.value] ?? 0).toLocaleString("en")}</b>
      </div>
      <div class="plot-host" ref={host} />
    </div>
  );
}

function build(host: HTMLElement): uPlot | null {
  const machine = session.peek();
  if (!machine) return null;
  const steps = machine.stepCount();
  const values = Array.from(machine.series(counter.peek(), POINTS));
  const xs = values.map((_, i) => (values.length > 1 ? (i / (values.length - 1)) * steps : steps));
  const style = getComputedStyle(host);
  const color = (name: string) => style.getPropertyValue(name).trim();
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
            plot.ctx.fillStyle = color("--accent");
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
