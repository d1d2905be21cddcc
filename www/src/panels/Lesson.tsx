// What the author says at this step: the note, then a question whose answer stays hidden until asked for.
import { useEffect, useState } from "preact/hooks";
import { lost } from "../model/lost";
import { narration, spokenOf, walk, walked, walkThrough } from "../model/narration";
import { grouped } from "../model/numbers";
import { still } from "../model/player";
import { job } from "../model/runner";
import { jump, microBack, microForward, noMachine, now, state } from "../model/session";
import { Prose } from "../parts/Prose";
import { Tick } from "../wasm/module";
import type { StepDto } from "../wasm/types";
import { Branch } from "./Branch";
import { Chart } from "./Chart";
import { LessonEnd } from "./LessonEnd";

export function Lesson() {
  const { note, ask, number, of } = narration.value;
  return (
    <section class="panel lesson" aria-labelledby="lesson-title">
      <div class="panel-head">
        <h2 id="lesson-title">Lesson</h2>
        {of > 0 && (
          <nav class="note-nav" aria-label="Notes">
            <button
              class="button small"
              onClick={() => jump([Tick.Note], true)}
              disabled={number <= 1}
              aria-label="Note before"
              title="Note before (Shift+N)"
            >
              ‹
            </button>
            <span class="count">
              {number} of {of}
            </span>
            <button
              class="button small"
              onClick={() => jump([Tick.Note], false)}
              disabled={number >= of}
              title="Go to the next note (N)"
            >
              Next ›
            </button>
          </nav>
        )}
      </div>
      <Branch />
      <div class="lesson-text" aria-live="polite" tabIndex={0} role="group" aria-label="The lesson's text at this step">
        {note && <Prose text={note.note} />}
        {note?.chart && <Chart chart={note.chart} />}
        {note && <Walking />}
        {ask && <Question key={ask.index} step={ask} />}
        <Expectation />
        {!note && !ask && <Silence />}
        <LessonEnd />
      </div>
    </section>
  );
}

/** Through what the note is about, in micro-steps; the note stays until the end. */
function Walking() {
  const of = walk.value;
  const acted = spokenOf.value;
  const at = now.value;
  if (!acted || !at) return null;
  if (!of)
    return (
      <p class="walking">
        <button class="button small" onClick={still(walkThrough)}>
          Walk through it
        </button>
      </p>
    );
  const done = state.value!.cursor.event - acted.firstEvent;
  const count = acted.endEvent - acted.firstEvent;
  return (
    <p class="walking" role="group" aria-label="Walk through it">
      <button class="button small" onClick={still(microBack)} disabled={done === 0} aria-label="One micro-step back">
        ‹
      </button>
      <button class="button small" onClick={still(done === count ? walked : microForward)}>
        {done === count ? "Read on" : "Next micro-step ›"}
      </button>
      <span class="count">
        {grouped(done)} of {grouped(count)}
      </span>
      {done < count && (
        <button class="button small" onClick={still(walked)}>
          Enough
        </button>
      )}
    </p>
  );
}

function Question({ step }: { step: StepDto }) {
  const [open, setOpen] = useState(false);
  useEffect(() => setOpen(false), [step.index]);
  return (
    <div class="question">
      <Prose text={step.note} />
      {open ? (
        <div class="answer">
          <Prose text={step.answer ?? ""} />
        </div>
      ) : (
        <button class="button small" onClick={() => setOpen(true)}>
          Show the answer
        </button>
      )}
    </div>
  );
}

/** The check at this very step, held or not. */
function Expectation() {
  const step = now.value?.step;
  if (step?.kind !== "expect") return null;
  return (
    <p class={step.failed ? "expectation failed" : "expectation"}>
      <b>{step.failed ? "✗ Does not hold:" : "✓ Checked:"}</b> {step.note}
    </p>
  );
}

function Silence() {
  const at = state.value;
  if (lost.value) return <p class="hint">The machine stopped. The way back to it stands in place of the map.</p>;
  if (noMachine.value && !job.value)
    return <p class="hint">There is no machine. What is wrong with the script stands at its line.</p>;
  if (job.value || !at) return <p class="hint">The machine is being prepared.</p>;
  if (at.steps === 0)
    return (
      <p class="hint">
        Nothing has been run yet. Write a script below and press Run, or type a command into the console.
      </p>
    );
  if (at.cursor.step === 0)
    return <p class="hint">The machine has just been switched on. Press → for the first step, or Space to play.</p>;
  return <p class="hint">There is no note here. What each step does stands under “Micro-steps”.</p>;
}
