// The track: a tick for each step that is worth one, in a row and colour of its kind; the playhead; and a slider over
// it all to scrub with.
import { effect } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { theme } from "../dom/theme";
import { leapTo } from "../model/places";
import { stop } from "../model/player";
import { state, ticks } from "../model/session";

/** `marks`: further marks on the track. */
export function Track({ marks }: { marks: ComponentChildren }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    let due = 0;
    const request = () => {
      due ||= requestAnimationFrame(() => {
        due = 0;
        paint(canvas.current!);
      });
    };
    const sizes = new ResizeObserver(request);
    sizes.observe(canvas.current!);
    const end = effect(() => {
      ticks.value;
      state.value;
      theme.value;
      request();
    });
    return () => {
      end();
      sizes.disconnect();
      cancelAnimationFrame(due);
    };
  }, []);
  const at = state.value;
  return (
    <div class="track">
      <canvas ref={canvas} aria-hidden="true" />
      {marks}
      <input
        type="range"
        min={0}
        max={at?.steps ?? 0}
        step={1}
        value={at?.cursor.step ?? 0}
        disabled={!at || at.steps === 0}
        aria-label="Step"
        aria-valuetext={at ? `step ${at.cursor.step} of ${at.steps}` : ""}
        onInput={(event) => {
          stop();
          leapTo(event.currentTarget.valueAsNumber);
        }}
      />
    </div>
  );
}

/** Rows from the top, by kind: note, fault, swap-out, fork and exit, failure. A failed expectation is a failure. */
const row: Record<number, number> = { 5: 0, 1: 1, 2: 2, 4: 3, 3: 4, 6: 4 };
const ROWS = 5;

type Size = { width: number; height: number; scale: number };

function paint(canvas: HTMLCanvasElement): void {
  const size = { width: canvas.clientWidth, height: canvas.clientHeight, scale: window.devicePixelRatio || 1 };
  if (size.width === 0) return;
  const g = fresh(canvas, size);
  const color = (name: string) => getComputedStyle(canvas).getPropertyValue(name).trim();
  const head = place(state.peek()?.cursor.step ?? 0, size);
  g.fillStyle = color("--past");
  g.fillRect(0, 0, head, size.height);
  g.drawImage(picture(size, color), 0, 0, size.width, size.height);
  g.fillStyle = color("--accent");
  g.fillRect(head - 1, 0, 2, size.height);
}

/** Where a step's end is on the track. */
function place(step: number, { width }: Size): number {
  const all = ticks.peek().length;
  return all ? (step / all) * (width - 2) + 1 : 1;
}

function fresh(canvas: HTMLCanvasElement, { width, height, scale }: Size): CanvasRenderingContext2D {
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  const g = canvas.getContext("2d")!;
  g.scale(scale, scale);
  return g;
}

/** The ticks alone, kept: there may be a million, and the playhead moves more often than they change. */
let kept: { key: string; ticks: Uint8Array; canvas: HTMLCanvasElement } | null = null;

function picture(size: Size, color: (name: string) => string): HTMLCanvasElement {
  const key = `${size.width} ${size.height} ${size.scale} ${theme.peek()}`;
  if (kept?.key === key && kept.ticks === ticks.peek()) return kept.canvas;
  const canvas = document.createElement("canvas");
  drawTicks(fresh(canvas, size), size, color);
  kept = { key, ticks: ticks.peek(), canvas };
  return canvas;
}

function drawTicks(g: CanvasRenderingContext2D, size: Size, color: (name: string) => string): void {
  const rowHeight = size.height / ROWS;
  g.fillStyle = color("--line");
  for (let i = 1; i < ROWS; i++) g.fillRect(0, Math.round(i * rowHeight), size.width, 0.5);
  const all = ticks.peek();
  const colors = Array.from({ length: 7 }, (_, kind) => color(`--tick-${kind}`));
  // A tick is as wide as its step, but never thinner than a pixel nor wider than a mark needs.
  const wide = Math.max(1, Math.min(5, (size.width / Math.max(1, all.length)) * 0.6));
  const drawn = new Set<number>();
  all.forEach((kind, i) => {
    const at = row[kind];
    if (at === undefined) return;
    const left = place(i + 1, size) - wide / 2;
    // If there are many steps, most fall on the same pixel: draw each pixel once.
    const spot = Math.round(left) * 8 + kind;
    if (wide === 1 && drawn.has(spot)) return;
    drawn.add(spot);
    g.fillStyle = colors[kind]!;
    g.fillRect(left, at * rowHeight + 1, wide, rowHeight - 2);
  });
}
