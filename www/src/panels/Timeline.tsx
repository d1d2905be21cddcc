// The timeline: transport, the track of ticks to scrub on, and one counter plotted over the same steps.

import type { ComponentChildren } from "preact";
import { microBack, microForward } from "../model/narration";
import { grouped } from "../model/numbers";
import { isOpen } from "../model/panels";
import { playing, speed, speeds, still, stop, togglePlay } from "../model/player";
import { JUMPS, midway, noMachine, state, ticks } from "../model/session";
import { jump, stepBack, stepForward, stopFrom, toEnd, toStart } from "../model/stops";
import { CompareButton } from "../parts/CompareButton";
import { Icon } from "../parts/Icon";
import { PanelsMenu } from "./PanelsMenu";
import { Plot } from "./Plot";
import { Track } from "./Track";

/** `marks`: further marks on the track. */
export function Timeline({ marks }: { marks: ComponentChildren }) {
  return (
    <section class="panel timeline" aria-label="Timeline">
      <div class="transport">
        <Transport />
        <Place />
        <Jumps />
        <CompareButton />
        <PanelsMenu />
      </div>
      <Track marks={marks} />
      {isOpen("timeline") && <Plot />}
    </section>
  );
}

function Transport() {
  const at = state.value;
  const atStart = !at || at.cursor.event === 0;
  const atEnd = !midway.value && (!at || (at.cursor.step === at.steps && at.cursor.event === at.events));
  return (
    <div class="buttons" role="group" aria-label="Move through time">
      <button
        class="button"
        onClick={still(toStart)}
        disabled={atStart && !at?.cursor.step}
        aria-label="To the start"
        title="To the start (Home)"
      >
        <Icon name="start" />
      </button>
      <button
        class="button"
        onClick={still(stepBack)}
        disabled={stopFrom(-1) === null}
        aria-label="One step back"
        title="One step back (←)"
      >
        <Icon name="back" />
      </button>
      <button
        class="button"
        onClick={still(microBack)}
        disabled={atStart}
        aria-label="One micro-step back"
        title="One micro-step back (Shift+←)"
      >
        <Icon name="microBack" />
      </button>
      <button
        class="button play"
        onClick={togglePlay}
        disabled={!at || at.steps === 0}
        aria-label={playing.value ? "Pause" : "Play"}
        title="Play or pause (Space)"
      >
        <Icon name={playing.value ? "pause" : "play"} />
      </button>
      <button
        class="button"
        onClick={still(microForward)}
        disabled={atEnd}
        aria-label="One micro-step forward"
        title="One micro-step forward (Shift+→)"
      >
        <Icon name="microForward" />
      </button>
      <button
        class="button"
        onClick={still(stepForward)}
        disabled={atEnd}
        aria-label="One step forward"
        title="One step forward (→)"
      >
        <Icon name="forward" />
      </button>
      <button class="button" onClick={still(toEnd)} disabled={atEnd} aria-label="To the end" title="To the end (End)">
        <Icon name="end" />
      </button>
      <select
        class="speed"
        aria-label="Speed of play"
        title="Speed of play"
        value={speed.value}
        onChange={(event) => (speed.value = Number(event.currentTarget.value))}
      >
        {speeds.map((one) => (
          <option key={one} value={one}>
            {one}×
          </option>
        ))}
      </select>
    </div>
  );
}

/** Where the cursor stands, in numbers. */
function Place() {
  const at = state.value;
  if (!at && !noMachine.value) return <p class="place" />;
  return (
    <p class="place" aria-live="off">
      <span class="step-word">step </span>
      <b data-testid="step">{grouped(at?.cursor.step ?? 0)}</b> of {grouped(at?.steps ?? 0)}
    </p>
  );
}

/** The legend of the ticks, which is also how to jump from one to the next. */
function Jumps() {
  const there = new Set<number>(ticks.value);
  return (
    <div class="jumps" role="group" aria-label="Jump to the next">
      {JUMPS.map(({ key, kinds, name, what }) => (
        <button
          key={key}
          class="button quiet small"
          title={`To the next ${what} (${key.toUpperCase()}); with Shift to the one before`}
          disabled={!kinds.some((kind) => there.has(kind))}
          onClick={(event) => {
            stop();
            jump(kinds, event.shiftKey);
          }}
        >
          <span class={`tick-sign tick-${kinds[0]}`} aria-hidden="true" />
          {name}
        </button>
      ))}
    </div>
  );
}
