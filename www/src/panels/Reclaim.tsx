// Which page goes: the references with all frames after each, and what the replacement policy knows.
import { useSignal } from "@preact/signals";
import { copyReferences, saveReferences } from "../dom/save";
import { processName } from "../model/names";
import { references, totals } from "../model/references";
import { Clock } from "./Clock";
import { Ranks } from "./Ranks";
import { References } from "./References";

export function Reclaim() {
  const all = references.value;
  return (
    <section class="panel reclaim" aria-labelledby="reclaim-title">
      <div class="panel-head">
        <h2 id="reclaim-title">Replacement</h2>
        {all && (
          <span class="count">
            <b>{processName(all.pid)}</b>, {totals(all)}
          </span>
        )}
        {all && <Exports />}
      </div>
      {all && <References all={all} />}
      <div class="known" tabIndex={0} role="group" aria-label="What the policy knows">
        <Clock />
        <Ranks />
      </div>
    </section>
  );
}

function Exports() {
  const said = useSignal("");
  const say = (text: string) => (said.value = text);
  return (
    <div class="exports">
      <span class="count" role="status">
        {said.value}
      </span>
      <button
        class="button small"
        title="Copy the table as text (Markdown)"
        onClick={async () => say(await copyReferences())}
      >
        Copy
      </button>
      <button
        class="button small"
        title="Save the table as values for a spreadsheet"
        onClick={() => saveReferences("csv")}
      >
        CSV
      </button>
      <button class="button small" title="Save the table as a drawing" onClick={() => saveReferences("svg")}>
        SVG
      </button>
    </div>
  );
}
