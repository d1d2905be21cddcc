// Text from a script: paragraphs with Markdown's emphasis and code, things as links, terms explained; always as text,
// never as HTML.
import { parser } from "@lezer/markdown";
import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";
import { state } from "../model/session";
import { type Piece, pieces } from "../model/terms";
import { waysOf } from "../model/ways";
import { Goto } from "./Goto";

export function Prose({ text }: { text: string }) {
  const id = useId();
  const terms: Terms = { id, meanings: new Map() };
  const paragraphs = text.split(/\n\s*\n/).filter((paragraph) => paragraph.trim());
  const set = paragraphs.map((paragraph, i) => <p key={i}>{inline(paragraph, terms)}</p>);
  // Beside the paragraphs, so that what is read as their text is their text.
  const meanings = [...terms.meanings.values()].map((meaning, n) => (
    <div key={meaning} class="meaning" id={`${id}-${n}`} popover="auto">
      {meaning}
    </div>
  ));
  return (
    <>
      {set}
      {meanings}
    </>
  );
}

/** The terms met so far, with what they mean; each is explained where it is first used. */
type Terms = { id: string; meanings: Map<string, string> };

/** A line of text in which `code` is set as code. */
export function Coded({ text }: { text: string }) {
  return <>{text.split("`").map((part, i) => (i % 2 ? <code key={i}>{part}</code> : part))}</>;
}

/** A part of the text, as the parser found it. */
type Found = { type: number; from: number; to: number; children: readonly unknown[] };

/** `*emphasis*`, `**strong emphasis**` and code, and what words stand for; all other Markdown is shown as it was
 *  written. */
function inline(text: string, terms: Terms): ComponentChildren[] {
  return set(text, parser.parseInline(text, 0) as Found[], 0, text.length, terms);
}

function set(text: string, found: readonly Found[], from: number, to: number, terms: Terms): ComponentChildren[] {
  const out: ComponentChildren[] = [];
  let at = from;
  for (const part of found) {
    const look = looks[parser.nodeSet.types[part.type]!.name];
    if (!look) continue;
    const marks = part.children as Found[];
    const inside: [number, number] = [marks[0]!.to, marks.at(-1)!.from];
    out.push(...meant(text.slice(at, part.from), terms));
    out.push(look(look === code ? [text.slice(...inside)] : set(text, marks, ...inside, terms)));
    at = part.to;
  }
  return [...out, ...meant(text.slice(at, to), terms)];
}

/** A text with its things as links and its terms explained: pressed, a term says what it means. */
function meant(text: string, { id, meanings }: Terms): ComponentChildren[] {
  const all = pieces(text, state.value, meanings);
  return all.map((piece, n) => {
    if (piece.kind === "text") return n > 0 && all[n - 1]!.kind !== "text" ? piece.text.replace(POINT, "") : piece.text;
    const next = all[n + 1];
    const point = (next?.kind === "text" && POINT.exec(next.text)?.[0]) || "";
    return point ? <span class="with-point">{[pressed(piece, id), point]}</span> : pressed(piece, id);
  });
}

/** What follows a word and must not begin the next line: a button may be followed by a break. */
const POINT = /^(?:['’]\w+|[,.;:!?)”])+/;

function pressed(piece: Exclude<Piece, { kind: "text" }>, id: string): ComponentChildren {
  if (piece.kind === "thing") return <Goto subject={piece.subject} text={piece.text} />;
  if (piece.kind === "ways")
    return (
      <button class="goto-thing" onClick={() => (waysOf.value = piece.pfn)}>
        {piece.text}
      </button>
    );
  return (
    <button class="term" popovertarget={`${id}-${piece.number}`} title={piece.meaning}>
      {piece.text}
    </button>
  );
}

const code = (inside: ComponentChildren[]) => <code>{inside}</code>;
const looks: Record<string, (inside: ComponentChildren[]) => ComponentChildren> = {
  Emphasis: (inside) => <em>{inside}</em>,
  StrongEmphasis: (inside) => <strong>{inside}</strong>,
  InlineCode: code,
};
