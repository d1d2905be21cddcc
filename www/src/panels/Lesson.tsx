// What the author says here: the note, then questions whose answers stay hidden until asked for, and what was checked;
// below them the ways on.
import { endingLesson, hideEnd, isEnded } from "../model/ending";
import { canStage, stage, staged } from "../model/figure";
import { lost } from "../model/lost";
import {
  isFirstOfIt,
  isLastOfMany,
  isPast,
  narration,
  type Page,
  spokenOf,
  walk,
  walkThrough,
} from "../model/narration";
import { grouped } from "../model/numbers";
import { playing, readOn, run, still, stop } from "../model/player";
import { isBegun, points, score } from "../model/quiz";
import { job } from "../model/runner";
import { noMachine, now, state } from "../model/session";
import { toWords, wordsFrom } from "../model/stops";
import { Prose } from "../parts/Prose";
import type { StepDto } from "../wasm/types";
import { Branch } from "./Branch";
import { Chart } from "./Chart";
import { LessonEnd, NextLesson } from "./LessonEnd";
import { Predict, PredictButton } from "./Predict";
import { Question } from "./Question";
import { Walking } from "./Walking";

export function Lesson() {
  const { page, number, of } = narration.value;
  const past = isPast.value || (playing.value && !page?.note?.before);
  return (
    <section class="panel lesson" aria-labelledby="lesson-title">
      <div class="panel-head">
        <h2 id="lesson-title">Lesson</h2>
        {of > 0 && (
          <span class="count">
            {number} of {of}
          </span>
        )}
        <Points />
        <PredictButton />
      </div>
      <Branch />
      <div
        class={past ? "lesson-text past" : "lesson-text"}
        aria-live="polite"
        tabIndex={0}
        role="group"
        aria-label="The lesson's text at this step"
      >
        {isEnded() ? <LessonEnd /> : page ? <Words page={page} /> : <Silence />}
      </div>
      <Predict />
      <Since />
      {of > 0 && <Onwards first={number <= 1} />}
    </section>
  );
}

/** What the questions of the scenario were worth so far. */
function Points() {
  if (!isBegun.value || !score.value || score.value.answered === 0) return null;
  return (
    <span class="count">
      {points(score.value.points)} of {score.value.of} points
    </span>
  );
}

/** What is on show where that is not what the note above is about, and how far it has played. */
function Since() {
  const text = now.value?.acted.text;
  const played = run.value;
  if (isEnded() || !(played || isPast.value)) return null;
  return (
    <p class="since">
      <b>{played ? "Playing:" : "After this note:"}</b>{" "}
      {played?.shown === 0 ? "what happens next" : <code title={text}>{text}</code>}
      {played && (
        <>
          <span class="count">
            {grouped(played.shown)} of {grouped(played.places)}
          </span>
          <button class="button small" onClick={stop}>
            Stop here
          </button>
        </>
      )}
    </p>
  );
}

function Words({ page: { note, asks, checks } }: { page: Page }) {
  return (
    <>
      {note && <Prose text={note.note} />}
      {note?.chart && note.index !== staged.value?.index && <Chart chart={note.chart} />}
      {canStage.value && (
        <button class="button small" onClick={stage}>
          Show the chart large
        </button>
      )}
      {asks.map((ask) => (
        <Question key={ask.index} step={ask} />
      ))}
      <Checks checks={checks} />
    </>
  );
}

/** The ways on: through what the note is about, back, and to the next note by way of what happens in between. */
function Onwards({ first }: { first: boolean }) {
  const last = wordsFrom(1) === null;
  if (walk.value)
    return (
      <nav class="onwards" aria-label="Notes">
        <Walking of={walk.value} last={last && !endingLesson.value} />
      </nav>
    );
  return (
    <nav class="onwards" aria-label="Notes">
      <WalkButton />
      <button
        class="button"
        onClick={isEnded() ? hideEnd : still(() => toWords(-1))}
        disabled={first && !isEnded()}
        aria-label="Note before"
        title="Note before (Shift+N)"
      >
        ‹
      </button>
      <NextLesson
        before={
          <button
            class="button next"
            onClick={readOn}
            disabled={last && (isEnded() || !endingLesson.value)}
            title={playing.value ? "Skip to the next note (N)" : "Play what happens next, then read on (N)"}
          >
            {playing.value ? "Skip" : "Next"} ›
          </button>
        }
      />
    </nav>
  );
}

/** Nobody goes through more micro-steps than this: in motion they are seen to be alike. */
const LONGEST_WALK = 1000;

/** Leads through the command that the note is about, which may be the last of many, and names it when pointed at. */
function WalkButton() {
  const acted = spokenOf.value;
  const count = acted ? acted.endEvent - acted.firstEvent : 0;
  if (isEnded() || playing.value || !acted || !isFirstOfIt.value || count > LONGEST_WALK)
    return <span class="spring" />;
  // Of a call of a heap, heap(0).malloc(100), the call.
  const [, name] = /(\w+)\((?!\d+\)\.)/.exec(acted.text) ?? [];
  return (
    <>
      <button
        class="button"
        onClick={still(walkThrough)}
        title={`${acted.text} in its ${grouped(count)} micro-steps, the note staying (W)`}
      >
        Walk through {isLastOfMany.value && name ? <code>{name}</code> : "it"}
      </button>
      <span class="spring" />
    </>
  );
}

/** What was checked here: that which does not hold first; what holds in a line that opens. */
function Checks({ checks }: { checks: StepDto[] }) {
  const broken = checks.filter(({ failed }) => failed);
  const held = checks.filter(({ failed }) => !failed);
  return (
    <>
      {broken.map((check) => (
        <p key={check.index} class="expectation failed">
          <b>✗ Does not hold:</b> {check.note}
        </p>
      ))}
      {held.length === 1 && (
        <p class="expectation">
          <b>✓ Checked by the machine:</b> {held[0]!.note}
        </p>
      )}
      {held.length > 1 && (
        <details class="expectation">
          <summary>✓ {held.length} things checked by the machine</summary>
          <ul>
            {held.map((check) => (
              <li key={check.index}>{check.note}</li>
            ))}
          </ul>
        </details>
      )}
    </>
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
  return <p class="hint">Nothing is said about this step. Next goes on to what is.</p>;
}
