// Text from a script: paragraphs with Markdown's emphasis and code, things as links, terms explained; always as text,
// never as HTML.
import { parser } from "@lezer/markdown";
import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";
import { state } from "../model/session";
import { pieces } from "../model/terms";
import { Goto } from "./Goto";

export function Prose({ text }: { text: string }) {
  const seen = new Set<string>();
  const paragraphs = text.split(/\n\s*\n/).filter((paragraph) => paragraph.trim());
  return (
    <>
      {paragraphs.map((paragraph, i) => (
        <p key={i}>
          <Inline text={paragraph} seen={seen} />
        </p>
      ))}
    </>
  );
}

/** A line of text in which `code` is set as code. */
export function Coded({ text }: { text: string }) {
  return <>{text.split("`").map((part, i) => (i % 2 ? <code key={i}>{part}</code> : part))}</>;
}

/** A part of the text, as the parser found it. */
type Found = { type: number; from: number; to: number; children: readonly unknown[] };

/** `*emphasis*`, `**strong emphasis**` and code, and what words stand for; all other Markdown is shown as it was
 *  written. */
function Inline({ text, seen }: { text: string; seen: Set<string> }) {
  return <>{set(text, parser.parseInline(text, 0) as Found[], 0, text.length, seen)}</>;
}

function set(text: string, found: readonly Found[], from: number, to: number, seen: Set<string>): ComponentChildren[] {
  const out: ComponentChildren[] = [];
  let at = from;
  for (const part of found) {
    const look = looks[parser.nodeSet.types[part.type]!.name];
    if (!look) continue;
    const marks = part.children as Found[];
    const inside: [number, number] = [marks[0]!.to, marks.at(-1)!.from];
    out.push(...meant(text.slice(at, part.from), seen));
    out.push(look(look === code ? [text.slice(...inside)] : set(text, marks, ...inside, seen)));
    at = part.to;
  }
  return [...out, ...meant(text.slice(at, to), seen)];
}

/** A text with its things as links and its terms explained. */
function meant(text: string, seen: Set<string>): ComponentChildren[] {
  return pieces(text, state.value, seen).map((piece) => {
    if (piece.kind === "thing") return <Goto subject={piece.subject} text={piece.text} />;
    return piece.kind === "term" ? <Term name={piece.text} meaning={piece.meaning} /> : piece.text;
  });
}

/** A term: pressed, it says what it means. */
function Term({ name, meaning }: { name: string; meaning: string }) {
  const id = useId();
  return (
    <>
      <button class="term" popovertarget={id}>
        {name}
      </button>
      <span class="meaning" id={id} popover="auto">
        {meaning}
      </span>
    </>
  );
}

const code = (inside: ComponentChildren[]) => <code>{inside}</code>;
const looks: Record<string, (inside: ComponentChildren[]) => ComponentChildren> = {
  Emphasis: (inside) => <em>{inside}</em>,
  StrongEmphasis: (inside) => <strong>{inside}</strong>,
  InlineCode: code,
};
