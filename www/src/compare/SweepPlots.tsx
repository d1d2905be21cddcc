// The plots of a sweep. Each machine can be opened from the table below them, by keyboard, too.
import { effect, useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { theme } from "../dom/theme";
import { say } from "../model/notices";
import { grouped } from "../model/numbers";
import { nameOf, openMachine, type Swept } from "../model/sweep";
import { asError } from "../wasm/error";
import { once } from "../wasm/once";
import type { Hands } from "./sweepdrawing";

const drawing = once(() => import("./sweepdrawing"));
type Code = Awaited<ReturnType<typeof drawing>>;

export function SweepPlots({ swept }: { swept: Swept }) {
  const { by, over, asked } = swept;
  const column = useSignal(0);
  const counter = asked.counter.replaceAll("_", " ");
  const curve = Math.min(column.value, (by?.values.length ?? 1) - 1);
  return (
    <div class="sweep-plots">
      <Plot
        title={`${counter} over ${over.field}`}
        swept={swept}
        draw={(code, host, hands) => code.overField(host, swept, hands)}
      />
      <Plot
        key={curve}
        title={`${counter} per command over time`}
        swept={swept}
        draw={(code, host, hands) => code.overTime(host, swept, curve, hands)}
      >
        {by && (
          <label class="sweep-curve">
            <span>{by.field}</span>
            <select value={String(curve)} onChange={(event) => (column.value = Number(event.currentTarget.value))}>
              {by.values.map((value, n) => (
                <option key={value} value={String(n)}>
                  {value}
                </option>
              ))}
            </select>
          </label>
        )}
      </Plot>
    </div>
  );
}

type PlotProps = {
  title: string;
  swept: Swept;
  draw: (code: Code, host: HTMLElement, hands: Hands) => ReturnType<Code["overField"]>;
  children?: ComponentChildren;
};

function Plot({ title, swept, draw, children }: PlotProps) {
  const host = useRef<HTMLDivElement>(null);
  const pointed = useSignal<{ n: number; after?: number } | null>(null);
  useEffect(() => {
    const hands: Hands = { pick: openMachine, point: (machine) => (pointed.value = machine) };
    return later(host.current!, (code) => draw(code, host.current!, hands));
  }, [swept]);
  return (
    <figure class="sweep-plot">
      <figcaption>
        {title} {children}
        <span class="count">{pointed.value && words(swept, pointed.value)}</span>
      </figcaption>
      <div class="curves" ref={host} aria-hidden="true" />
    </figure>
  );
}

/** What is under the pointer. */
function words(swept: Swept, { n, after }: { n: number; after?: number }): string {
  if (after !== undefined) return `${nameOf(swept, n)}: click to open it at step ${grouped(after)}`;
  return `${nameOf(swept, n)}: ${grouped(swept.fared[n]?.count ?? 0)}; click to open it beside A`;
}

/** Draws into `host` once the code has come, and anew with each theme; gives what ends that. */
function later(host: HTMLElement, make: (code: Code) => ReturnType<Code["overField"]>): () => void {
  let end = () => {};
  let ended = false;
  const watch = (anew: () => void) =>
    effect(() => {
      theme.value;
      anew();
    });
  drawing().then(
    (code) => {
      if (!ended) end = code.drawn(host, () => make(code), watch);
    },
    (thrown: unknown) => say("page", { message: `The plots could not be loaded: ${asError(thrown).message}` }),
  );
  return () => {
    ended = true;
    end();
  };
}
