// The machines' maps: each painted by the painter of the page's own map on a canvas of its own, all at the same zoom.
import { effect, signal } from "@preact/signals";
import { type Compared, compared } from "../model/compare";
import { bring, place } from "../model/lockstep";
import { calm, pace, playing } from "../model/player";
import { selected } from "../model/selection";
import { state } from "../model/session";
import { upwards } from "../model/upwards";
import { wasm } from "../wasm/module";
import type { CursorDto, MapPainter, Session } from "../wasm/types";
import { pointedAt } from "./legend";
import { cells, painted } from "./mapview";
import { theme } from "./theme";

/** The frame under the pointer on any of the maps, ringed on all. */
export const pointed = signal<number | null>(null);
/** By machine, the number of frames that it now uses differently from the first. */
export const apart = signal<number[]>([]);

type Shown = { machine: number; canvas: HTMLCanvasElement; painter: MapPainter };

const shown = new Set<Shown>();
let due = 0;

/** Attaches a machine's canvas; returns the function that detaches it. */
export function attach(canvas: HTMLCanvasElement, machine: number): () => void {
  const one: Shown = { machine, canvas, painter: new wasm.MapPainter(canvas) };
  shown.add(one);
  if (machine === 0) cells.source = one;
  const sizes = new ResizeObserver(() => {
    const host = canvas.parentElement!;
    const density = window.devicePixelRatio || 1;
    if (host.clientWidth > 0)
      one.painter.resize(Math.floor(host.clientWidth * density), Math.floor(host.clientHeight * density));
    request();
  });
  sizes.observe(canvas.parentElement!);
  const end = effect(() => {
    theme.value;
    upwards.value;
    compared.value;
    place.value;
    state.value;
    pointed.value;
    pointedAt.value;
    selected.value;
    request();
  });
  return () => {
    end();
    sizes.disconnect();
    shown.delete(one);
    if (cells.source === one) cells.source = null;
    one.painter.free();
    if (shown.size === 0) {
      cancelAnimationFrame(due);
      due = 0;
    }
  };
}

/** The place of each machine's session when its map was last updated. */
const stood = new Map<Session, CursorDto>();
/** The length of a motion in milliseconds; no reader could follow one of more than `MOST_EVENTS` events. */
const LONGEST = 420;
const MOST_EVENTS = 50_000;
let began = 0;
let lasts = 0;

// As soon as the place changes, so that everything shown of the machines is of the same place.
effect(() => {
  const at = place.value;
  state.value;
  const all = compared.value;
  if (!all) return stood.clear();
  for (let n = 1; n <= all.sessions.length; n++) bring(all, n, at);
  lasts = 0;
  for (const { machine, painter } of shown) follow(painter, sessionOf(all, machine));
  for (const session of [all.first, ...all.sessions]) stood.set(session, session.cursor());
});

/** Moves a map's frames from the place before to this one, unless that is far or motion is switched off. */
function follow(painter: MapPainter, session: Session | undefined): void {
  painter.progress(1);
  const before = session && stood.get(session);
  if (!before || calm.peek()) return;
  const now = session.cursor();
  const far = Math.abs(now.step - before.step) > 1 || Math.abs(now.event - before.event) > MOST_EVENTS;
  if (far || now.event === before.event) return;
  painter.animate(before.event, now.event, true);
  began = performance.now();
  lasts = playing.peek() ? Math.min(LONGEST, 0.8 * pace.peek()) : LONGEST;
}

function sessionOf(all: Compared, machine: number): Session | undefined {
  return machine === 0 ? all.first : all.sessions[machine - 1];
}

function request(): void {
  due ||= requestAnimationFrame(() => {
    due = 0;
    const all = compared.peek();
    if (!all) return;
    const counts: number[] = [];
    let moving = false;
    for (const { machine, painter } of shown) {
      const session = sessionOf(all, machine);
      if (!session) continue;
      prepare(painter, machine, session);
      counts[machine] = machine === 0 ? 0 : painter.apart(all.first, session);
      // Before painting, so that the last picture is the one without motion.
      if (lasts > 0) moving = painter.progress((performance.now() - began) / lasts) || moving;
      painter.paint(session);
    }
    if (moving) request();
    else lasts = 0;
    // The lines of the reverse map lead to the first machine's frames.
    painted.value++;
    if (counts.join() !== apart.peek().join()) apart.value = counts;
  });
}

function prepare(painter: MapPainter, machine: number, session: Session): void {
  painter.setUpwards(upwards.peek());
  painter.setTheme(theme.peek() === "dark" ? 1 : 0);
  const changed = machine === 0 ? state.peek()?.changed : session.changed();
  painter.changed(Uint32Array.from(changed?.frames ?? []));
  painter.moved(Uint32Array.from(changed?.moved.flat() ?? []));
  const kind = pointedAt.peek();
  painter.highlight(Uint32Array.from(kind ? session.marked(kind) : pointed.peek() === null ? [] : [pointed.peek()!]));
  const subject = selected.peek();
  painter.select(subject?.kind === "frame" ? subject.pfn : -1);
}

/** Zooms all maps around the same point: of the one that `at` is on, or around their middles. */
export function zoom(factor: number, at?: { x: number; y: number; canvas: HTMLCanvasElement }): void {
  for (const { canvas, painter } of shown) {
    const box = (at?.canvas ?? canvas).getBoundingClientRect();
    const point = at ? { x: at.x - box.left, y: at.y - box.top } : { x: box.width / 2, y: box.height / 2 };
    painter.zoom(factor, point.x * ratio(canvas), point.y * ratio(canvas));
  }
  request();
}

export function pan(dx: number, dy: number): void {
  for (const { canvas, painter } of shown) painter.pan(dx * ratio(canvas), dy * ratio(canvas));
  request();
}

export function fit(): void {
  for (const { painter } of shown) painter.fit();
  request();
}

/** The frame under a point of the window on one of the maps; null if there is none. */
export function frameAt(canvas: HTMLCanvasElement, x: number, y: number): number | null {
  const one = [...shown].find((each) => each.canvas === canvas);
  if (!one) return null;
  const box = canvas.getBoundingClientRect();
  const pfn = one.painter.hit((x - box.left) * ratio(canvas), (y - box.top) * ratio(canvas));
  return pfn < 0 ? null : pfn;
}

function ratio(canvas: HTMLCanvasElement): number {
  return canvas.clientWidth > 0 ? canvas.width / canvas.clientWidth : 1;
}
