// Machines side by side, given the same commands in lock-step: their maps, what each did, and how they fare.
import { useEffect } from "preact/hooks";
import { Icon } from "../panels/Icon";
import { Coded } from "../panels/Prose";
import { Legend } from "../panels/Legend";
import { sentence } from "../model/notices";
import { state } from "../model/session";
import { Editor, edit } from "./Editor";
import { Fared } from "./Fared";
import { Machine } from "./Machine";
import { again, cancel, close, compared, MOST, others, progress, suggestion, trouble } from "./model";
import { fit, pointed, zoom } from "./maps";
import { Partings } from "./Partings";

export function Compare() {
  const all = compared.value;
  const count = (others.value?.length ?? 0) + 1;
  useEffect(() => () => void (pointed.value = null), []);
  return (
    <main class="workspace compare" style={{ "--machines": count }}>
      <section class="panel side-by-side" aria-labelledby="compare-title">
        <div class="panel-head">
          <h2 id="compare-title">Compare</h2>
          <span class="count">
            {count} machines, the same commands
          </span>
          <Partings />
          <span class="spring" />
          <div class="zoom">
            <button class="button quiet small" onClick={() => zoom(1 / 1.5)} aria-label="Zoom out" title="Zoom out">
              <Icon name="minus" />
            </button>
            <button class="button quiet small" onClick={fit} aria-label="Show all frames" title="Show all frames">
              <Icon name="fit" />
            </button>
            <button class="button quiet small" onClick={() => zoom(1.5)} aria-label="Zoom in" title="Zoom in (or turn the wheel over a map)">
              <Icon name="plus" />
            </button>
          </div>
          {count <= MOST && (
            <button class="button small" onClick={() => edit(count - 1, suggestion())} title="Choose another machine to compare">
              <Icon name="plus" /> Machine
            </button>
          )}
          <button class="button small" onClick={close} title="Back to the page's own machine (C)">
            Close
          </button>
        </div>
        <div class="machines" tabIndex={0} role="group" aria-label="The machines' maps">
          <Key />
          {Array.from({ length: count }, (_, n) => (
            <Machine key={n} n={n} />
          ))}
        </div>
        <Underway />
        {all && <Fared all={all} />}
      </section>
      <Editor />
    </main>
  );
}

/** What colours and outlines mean, on all maps. */
function Key() {
  return (
    <div class="map-key">
      {state.value && <Legend />}
      <p>
        <span class="apart-sign" aria-hidden="true" /> used otherwise than on A
      </p>
    </div>
  );
}

/** Until the machines stand beside each other: how far they are, or why they can't. */
function Underway() {
  const { value: far } = progress;
  const { value: error } = trouble;
  if (error)
    return (
      <p class="compare-trouble" role="alert">
        <Coded text={sentence(error)} />
        <button class="button small" onClick={again}>
          Compare again
        </button>
      </p>
    );
  if (!far) return null;
  return (
    <p class="compare-progress" role="status">
      <button class="button small cancel" onClick={cancel} title="Cancel (Esc)">
        Cancel
      </button>
      <progress max={far.of} value={far.done} aria-label="Commands given" />
      {far.done.toLocaleString("en")} of {far.of.toLocaleString("en")} commands
    </p>
  );
}
