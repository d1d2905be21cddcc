// One of the machines: its name, what it answered to the command at hand, and its map.

import { useEffect, useRef } from "preact/hooks";
import { apart, attach, frameAt, pan, pointed, zoom } from "../dom/machinemaps";
import { type Compared, compared, LETTERS, others, removeOther } from "../model/compare";
import { place, spanOf, told } from "../model/lockstep";
import { grouped } from "../model/numbers";
import { selected } from "../model/selection";
import { eventsAround, state } from "../model/session";
import { Ends } from "../parts/Ends";
import { Icon } from "../parts/Icon";
import type { Session } from "../wasm/types";
import { edit } from "./Editor";

export function Machine({ n }: { n: number }) {
  const label = compared.value?.found.machines[n]?.label ?? "…";
  const own = n === 0;
  return (
    <section class="compared" aria-label={`Machine ${LETTERS[n]}: ${label}`}>
      <header>
        <h3 title={label}>
          <span class="letter">{LETTERS[n]}</span> {label}
        </h3>
        {own ? (
          <span class="count">as it ran</span>
        ) : (
          <>
            <button
              class="button quiet small"
              onClick={() => edit(n - 1, others.value![n - 1]!)}
              aria-label={`Change machine ${LETTERS[n]}`}
              title="What this machine has otherwise"
            >
              <Icon name="edit" />
            </button>
            {others.value!.length > 1 && (
              <button
                class="button quiet small"
                onClick={() => removeOther(n - 1)}
                aria-label={`Leave machine ${LETTERS[n]} out`}
                title="Leave this machine out"
              >
                <Icon name="close" />
              </button>
            )}
          </>
        )}
      </header>
      <Did n={n} />
      <Ended n={n} />
      <MachineMap n={n} label={label} />
      <Here n={n} />
    </section>
  );
}

/** Why the script ended on this machine, shown once the machine has reached that place. */
function Ended({ n }: { n: number }) {
  const all = compared.value;
  const ended = all?.found.machines[n]?.ended;
  state.value;
  if (!all || !ended) return null;
  const machine = n === 0 ? all.first : all.sessions[n - 1]!;
  place.value;
  const there = machine.cursor().step >= machine.stepCount();
  return (
    <p class={there ? "ended there" : "ended"} title={`The script ended here at ${ended}`}>
      {there ? "ended at" : "will end at"} {ended}
    </p>
  );
}

/** What the machine did with the command at hand. */
function Did({ n }: { n: number }) {
  const all = compared.value;
  const at = place.value;
  const machine = n === 0 ? all?.first : all?.sessions[n - 1];
  if (!all || !machine) return <p class="did" />;
  const command = told.value;
  if (command === null) return <p class="did">Switched on.</p>;
  // At a note another machine may have its own commands, in micro-steps. A check may hold on some machines only.
  const step = all.first.steps(command, 1)[0];
  if (at.micro === 0 && step && step.kind !== "expect" && step.speaks) return <p class="did">Words for the reader.</p>;
  const outcome = all.comparison.outcome(n, command);
  const other = outcome !== "same" && outcome !== "elsewhere";
  const answer = all.comparison.answer(n, machine, command) ?? "";
  const far = at.micro > 0 ? microStep(all, n, machine, command, at.micro) : null;
  return (
    <p class="did" title={far?.text ?? answer}>
      {far ? (
        <>
          <b>
            {far.done} of {far.count}
          </b>{" "}
          {far.text}
        </>
      ) : (
        <>
          <b class={failed(answer) ? "failed" : ""}>
            {failed(answer) ? "✗" : "→"} {answer}
          </b>
          {n > 0 && other && <span class="otherwise"> ≠ A</span>}
        </>
      )}
    </p>
  );
}

function failed(answer: string): boolean {
  return /^(not given|did not hold|the script did not|E[A-Z]+|SIG[A-Z]+)/.test(answer);
}

