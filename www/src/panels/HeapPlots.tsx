// The calls of one heap over time: what each cost, and what the heap held meanwhile. Drawn by uPlot, and as a table,
// from which each call can be gone to by keyboard.
import { computed, type Signal, useSignal } from "@preact/signals";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { callsOf, type HeapCall, type HeapCalls } from "../model/heaps";
import { grouped } from "../model/numbers";
import { view } from "../model/panels";
import { leapTo } from "../model/places";
import { history, session } from "../model/session";
import type { HeapDto } from "../wasm/types";
import { drawnLater } from "./heapdrawing";

export function HeapPlots({ heap }: { heap: HeapDto }) {
  const { pid, heap: number } = heap;
  const all = useMemo(
    () =>
      computed(() => {
        history.value;
        return session.value && callsOf(session.value, pid, number);
      }),
    [pid, number],
  );
  // In the reading view they are folded, and their code is not fetched, until somebody asks.
  const open = useSignal(view.peek() === "working");
  const of = all.value;
  if (!of) return null;
  return (
    <details class="heap-plots" open={open.value} onToggle={(event) => (open.value = event.currentTarget.open)}>
      <summary>
        Cost of {of.count === 1 ? "its call" : `its ${grouped(of.count)} calls`}:{" "}
        <span class="share of-half">half within {grouped(of.half)}</span>,{" "}
        <span class="share of-p99">99 % within {grouped(of.p99)}</span>,{" "}
        <span class="share of-most">at most {grouped(of.most)}</span> cycles
      </summary>
      {open.value && <Plots of={of} page={heap.pages[0]?.bytes ?? 4096} />}
    </details>
  );
}

function Plots({ of, page }: { of: HeapCalls; page: number }) {
  const pointed = useSignal<HeapCall | null>(null);
  const dearest = of.calls.find(({ cycles }) => cycles === of.most);
  const at = pointed.value;
  return (
    <>
      <p class="heap-pointed">
        {at ? (
          <>
            <b>{at.text}</b>: {grouped(at.cycles)} cycles, step {grouped(at.step + 1)}; click to go there
          </>
        ) : (
          dearest && (
            <>
              <span class="swatch of-request" /> request <span class="swatch of-free" /> free{" "}
              <button class="goto-thing" onClick={() => leapTo(dearest.step + 1)}>
                To the dearest: {dearest.text} at step {grouped(dearest.step + 1)}
              </button>
            </>
          )
        )}
        {of.each > 1 && <span class="count"> of {grouped(of.each)} calls in a row the dearest is drawn</span>}
      </p>
      <Curve of={of} page={page} kind="costs" pointed={pointed} title="Cycles of each call, on a logarithmic scale" />
      <Curve
        of={of}
        page={page}
        kind="pages"
        pointed={pointed}
        title="Pages asked for, in memory and held; bytes copied"
      />
      <Table of={of} page={page} />
    </>
  );
}

type CurveKind = "costs" | "pages";
type CurveProps = {
  of: HeapCalls;
  page: number;
  kind: CurveKind;
  pointed: Signal<HeapCall | null>;
  title: string;
};

function Curve({ of, page, kind, pointed, title }: CurveProps) {
  const host = useRef<HTMLDivElement>(null);
  useEffect(
    () => drawnLater(host.current!, (code) => code[kind](host.current!, of, page, (call) => (pointed.value = call))),
    [of, kind],
  );
  return (
    <figure class="heap-curve">
      <figcaption>{title}</figcaption>
      <div class={`curves of-${kind}`} ref={host} aria-hidden="true" />
    </figure>
  );
}

function Table({ of, page }: { of: HeapCalls; page: number }) {
  const open = useSignal(false);
  return (
    <details onToggle={(event) => (open.value = event.currentTarget.open)}>
      <summary>As a table</summary>
      {open.value && (
        <div class="chart-table heap-table" role="region" aria-label="Calls of the heap, as a table" tabIndex={0}>
          <table>
            <thead>
              <tr>
                <th scope="col">step</th>
                <th scope="col">call</th>
                <th scope="col">cycles</th>
                <th scope="col">pages asked for</th>
                <th scope="col">in memory</th>
                <th scope="col">held</th>
                <th scope="col">bytes copied</th>
              </tr>
            </thead>
            <tbody>
              {of.calls.map((call) => (
                <tr key={call.step} class={call.cycles >= of.p99 && of.p99 > of.half ? "dear" : ""}>
                  <th scope="row">
                    <button class="goto-thing" onClick={() => leapTo(call.step + 1)}>
                      {grouped(call.step + 1)}
                    </button>
                  </th>
                  <td>{call.text}</td>
                  <td>{grouped(call.cycles)}</td>
                  <td>{(call.asked / page).toFixed(1)}</td>
                  <td>{grouped(call.resident)}</td>
                  <td>{grouped(call.held)}</td>
                  <td>{grouped(call.copied)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </details>
  );
}
