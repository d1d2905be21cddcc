// The allocator in figures, as they are now: how much is free, in what pieces, and what it cost.
import { grouped } from "../../model/numbers";
import { hoveredRun, selected } from "../../model/selection";
import { state } from "../../model/session";
import type { AllocDto, Asked } from "../../wasm/types";

export function Figures({ of }: { of: AllocDto }) {
  const tally = state.value?.tally;
  const rows: [string, number, string][] = [
    ["inspected", tally?.inspected ?? 0, "Frames, words, runs or nodes that the allocator looked at so far"],
    ["moved", tally?.frames_moved ?? 0, "Frames moved so far, to make room in one piece"],
    ["runs", of.runs, "Runs given by alloc and not freed yet"],
    ["pinned", of.pinned, "Runs that a device uses: they may not be moved"],
    ["internal fragmentation", of.lost, "Internal fragmentation: frames given over what was asked for"],
  ];
  return (
    <div class="figures">
      <dl>
        <div title="The largest free piece, in frames">
          <dt>largest</dt>
          <dd>{of.largest ? <Largest run={of.largest} /> : 0}</dd>
        </div>
        {rows.map(([name, value, meaning]) => (
          <div key={name} title={meaning}>
            <dt>{name}</dt>
            <dd>{grouped(value)}</dd>
          </div>
        ))}
      </dl>
      <Unusable shares={of.unusable} />
      <Lengths all={state.value?.lengths ?? []} />
    </div>
  );
}

function Largest({ run: [first, length] }: { run: [number, number] }) {
  const show = (on: boolean) => () => (hoveredRun.value = on ? [first, length] : null);
  return (
    <button
      class="goto-thing"
      onClick={() => (selected.value = { kind: "frame", pfn: first })}
      onPointerEnter={show(true)}
      onPointerLeave={show(false)}
      onFocus={show(true)}
      onBlur={show(false)}
    >
      {grouped(length)}
    </button>
  );
}

const WIDTH = 104;
const HEIGHT = 30;

/** External fragmentation: for each size of request, the share of free memory that is in pieces too small for it. */
function Unusable({ shares }: { shares: [number, number][] }) {
  const percent = (share: number) => `${Math.round(share * 100)} %`;
  const bar = WIDTH / shares.length;
  const words = shares.map(([pages, share]) => `${pages}: ${percent(share)}`).join(", ");
  return (
    <figure
      class="unusable"
      title="External fragmentation: the share of free memory in pieces too small for a request of so many frames"
    >
      <figcaption>free, too small for</figcaption>
      <svg
        width={WIDTH}
        height={HEIGHT}
        role="img"
        aria-label={`Share of free memory that is unusable for requests of so many frames. ${words}`}
      >
        {shares.map(([pages, share], i) => (
          <g key={pages}>
            <title>{`${percent(share)} of the free memory is in pieces too small for ${pages} ${pages === 1 ? "frame" : "frames"}`}</title>
            <rect class="whole" x={i * bar} y={0} width={bar - 2} height={HEIGHT} />
            <rect class="part" x={i * bar} y={HEIGHT * (1 - share)} width={bar - 2} height={HEIGHT * share} />
          </g>
        ))}
      </svg>
      <div class="unusable-scale" aria-hidden="true">
        <span>{shares[0]?.[0]}</span>
        <span>{grouped(shares.at(-1)?.[0] ?? 1)} frames</span>
      </div>
    </figure>
  );
}

/** How often the allocator was asked for each length: of a fault, a table, a run, whoever asked. */
function Lengths({ all }: { all: Asked[] }) {
  const sum = all.reduce((sum, { asked }) => sum + asked, 0);
  if (sum === 0) return null;
  return (
    <dl class="lengths" title="How often the allocator was asked for frames so far, by how many side by side">
      {all.map(({ from, to, asked, missed }) => (
        <div key={from}>
          <dt>{`for ${from === to ? from : `${grouped(from)}–${grouped(to)}`}`}</dt>
          <dd>
            <meter value={asked} max={sum} aria-hidden="true" />
            {`${grouped(asked)} (${((asked * 100) / sum).toFixed(2)} %)${missed > 0 ? `, ${grouped(missed)} missed` : ""}`}
          </dd>
        </div>
      ))}
    </dl>
  );
}
