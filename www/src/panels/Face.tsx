// Pages that a clock goes round: by their frames, clockwise from the top, each with its accessed bit and what is
// counted of it, and the hands at theirs. The list below it is what can be chosen from.

import { same, selected } from "../model/selection";
import type { HandDto, RankDto, Subject } from "../wasm/types";

/** More pages than these are a list only. */
export const MOST_ON_FACE = 24;

const SIZE = 200;
const RADIUS = 78;
const DOT = 13;

type Props = {
  items: RankDto[];
  hands: HandDto[];
  label: (item: RankDto) => string;
  words: (item: RankDto) => string;
};

export function Face({ items, hands, label, words }: Props) {
  const pages = items.filter(({ frame }) => frame !== null).toSorted((a, b) => a.frame! - b.frame!);
  const at = (frame: number) => {
    const n = pages.findIndex((page) => page.frame === frame);
    return (2 * Math.PI * n) / pages.length - Math.PI / 2;
  };
  const named = hands.map(({ name, frame }) => `${name} at frame ${frame}`).join(", ");
  return (
    <svg class="face" viewBox={`0 0 ${SIZE} ${SIZE}`} role="img" aria-label={`Clock: ${pages.length} pages; ${named}`}>
      <circle class="rim" cx={SIZE / 2} cy={SIZE / 2} r={RADIUS} />
      {hands.map(({ name, frame }, n) => (
        <Hand key={name} angle={at(frame)} name={name} second={n > 0} />
      ))}
      {pages.map((page) => (
        <Page key={page.frame} page={page} angle={at(page.frame!)} label={label(page)} words={words(page)} />
      ))}
    </svg>
  );
}

function Hand({ angle, name, second }: { angle: number; name: string; second: boolean }) {
  const to = RADIUS - DOT - 4;
  const [x, y] = [Math.cos(angle), Math.sin(angle)];
  const [tipX, tipY] = [SIZE / 2 + x * to, SIZE / 2 + y * to];
  return (
    <g class={`clock-hand${second ? " second" : ""}`}>
      <title>{name}</title>
      <line x1={SIZE / 2} y1={SIZE / 2} x2={tipX} y2={tipY} />
      <polygon
        points={`${tipX + x * 3},${tipY + y * 3} ${tipX - x * 7 - y * 4},${tipY - y * 7 + x * 4} ${tipX - x * 7 + y * 4},${tipY - y * 7 - x * 4}`}
      />
    </g>
  );
}

function Page({ page, angle, label, words }: { page: RankDto; angle: number; label: string; words: string }) {
  const [x, y] = [SIZE / 2 + Math.cos(angle) * RADIUS, SIZE / 2 + Math.sin(angle) * RADIUS];
  const subject: Subject = { kind: "frame", pfn: page.frame! };
  return (
    <g
      class={`clock-page${page.accessed ? " accessed" : ""}`}
      data-linked={same(selected.value, subject) ? "" : undefined}
    >
      <title>{words}</title>
      <circle cx={x} cy={y} r={DOT} />
      <text x={x} y={y + 4}>
        {label}
      </text>
      {page.number !== null && (
        <text
          class="counted"
          x={SIZE / 2 + Math.cos(angle) * (RADIUS - 21)}
          y={SIZE / 2 + Math.sin(angle) * (RADIUS - 21) + 3}
        >
          {page.number}
        </text>
      )}
    </g>
  );
}