/** Below the map: the contents of the frame under the pointer or selected; else how many frames differ. */
function Here({ n }: { n: number }) {
  const all = compared.value;
  const machine = n === 0 ? all?.first : all?.sessions[n - 1];
  const pfn = pointed.value ?? (selected.value?.kind === "frame" ? selected.value.pfn : null);
  const frames = apart.value[n] ?? 0;
  place.value;
  state.value;
  if (!machine) return <p class="here" />;
  if (pfn === null)
    return (
      <p class="here">
        {n > 0 &&
          `${frames === 0 ? "no frame" : frames === 1 ? "1 frame" : `${grouped(frames)} frames`} used otherwise than on A`}
      </p>
    );
  const about = machine.inspect({ kind: "frame", pfn });
  const facts =
    about?.rows
      .slice(0, 3)
      .map((row) => row.value)
      .filter(Boolean)
      .join(" · ") ?? "";
  return (
    <p class="here" title={facts}>
      <b>{about?.title ?? `No frame ${pfn}`}</b> {facts}
    </p>
  );
}

function microStep(
  all: Compared,
  n: number,
  machine: Session,
  command: number,
  micro: number,
): { done: number; count: number; text: string } {
  const { from, to, firstEvent, count } = spanOf(all, n, command);
  const done = Math.min(micro, count);
  if (done === 0) return { done, count, text: "nothing to do here" };
  // One of the machine's own steps, where several belong to the command.
  const own =
    to - from > 1
      ? machine.steps(from, to - from).find((step) => step.endEvent >= firstEvent + done)
      : machine.steps(from, 1)[0];
  if (!own) return { done, count, text: "" };
  const ownDone = firstEvent + done - own.firstEvent;
  const { from: first, events } = eventsAround(machine, own, ownDone);
  return { done, count, text: events[ownDone - 1 - first]?.text ?? "" };
}

function MachineMap({ n, label }: { n: number; label: string }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const drag = useRef<{ x: number; y: number; moved: boolean } | null>(null);
  useEffect(() => {
    const element = canvas.current!;
    // Not through JSX: the wheel must be kept from scrolling, which passive listeners cannot do.
    const wheel = (event: WheelEvent) => {
      event.preventDefault();
      zoom(Math.exp(-event.deltaY / 400), { x: event.clientX, y: event.clientY, canvas: element });
    };
    element.addEventListener("wheel", wheel, { passive: false });
    const end = attach(element, n);
    return () => {
      element.removeEventListener("wheel", wheel);
      end();
    };
  }, []);
  const at = (event: PointerEvent) => frameAt(canvas.current!, event.clientX, event.clientY);
  return (
    <div class="map-row">
      <Ends frames={state.value?.machine.frames ?? 1} />
      <div class="map">
        <canvas
          ref={canvas}
          role="img"
          aria-label={`Map of machine ${LETTERS[n]}, ${label}: ${n === 0 ? "one cell a frame" : "frames that it uses otherwise than machine A are outlined"}.`}
          onPointerDown={(event) => {
            if (event.button === 0) drag.current = { x: event.clientX, y: event.clientY, moved: false };
          }}
          onPointerMove={(event) => {
            const held = drag.current;
            if (
              held &&
              event.pointerType === "mouse" &&
              (held.moved || Math.hypot(event.clientX - held.x, event.clientY - held.y) > 4)
            ) {
              pan(event.clientX - held.x, event.clientY - held.y);
              drag.current = { x: event.clientX, y: event.clientY, moved: true };
            } else if (event.pointerType === "mouse") pointed.value = at(event);
          }}
          onPointerUp={(event) => {
            const held = drag.current;
            drag.current = null;
            const pfn = held && !held.moved ? at(event) : null;
            if (pfn === null) return;
            const subject = selected.peek();
            selected.value = subject?.kind === "frame" && subject.pfn === pfn ? null : { kind: "frame", pfn };
          }}
          onPointerLeave={() => {
            pointed.value = null;
            drag.current = null;
          }}
          onPointerCancel={() => (drag.current = null)}
        />
      </div>
    </div>
  );
}
