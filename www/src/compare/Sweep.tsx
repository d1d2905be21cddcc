// A sweep in place of the machines' maps: what is asked, how far it is, the plots, and all of it as a table, from which
// each machine can be opened.
import { save } from "../dom/save";
import { grouped } from "../model/numbers";
import { state } from "../model/session";
import {
  type Asked,
  asked,
  cancel,
  close,
  csv,
  fields,
  nameOf,
  openMachine,
  progress,
  type Swept,
  start,
  swept,
  trouble,
  valuesOf,
} from "../model/sweep";
import { Icon } from "../parts/Icon";
import { SweepPlots } from "./SweepPlots";
import { Underway } from "./Underway";

export function Sweep() {
  const found = swept.value;
  return (
    <section class="panel sweep" aria-labelledby="sweep-title">
      <div class="panel-head">
        <h2 id="sweep-title">Sweep</h2>
        {found && <span class="count">{grouped(found.machines.length)} machines</span>}
        <span class="spring" />
        {found && !progress.value && (
          <button
            class="button small"
            onClick={() => save(`sweep-${found.over.field}.csv`, "text/csv", [csv(found)])}
            title="The table as comma-separated values"
          >
            <Icon name="save" /> CSV
          </button>
        )}
        <button class="button small" onClick={close} title="Back to the machines">
          Close
        </button>
      </div>
      <div class="sweep-body" tabIndex={0} role="group" aria-label="The sweep">
        {asked.value && <Form of={asked.value} />}
        <Counting />
        {found?.fared.some((one) => one) && (
          <>
            <SweepPlots swept={found} />
            <Table of={found} />
          </>
        )}
      </div>
    </section>
  );
}

const set = (changes: Partial<Asked>) => (asked.value = { ...asked.peek()!, ...changes });

function Form({ of }: { of: Asked }) {
  const names = fields();
  const counters = Object.keys(state.value?.tally ?? { [of.counter]: 0 });
  return (
    <form
      class="sweep-form"
      onSubmit={(event) => {
        event.preventDefault();
        void start();
      }}
    >
      <Choice label="Rows" value={of.over} names={names} set={(over) => set({ over, values: valuesOf(over) })} />
      <Values label="their values" value={of.values} set={(values) => set({ values })} />
      <Choice
        label="Curves"
        value={of.by}
        names={["", ...names]}
        set={(by) => set({ by, byValues: by === "" ? "" : valuesOf(by) })}
      />
      <Values label="their values" value={of.byValues} set={(byValues) => set({ byValues })} off={of.by === ""} />
      <Choice label="Counter" value={of.counter} names={counters} set={(counter) => set({ counter })} />
      <button class="button run" disabled={progress.value !== null}>
        Run sweep
      </button>
    </form>
  );
}

type Picked = { label: string; value: string; set: (to: string) => void };

function Choice({ label, value, names, set }: Picked & { names: string[] }) {
  return (
    <label>
      <span>{label}</span>
      <select value={value} onChange={(event) => set(event.currentTarget.value)}>
        {[...new Set([...names, value])].map((name) => (
          <option key={name} value={name}>
            {name === "" ? "none" : name.replaceAll("_", " ")}
          </option>
        ))}
      </select>
    </label>
  );
}

function Values({ label, value, set, off = false }: Picked & { off?: boolean }) {
  return (
    <label class="values">
      <span>{label}</span>
      <input
        value={value}
        disabled={off}
        required={!off}
        spellcheck={false}
        placeholder={off ? "" : "4,8,16 or 4..256"}
        title="Values parted by commas, or a range of numbers such as 4..256: at most 16 that grow by the same factor"
        onInput={(event) => set(event.currentTarget.value)}
      />
    </label>
  );
}

function Counting() {
  const { value: far } = progress;
  const words = !far
    ? ""
    : far.of === null
      ? "The commands are read"
      : `${grouped(far.done)} of ${grouped(far.of)} machines, ${grouped(far.commands)} commands`;
  return <Underway error={trouble.value} far={far} counted="Machines done" words={words} cancel={cancel} />;
}

function Table({ of }: { of: Swept }) {
  const { over, by, asked, fared, again } = of;
  const columns = by?.values ?? [asked.counter.replaceAll("_", " ")];
  return (
    <div class="sweep-table" role="region" aria-label="The sweep as a table" tabIndex={0}>
      <table>
        <caption>
          {asked.counter.replaceAll("_", " ")};{" "}
          {again ? "the script was run again on each" : "A’s commands were replayed on each"}
        </caption>
        <thead>
          <tr>
            <th scope="col">{over.field}</th>
            {columns.map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {over.values.map((value, row) => (
            <tr key={value}>
              <th scope="row">{value}</th>
              {columns.map((name, column) => (
                <Cell key={name} of={of} n={row * columns.length + column} />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {fared.map((one, n) =>
        one?.ended ? (
          <p key={n} class="sweep-ended">
            {nameOf(of, n)}: ended early, {one.ended}
          </p>
        ) : null,
      )}
    </div>
  );
}

function Cell({ of, n }: { of: Swept; n: number }) {
  const fared = of.fared[n];
  if (!fared) return <td class="chart-number">…</td>;
  const skipped = fared.skipped > 0 ? `; ${grouped(fared.skipped)} commands could not be given` : "";
  const title = fared.ended ? `ended early: ${fared.ended}` : `Open ${nameOf(of, n)} beside A${skipped}`;
  return (
    <td class="chart-number">
      <button class="goto-thing" title={title} onClick={() => openMachine(n)}>
        {fared.count === null ? "ended" : grouped(fared.count)}
        {skipped && "*"}
      </button>
    </td>
  );
}
