// One counter over time, under the track and to the same scale. A click goes to the step. The code that draws it is
// fetched once the page is on show.

import { effect } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { theme } from "../dom/theme";
import { say } from "../model/notices";
import { grouped } from "../model/numbers";
import { history, state } from "../model/session";
import { counter } from "../model/show";
import { picture } from "../model/slices";
import { whenIdle } from "../parts/Later";
import { asError } from "../wasm/error";
import { once } from "../wasm/once";
import type { Drawn } from "./plotted";

// Drawing is a task of its own, after the code has been read.
const drawing = once(() => import("./plotted").then((code) => picture().then(() => code)));

export function Plot() {
  const host = useRef<HTMLDivElement>(null);
  useEffect(() => {
    let plot: Drawn | null = null;
    let build: ((host: HTMLElement, counter: string) => Drawn | null) | null = null;
    const draw = () => {
      plot?.destroy();
      plot = host.current && host.current.clientWidth > 0 ? (build?.(host.current, counter.peek()) ?? null) : null;
    };
    const fetched = ({ plotted }: Awaited<ReturnType<typeof drawing>>) => {
      build = plotted;
      draw();
    };
    const failed = (thrown: unknown) =>
      say("page", { message: `The plot of counters could not be loaded: ${asError(thrown).message}` });
    whenIdle(() => drawing().then(fetched, failed));
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
    // A panel can be folded before what it asked for comes.
    const box = host.current;
    const sizes = new ResizeObserver(() => {
      if (!box?.isConnected) return;
      const width = box.clientWidth;
      if (!plot || width === 0) draw();
      else plot.setSize({ width, height: box.clientHeight });
    });
    if (box) sizes.observe(box);
    return () => {
      for (const end of ends) end();
      sizes.disconnect();
      plot?.destroy();
      plot = build = null;
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
        <b>{grouped(tally[counter.value] ?? 0)}</b>
      </div>
      <div class="plot-host" ref={host} />
    </div>
  );
}
