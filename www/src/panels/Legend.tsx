// The map's legend, with how many frames there are of each kind now.
import { useEffect, useRef } from "preact/hooks";
import { legend } from "../model/legend";
import { state } from "../model/session";
import { theme } from "../model/theme";
import { wasm } from "../wasm";
import { Goto } from "./Goto";

export function Legend() {
  const uses = state.value?.uses ?? {};
  const shown = legend.value.filter(({ use }) => (uses[use] ?? 0) > 0 || use === "free");
  return (
    <ul class="legend" aria-label="Frames by use">
      {shown.map(({ use, label }) => (
        <li key={use} title={meaning[use] ?? label}>
          <Swatch use={use} />
          {label} <b>{(uses[use] ?? 0).toLocaleString("en")}</b>
        </li>
      ))}
      <Hand />
    </ul>
  );
}

/** Where the reclaim policy will look next. */
function Hand() {
  const at = state.value;
  if (at?.machine.policy !== "clock" || at.machine.swapSlots === 0) return null;
  return (
    <li title="The frame at which reclaim will look next for one to take away">
      clock’s hand at <Goto subject={{ kind: "frame", pfn: at.hand }} text={`frame ${at.hand}`} />
    </li>
  );
}

/** A cell as the map draws it, painted by the map's own painter. */
function Swatch({ use }: { use: string }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const dark = theme.value === "dark" ? 1 : 0;
  useEffect(() => wasm.paintSwatch(canvas.current!, use, dark), [use, dark]);
  return <canvas class="swatch" ref={canvas} width={32} height={32} aria-hidden="true" />;
}

/** In plain words. */
const meaning: Record<string, string> = {
  free: "Frames in the allocator's free lists",
  table: "Page tables: they live in frames of the same memory",
  anon: "Pages of processes that belong to no file",
  file: "Pages of files, kept in memory",
  shmem: "Pages of shared memory",
  zero: "One page of zeroes, which every untouched page that is only read shares",
  run: "Runs of frames that the kernel took for itself",
  reserved: "Frames that the kernel keeps from the start",
  hole: "Addresses with no memory behind them",
  swapcache: "Pages that also have a slot on the swap disk",
};
