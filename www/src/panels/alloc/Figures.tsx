// The allocator in figures, as they are now: how much is free, in what pieces, and what it cost.
import { state } from "../../model/session";
import type { AllocDto } from "../../types";

export function Figures({ of }: { of: AllocDto }) {
  const tally = state.value?.tally ?? {};
  const rows: [string, number, string][] = [
    ["moved", tally.frames_moved ?? 0, "Frames moved so far, to make room in one piece"],
    ["inspected", tally.inspected ?? 0, "Frames, words, runs or nodes that the allocator looked at so far"],
    ["runs", of.runs, "Runs given by alloc and not freed yet"],
    ["pinned", of.pinned, "Runs that a device uses: they may not be moved"],
    ["lost", of.lost, "Internal fragmentation: frames given over what was asked for"],
  ];
  return (
    <div class="figures">
      <dl>
        {rows.map(([name, value, meaning]) => (
          <div key={name} title={meaning}>
            <dt>{name}</dt>
            <dd>{value.toLocaleString("en")}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
