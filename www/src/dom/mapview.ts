// The map's painter and what is painted when. All repainting is gathered into one call per animation frame.
import { effect, signal } from "@preact/signals";
import { blocksShown, handShown } from "../model/drawn";
import { pointedSpans } from "../model/pointing";
import { changedFrames, hoveredRun, links, pointed, same, selected } from "../model/selection";
import { history, session, state } from "../model/session";
import { zoomed } from "../model/show";
import { upwards } from "../model/upwards";
import { wasm } from "../wasm/module";
import type { MapPainter } from "../wasm/types";
import { alike } from "./legend";
import { follow, proceed } from "./motion";
import { theme } from "./theme";

/** Counts paints, so that what depends on the cells' places can follow. */
export const painted = signal(0);
/** Changed frames that are not in sight at this zoom. */
export const changedOutOfSight = signal(0);
/** The signs that the map shows now, by their names in the legend. */
export const signsOnMap = signal<string[]>([]);

let canvas: HTMLCanvasElement | null = null;
let painter: MapPainter | null = null;
let due = 0;
/** The frames that a note has zoomed to, until the view is changed: a map of another size shows them, too. */
let staged: [number, number] | null = null;

/** Attaches the canvas; returns the function that detaches it. */
export function attach(element: HTMLCanvasElement): () => void {
  canvas = element;
  painter = new wasm.MapPainter(element);
  const sizes = new ResizeObserver(() => fitCanvas());
  sizes.observe(element.parentElement!);
  const ends = [
    effect(() => {
      painter?.setTheme(theme.value === "dark" ? 1 : 0);
      request();
    }),
    effect(() => {
      painter?.setUpwards(upwards.value);
      request();
    }),
    effect(() => {
      // Another machine may come on another screen, or where the last one could not be drawn.
      if (session.value) fitCanvas();
    }),
    effect(() => {
      history.value;
      mutate((map) => map.fit());
    }),
    effect(() => {
      const frames = zoomed.value;
      mutate((map) => (frames ? map.show(...frames) : map.fit()));
      staged = frames;
    }),
    effect(() => {
      const changed = state.value?.changed;
      painter?.changed(Uint32Array.from(changedFrames.value));
      painter?.moved(Uint32Array.from(changed?.moved.flat() ?? []));
      const splits = (blocksShown.value && changed?.seams.filter(({ joined }) => !joined)) || [];
      painter?.splits(Uint32Array.from(splits, ({ pfn, left }) => pfn + left));
      painter?.stale(Uint32Array.from(changed?.stale ?? [], ([pfn]) => pfn));
      painter?.hand(handShown.value ? (state.value?.clock?.hand ?? -1) : -1);
      painter?.blocks(blocksShown.value);
      if (painter) follow(painter);
      painter?.seek(state.value?.search?.pfn ?? -1);
      request();
    }),
    effect(() => {
      const lit = alike.value ?? (hoveredRun.value ? range(hoveredRun.value) : [...links.value.frames, ...noted()]);
      painter?.highlight(Uint32Array.from(lit));
      const subject = selected.value;
      // What a note points at has one look, selected or not.
      const own = !pointed.value.some((one) => same(one, subject));
      painter?.select(own && subject?.kind === "frame" ? subject.pfn : -1);
      request();
    }),
  ];
  return () => {
    sizes.disconnect();
    for (const end of ends) end();
    cancelAnimationFrame(due);
    due = 0;
    painter?.free();
    painter = canvas = null;
    signsOnMap.value = [];
  };
}

/** Changes the painter's view: zoom, pan, fit. */
export function mutate(change: (map: MapPainter) => void): void {
  if (!painter) return;
  staged = null;
  change(painter);
  request();
}

/** Zooms around a point of the window, or around the map's middle. */
export function zoom(factor: number, at?: { x: number; y: number }): void {
  if (!canvas) return;
  const box = canvas.getBoundingClientRect();
  const point = at ?? { x: box.left + box.width / 2, y: box.top + box.height / 2 };
  mutate((map) => map.zoom(factor, (point.x - box.left) * ratio(), (point.y - box.top) * ratio()));
}

export function pan(dx: number, dy: number): void {
  mutate((map) => map.pan(dx * ratio(), dy * ratio()));
}

/** The frame under a point of the window; null if there is none. */
export function frameAt(x: number, y: number): number | null {
  if (!canvas || !painter || !session.peek()) return null;
  const box = canvas.getBoundingClientRect();
  const pfn = painter.hit((x - box.left) * ratio(), (y - box.top) * ratio());
  return pfn < 0 ? null : pfn;
}

/** The map of the page's machine, while it is beside other machines'. */
export const cells: { source: { canvas: HTMLCanvasElement; painter: MapPainter } | null } = { source: null };

/** A frame's cell in the window's coordinates; null if it is out of sight. */
export function cellBox(pfn: number): DOMRect | null {
  const shown = onShow();
  const box = shown?.canvas.getBoundingClientRect();
  const cell = cellOnMap(pfn);
  if (!box?.width || !cell) return null;
  return new DOMRect(box.left + cell.x, box.top + cell.y, cell.width, cell.height);
}

/** The canvas whose cells `cellBox` finds. */
export const mapOnShow = (): HTMLElement | null => onShow()?.canvas ?? null;

/** A frame's cell, counted from the map's corner; null if it is out of sight. */
export function cellOnMap(pfn: number): DOMRect | null {
  const shown = onShow();
  if (!shown) return null;
  const [x, y, width, height] = shown.painter.cell(pfn);
  if (x === undefined || y === undefined || width === undefined || height === undefined) return null;
  const scale = shown.canvas.clientWidth > 0 ? shown.canvas.width / shown.canvas.clientWidth : 1;
  return new DOMRect(x / scale, y / scale, width / scale, height / scale);
}

function onShow(): { canvas: HTMLCanvasElement; painter: MapPainter } | null {
  return cells.source ?? (canvas && painter && { canvas, painter });
}

function request(): void {
  due ||= requestAnimationFrame(() => {
    due = 0;
    const machine = session.peek();
    if (!painter || !machine) return;
    // Before painting, so that the last picture is the one without motion.
    const more = proceed(painter);
    painter.paint(machine);
    canvas?.toggleAttribute("data-moving", painter.moving());
    if (more) request();
    changedOutOfSight.value = changedFrames.peek().filter((pfn) => painter?.cell(pfn).length === 0).length;
    const signs = painter.signs();
    if (signs.join() !== signsOnMap.peek().join()) signsOnMap.value = signs;
    painted.value++;
  });
}

function fitCanvas(): void {
  const host = canvas?.parentElement;
  if (!canvas || !painter || !host || host.clientWidth === 0) return;
  const density = window.devicePixelRatio || 1;
  painter.resize(Math.floor(host.clientWidth * density), Math.floor(host.clientHeight * density));
  if (staged) painter.show(...staged);
  request();
}

/** Device pixels per pixel of the page. */
function ratio(): number {
  return canvas && canvas.clientWidth > 0 ? canvas.width / canvas.clientWidth : 1;
}

/** The frames of the runs that a note points at. */
const noted = () => pointedSpans.value.flatMap(([first, last]) => range([first, last - first + 1]));

function range([first, length]: [number, number]): number[] {
  return Array.from({ length: Math.min(length, 65_536) }, (_, i) => first + i);
}
