// What words of a note stand for: things of the machine, written `[[frame 6]]`, the five ways back from a frame,
// `[[ways 6]]`, and terms that the glossary explains.
import glossary from "../../glossary.json";
import type { StateDto, Subject } from "../wasm/types";

/** A piece of text: as it is, a thing with its label, what opens the five ways back from a frame, or a term, the number
 *  `number` of those explained. */
export type Piece =
  | { kind: "text"; text: string }
  | { kind: "thing"; text: string; subject: Subject }
  | { kind: "ways"; text: string; pfn: number }
  | { kind: "term"; text: string; number: number; meaning: string };

const meanings: Record<string, string> = glossary;
// The longest first, so that "page table" is not a page; in the plural, too, and at the start of a sentence.
const names = Object.keys(meanings).sort((a, b) => b.length - a.length);
const either = names.map((name) => `[${name[0]!.toUpperCase()}${name[0]}]${quoted(name.slice(1))}`).join("|");
const TERM = new RegExp(`(?<![\\w-])(${either})(s?)(?![\\w-])`, "g");
const THING = /\[\[([a-z]+(?: (?:0x[0-9a-f]{1,16}|\d{1,15})){1,2})(?:\|([^\][|]{1,80}))?\]\]/g;

/** The pieces of a text. `seen`: the terms explained already and what they mean, to which those of this text are added:
 *  each is explained where it is first used. */
export function pieces(text: string, at: StateDto | null, seen: Map<string, string>): Piece[] {
  const out: Piece[] = [];
  let from = 0;
  for (const match of text.matchAll(THING)) {
    out.push(...withTerms(text.slice(from, match.index), seen));
    const [whole, name = "", label = name] = match;
    const subject = at && subjectOf(name, at);
    const pfn = /^ways (\d+)$/.exec(name)?.[1];
    if (pfn !== undefined && at && Number(pfn) < at.machine.frames)
      out.push({
        kind: "ways",
        text: label === name ? `all five ways back from frame ${pfn}` : label,
        pfn: Number(pfn),
      });
    else out.push(subject ? { kind: "thing", text: label, subject } : { kind: "text", text: label });
    from = match.index + whole.length;
  }
  return [...out, ...withTerms(text.slice(from), seen)];
}

function withTerms(text: string, seen: Map<string, string>): Piece[] {
  const out: Piece[] = [];
  let from = 0;
  for (const match of text.matchAll(TERM)) {
    const [whole, found = ""] = match;
    const name = found in meanings ? found : found[0]!.toLowerCase() + found.slice(1);
    const meaning = meanings[name];
    if (!meaning || seen.has(name)) continue;
    const term: Piece = { kind: "term", text: whole, number: seen.size, meaning };
    seen.set(name, meaning);
    out.push({ kind: "text", text: text.slice(from, match.index) }, term);
    from = match.index + whole.length;
  }
  return [...out, { kind: "text", text: text.slice(from) }];
}

/** The thing of a name such as `frame 6` or `page 1 0x7ffff7ff6000`; null if there is none now. */
export function subjectOf(name: string, { machine, processes }: StateDto): Subject | null {
  const [kind, first = "", second = ""] = name.split(" ");
  const n = Number(first);
  const process = processes.find(({ pid }) => pid === n);
  if (kind === "frame" && !second && n < machine.frames) return { kind, pfn: n };
  if (kind === "slot" && !second && n < machine.swapSlots) return { kind, slot: n };
  if (kind === "process" && !second && process) return { kind, pid: n };
  if (!second) return null;
  const vpn = Number(BigInt(second) / BigInt(machine.pageSize));
  const vma = process?.vmas.find(({ start, end }) => start <= vpn && vpn < end);
  if (kind === "page" && vma) return { kind, pid: n, vpn };
  if (kind === "vma" && vma) return { kind, id: vma.id };
  return null;
}

function quoted(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
