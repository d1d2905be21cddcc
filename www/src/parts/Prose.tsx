// Text from a script: paragraphs with Markdown's emphasis and code, always as text, never as HTML.
import { parser } from "@lezer/markdown";
import type { ComponentChildren } from "preact";

export function Prose({ text }: { text: string }) {
  const paragraphs = text.split(/\n\s*\n/).filter((paragraph) => paragraph.trim());
  return (
    <>
      {paragraphs.map((paragraph, i) => (
        <p key={i}>
          <Inline text={paragraph} />
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

/** `*emphasis*`, `**strong emphasis**` and code; all other Markdown is shown as it was written. */
function Inline({ text }: { text: string }) {
  return <>{set(text, parser.parseInline(text, 0) as Found[], 0, text.length)}</>;
}

function set(text: string, found: readonly Found[], from: number, to: number): ComponentChildren[] {
  const out: ComponentChildren[] = [];
  let at = from;
  for (const part of found) {
    const look = looks[parser.nodeSet.types[part.type]!.name];
    if (!look) continue;
    const marks = part.children as Found[];
    const inside: [number, number] = [marks[0]!.to, marks.at(-1)!.from];
    out.push(text.slice(at, part.from), look(look === code ? [text.slice(...inside)] : set(text, marks, ...inside)));
    at = part.to;
  }
  return [...out, text.slice(at, to)];
}

const code = (inside: ComponentChildren[]) => <code>{inside}</code>;
const looks: Record<string, (inside: ComponentChildren[]) => ComponentChildren> = {
  Emphasis: (inside) => <em>{inside}</em>,
  StrongEmphasis: (inside) => <strong>{inside}</strong>,
  InlineCode: code,
};
