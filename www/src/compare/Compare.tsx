// Machines side by side: their maps and what each did in the middle, their figures beside it. The lesson's text, the
// processes of the page's own machine and the lines of its reverse map stay.

import { useEffect } from "preact/hooks";
import { fit, pointed, zoom } from "../dom/machinemaps";
import { again, cancel, close, compared, MOST, others, progress, replays, suggestion, trouble } from "../model/compare";
import { grouped } from "../model/numbers";
import { place as replacement } from "../model/references";
import { state } from "../model/session";
import { shown, open as sweep } from "../model/sweep";
import { upwards } from "../model/upwards";
import { Legend } from "../panels/Legend";
import { Links } from "../panels/Links";
import { Processes } from "../panels/Processes";
import { Reclaim } from "../panels/Reclaim";
import { Swap } from "../panels/Swap";
import { Words } from "../panels/Words";
import { Icon } from "../parts/Icon";
import { Editor, edit } from "./Editor";
import { Fared } from "./Fared";
import { Machine } from "./Machine";
import { Partings } from "./Partings";
import { Sweep } from "./Sweep";
import { Underway } from "./Underway";

export function Compare() {
  useEffect(() => () => void (pointed.value = null), []);
  const count = (others.value?.length ?? 0) + 1;
  return (
    <main class="workspace compare" data-sweep={shown.value ? "" : undefined} style={{ "--machines": count }}>
      <Words />
      <div class="column machine-view">
        {shown.value ? (
          <Sweep />
        ) : (
          <>
            <SideBySide count={count} />
            <Processes />
          </>
        )}
      </div>
      {!shown.value && (
        <div class="column details">
          <Findings />
          <Swap />
          {replacement.value && <Reclaim />}
        </div>
      )}
      <Links />
      <Editor />
    </main>
  );
}

function SideBySide({ count }: { count: number }) {
  return (
    <section class="panel side-by-side" aria-labelledby="compare-title">
      <div class="panel-head">
        <h2 id="compare-title">Compare</h2>
        <span class="count">{count === 1 ? "1 machine" : `${count} machines`}</span>
        <span class="spring" />
        <div class="zoom">
          <button class="button quiet small" onClick={() => zoom(1 / 1.5)} aria-label="Zoom out" title="Zoom out">
            <Icon name="minus" />
          </button>
          <button class="button quiet small" onClick={fit} aria-label="Show all frames" title="Show all frames">
            <Icon name="fit" />
          </button>
          <button
            class="button quiet small"
            onClick={() => zoom(1.5)}
            aria-label="Zoom in"
            title="Zoom in (or turn the wheel over a map)"
          >
            <Icon name="plus" />
          </button>
        </div>
        {count <= MOST && (
          <button
            class="button small"
            onClick={() => edit(count - 1, suggestion())}
            title="Choose another machine to compare"
          >
            <Icon name="plus" /> Machine
          </button>
        )}
        <button class="button small" onClick={sweep} title="A counter over the values of a field, on many machines">
          Sweep
        </button>
        <button class="button small" onClick={close} title="Back to the page's own machine (C)">
          Close
        </button>
      </div>
      <Giving />
      <div
        class="machines"
        data-many={count > 2 ? "" : undefined}
        tabIndex={0}
        role="group"
        aria-label="The machines' maps"
      >
        {Array.from({ length: count }, (_, n) => (
          <Machine key={n} n={n} />
        ))}
      </div>
      <Key />
    </section>
  );
}

/** How the commands are given to the others, where the machines part, and their figures. */
function Findings() {
  const all = compared.value;
  return (
    <section class="panel findings" aria-labelledby="findings-title">
      <div class="panel-head">
        <h2 id="findings-title">Figures</h2>
        <span class="spring" />
        <label class="how">
          <span class="unseen">What the other machines are given</span>
          <select
            value={all?.why || replays.value ? "replay" : "again"}
            disabled={!all || all.why !== null}
            title="A script may react to what a machine answers. Run again, it does so on each; replayed, all get the first machine's commands."
            onChange={(event) => (replays.value = event.currentTarget.value === "replay")}
          >
            <option value="again">script run again on each</option>
            <option value="replay">A’s commands replayed</option>
          </select>
        </label>
      </div>
      {all?.why && <p class="why-replayed">A’s commands are replayed: {all.why}.</p>}
      <Partings />
      {all && <Fared all={all} />}
    </section>
  );
}

/** The meaning of colours and outlines, on all maps. */
function Key() {
  return (
    <div class="map-key">
      {state.value && <Legend />}
      <p class="ends-in-words">low addresses at the {upwards.value ? "bottom" : "top"}</p>
      <p>
        <span class="apart-sign" aria-hidden="true" /> used otherwise than on A
      </p>
    </div>
  );
}

/** Until the machines are shown side by side: the progress, or why they cannot be compared. */
function Giving() {
  const { value: far } = progress;
  const words = !far
    ? ""
    : far.of === null
      ? `The script runs again: ${grouped(far.done)} commands`
      : `${grouped(far.done)} of ${grouped(far.of)} commands`;
  return (
    <Underway error={trouble.value} far={far} counted="Commands given" words={words} cancel={cancel}>
      <button class="button small" onClick={again}>
        Compare again
      </button>
    </Underway>
  );
}
