// Physical memory: every frame a cell. Painted by Rust; here are the pointer, the zoom and the legend.

import { useEffect, useRef, useState } from "preact/hooks";
import { attach, changedOutOfSight, mutate, zoom } from "../dom/mapview";
import { asking, looking } from "../dom/pointer";
import { deaths } from "../model/lost";
import { grouped } from "../model/numbers";
import { view } from "../model/panels";
import { focused, selected } from "../model/selection";
import { noMachine, session, state } from "../model/session";
import { tool } from "../model/tools";
import { toggleUpwards, upwards } from "../model/upwards";
import { Ends } from "../parts/Ends";
import { Icon } from "../parts/Icon";
import { Apart } from "./Apart";
import { DragReadout } from "./alloc/DragReadout";
import { RunMarks } from "./alloc/RunMarks";
import { ToolButtons, ToolLine } from "./alloc/Tools";
import { Legend } from "./Legend";
import { NoMachine } from "./NoMachine";
import { Pool } from "./Pool";

export function MemoryMap() {
  const at = state.value;
  return (
    <section class="panel memory" aria-labelledby="memory-title">
      <div class="panel-head">
        <h2 id="memory-title">Physical memory</h2>
        {at && <span class="count">{grouped(at.machine.frames)} frames</span>}
        <Readout />
        {changedOutOfSight.value > 0 && <span class="chip">{changedOutOfSight.value} changed out of view</span>}
        {at?.changed.uncounted && (
          <span class="chip" title="This step changed too much to mark each frame and page of it">
            changes not marked
          </span>
        )}
        {!noMachine.value && <Controls />}
      </div>
      <Canvas key={deaths.value} />
      <Pool />
      <ToolLine />
      {at && <Legend />}
    </section>
  );
}

/** What is done with a map: pointless without one. */
function Controls() {
  return (
    <>
      <ToolButtons />
      <GoToFrame />
      <div class="zoom">
        <button
          class="button quiet small"
          onClick={toggleUpwards}
          aria-pressed={upwards.value}
          aria-label="Low addresses at the bottom"
          title="Draw low addresses at the bottom, or at the top (U)"
        >
          <Icon name="upwards" />
        </button>
        <button class="button quiet small" onClick={() => zoom(1 / 1.5)} aria-label="Zoom out" title="Zoom out">
          <Icon name="minus" />
        </button>
        <button
          class="button quiet small"
          onClick={() => mutate((map) => map.fit())}
          aria-label="Show all frames"
          title="Show all frames"
        >
          <Icon name="fit" />
        </button>
        <button
          class="button quiet small"
          onClick={() => zoom(1.5)}
          aria-label="Zoom in"
          title="Zoom in (or turn the wheel over the map)"
        >
          <Icon name="plus" />
        </button>
      </div>
    </>
  );
}

function Canvas() {
  const canvas = useRef<HTMLCanvasElement>(null);
  const box = useRef<HTMLDivElement>(null);
  const height = useMapHeight(box);
  useEffect(() => attach(canvas.current!), []);

  useEffect(() => {
    // Not through JSX: the wheel must be kept from scrolling the page, which passive listeners cannot do.
    const element = canvas.current!;
    const wheel = (event: WheelEvent) => {
      event.preventDefault();
      zoom(Math.exp(-event.deltaY / 400), event);
    };
    element.addEventListener("wheel", wheel, { passive: false });
    return () => element.removeEventListener("wheel", wheel);
  }, []);

  return (
    <div class="map-row" style={{ flexBasis: `${height}px` }}>
      {!noMachine.value && <Ends frames={state.value?.machine.frames ?? 1} />}
      <div class="map" ref={box}>
        <canvas
          ref={canvas}
          role="img"
          class={tool.value === "look" ? "" : "tooled"}
          hidden={noMachine.value !== null}
          aria-label="Map of physical memory: one cell a frame. Go to a frame by its number with the field above, and from frame to frame with the keys [ and ]."
          {...(tool.value === "look" ? looking : asking)}
        />
        <Apart />
        <RunMarks />
        <DragReadout />
        <NoMachine />
      </div>
    </div>
  );
}

/** The height that the map needs at its width, so that the processes below get the rest. */
function useMapHeight(box: { current: HTMLDivElement | null }): number {
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const sizes = new ResizeObserver(([entry]) => setWidth(entry!.contentRect.width));
    sizes.observe(box.current!);
    return () => sizes.disconnect();
  }, []);
  const frames = state.value?.machine.frames ?? 0;
  const nobody = state.value?.processes.length === 0 && state.value.killed.length === 0;
  const alone = nobody && view.value === "reading" && !upright.matches;
  return alone ? largestHeight(frames, width) : neededHeight(frames, width);
}

/** Words are below the machine then, and its processes are to be seen beside the map all the same. */
const upright = window.matchMedia("(max-width: 1079px) and (max-aspect-ratio: 11 / 10)");

/** The painter lays frames out in rows of a power of two: the shortest rows whose cells fill the width. */
function neededHeight(frames: number, width: number): number {
  const most = window.innerHeight * (view.value === "working" ? 0.42 : upright.matches ? 0.2 : 0.5);
  if (frames === 0 || width === 0) return most;
  for (let columns = 1; ; columns *= 2) {
    const rows = Math.ceil(frames / columns);
    const cell = Math.min(width / columns, LARGEST);
    if (cell * rows <= most) return Math.max(120, cell * rows + MARGIN);
  }
}

/** Where no process wants the room below: the height of the rows whose cells are largest. */
function largestHeight(frames: number, width: number): number {
  const most = window.innerHeight * 0.55 - MARGIN;
  const [cell = 0, rows = 0] = Array.from({ length: 25 }, (_, shift) => {
    const rows = Math.ceil(frames / 2 ** shift);
    return [Math.min(width / 2 ** shift, most / rows, LARGEST), rows];
  }).reduce((best, one) => (one[0]! > best[0]! ? one : best));
  return Math.max(120, cell * rows + MARGIN);
}

/** The painter's largest cell when it shows all frames, and the room it leaves for rings. */
const LARGEST = 96;
const MARGIN = 12;

/** What the pointer is over, in a few words. */
function Readout() {
  const subject = focused.value;
  const about = state.value && subject ? session.value?.inspect(subject) : null;
  if (!about) return <span class="readout" />;
  const facts = about.rows
    .slice(0, 3)
    .map((row) => row.value)
    .filter(Boolean);
  return (
    <span class="readout">
      <b>{about.title}</b> {facts.join(" · ")}
    </span>
  );
}

function GoToFrame() {
  const frames = state.value?.machine.frames ?? 0;
  return (
    <form
      class="goto"
      onSubmit={(event) => {
        event.preventDefault();
        const input = event.currentTarget.elements.namedItem("pfn") as HTMLInputElement;
        if (input.value !== "" && input.checkValidity()) selected.value = { kind: "frame", pfn: input.valueAsNumber };
      }}
    >
      <input
        name="pfn"
        type="number"
        min={0}
        max={Math.max(0, frames - 1)}
        step={1}
        placeholder="frame"
        aria-label="Go to frame number"
        title="Type a frame's number and press Enter"
      />
    </form>
  );
}
