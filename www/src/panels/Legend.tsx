// The legends: what is on show of uses and signs, and how many frames there are of each use. Pointing at a line lights
// up all of its kind.

import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { legend, legendByName, pointedAt } from "../dom/legend";
import { signsOnMap } from "../dom/mapview";
import { rove } from "../dom/roving";
import { theme } from "../dom/theme";
import { handShown } from "../model/drawn";
import { marksOnShow } from "../model/marks";
import { grouped } from "../model/numbers";
import { pointed } from "../model/selection";
import { state } from "../model/session";
import { Goto } from "../parts/Goto";
import { wasm } from "../wasm/module";
import type { LegendDto } from "../wasm/types";

/** The legend of the map. */
export function Legend() {
  const uses: Partial<Record<string, number>> = state.value?.uses ?? {};
  const entries = legend.value;
  return (
    <ul class="legend" aria-label="Frames by use" onKeyDown={rove}>
      {entries
        .filter(({ name, group }) => group === "use" && ((uses[name] ?? 0) > 0 || name === "free"))
        .map((entry) => (
          <Line key={entry.name} entry={entry} picture={<Swatch name={entry.name} />} count={uses[entry.name] ?? 0} />
        ))}
      {entries
        .filter(({ name, group }) => group === "sign" && name !== "hand" && !FOLLOW_THE_POINTER.includes(name))
        .map((entry) => onMap(entry.name) && <SignLine key={entry.name} entry={entry} />)}
      <Hand />
      {entries
        .filter(({ name }) => FOLLOW_THE_POINTER.includes(name))
        .map((entry) => (
          <SignLine key={entry.name} entry={entry} absent={!onMap(entry.name)} />
        ))}
    </ul>
  );
}

const onMap = (name: string) => signsOnMap.value.includes(name);

function SignLine({ entry, absent }: { entry: LegendDto; absent?: boolean }) {
  const picture = entry.name === "count" ? <b class="count-sign">x2</b> : <Swatch name={entry.name} />;
  // While a note points at something its ring says that.
  const noted =
    entry.name === "linked" && pointed.value.length > 0 ? { ...entry, label: "what the note shows" } : entry;
  return <Line entry={noted} absent={absent} picture={picture} />;
}

/** Signs that appear under the pointer, last in the legend. Their lines keep their room while they are absent: a legend
 *  that grew would move what the pointer is about to click. */
const FOLLOW_THE_POINTER = ["selected", "linked"];

/** The legend of the pages' cells. */
export function PageLegend() {
  const shown = marksOnShow.value;
  return (
    <ul class="legend pages-legend" aria-label="Signs of pages" onKeyDown={rove}>
      {legend.value
        .filter(({ name, group }) => group !== "use" && shown.has(name))
        .map((entry) => (
          <Line key={entry.name} entry={entry} picture={<CellPicture entry={entry} />} />
        ))}
    </ul>
  );
}

function CellPicture({ entry: { name, group } }: { entry: LegendDto }) {
  return (
    <span class={group === "page" || name === "changed" ? `page ${name}` : `page read-only ${name}`} aria-hidden="true">
      <Sign name={name} />
    </span>
  );
}

type LineProps = { entry: LegendDto; picture: ComponentChildren; count?: number; absent?: boolean };

function Line({ entry: { name, label, meaning }, picture, count, absent }: LineProps) {
  const point = () => (pointedAt.value = name);
  const leave = () => (pointedAt.value = null);
  // It goes with what it stood for.
  useEffect(() => () => void (pointedAt.peek() === name && leave()), []);
  return (
    <li
      title={meaning}
      data-mark={absent ? undefined : name}
      class={absent ? "absent" : pointedAt.value === name ? "pointed" : ""}
    >
      <button
        data-rove={!absent || undefined}
        onPointerEnter={point}
        onPointerLeave={leave}
        onFocus={point}
        onBlur={leave}
      >
        {picture} {label} {count !== undefined && <b>{grouped(count)}</b>}
      </button>
    </li>
  );
}

/** Where the reclaim policy will look next. */
function Hand() {
  const at = state.value;
  if (!at?.clock || !handShown.value) return null;
  return (
    <li title={legend.value.find(({ name }) => name === "hand")?.meaning}>
      <Swatch name="hand" /> clock’s hand at{" "}
      <Goto subject={{ kind: "frame", pfn: at.clock.hand }} text={`frame ${at.clock.hand}`} />
    </li>
  );
}

/** A use or a sign as the map draws it, painted by the map's own painter. */
export function Swatch({ name }: { name: string }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const dark = theme.value === "dark" ? 1 : 0;
  useEffect(() => wasm.paintSwatch(canvas.current!, name, dark), [name, dark]);
  return <canvas class="swatch" ref={canvas} width={32} height={32} aria-hidden="true" />;
}

/** A sign in a page's cell; nothing for marks that are no sign inside cells. */
export function Sign({ name }: { name: string }) {
  return legendByName.value.get(name)?.shape ? <i class={`sign at-${name}`} aria-hidden="true" /> : null;
}
