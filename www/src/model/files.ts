// Files from the picker or dropped on the page: strace logs, traces of references, recordings and scripts, told apart
// by their names, and where these say little, by their first line.
import type { Start } from "./make";
import { say } from "./notices";
import { logOptions, type OpenedFile, unfold } from "./origin";
import { type Opened, openRecording, openRefs, openStrace, runScript } from "./runner";
import { setScript } from "./source";

/** 64 MiB: as much as the machine takes. */
const LIMIT = 64 * 1024 * 1024;

export const accepted = ".strace,.txt,.log,.jsonl,.rhai,.trace,.lackey,.refs";

export async function openFile(file: File): Promise<void> {
  say("page", null);
  if (file.size > LIMIT) return complain(file, `It has ${megabytes(file.size)} MB; files up to 64 MB can be opened.`);
  const text = await file.text().catch(() => null);
  if (text === null) return complain(file, "It could not be read.");
  if (text.trim() === "") return complain(file, "It is empty.");
  if (isTrace(file.name, text)) return void (await openRefs(file.name, text));
  if (isLog(file.name)) return void (await openStrace(file.name, text));
  if (isRecording(file.name)) return void (await openRecording(file.name, text));
  if (!/\.rhai$/i.test(file.name))
    return complain(
      file,
      "Open an strace log (.strace, .log, .txt), a trace of references, a recording (.jsonl) or a script (.rhai).",
    );
  setScript({ id: null, title: file.name, text });
  await runScript();
}

const isLog = (name: string) => /\.(strace|txt|log)$/i.test(name);
/** The kinds of lines of references: a course's, lackey's, numbers of pages. */
const REFERENCES = /^\s*((0x)?[0-9a-f]+\s+[rw]|[ILSM]\s+[0-9a-f]+,\d+|\d+[rw]?([\s,]+\d+[rw]?)*)\s*$/i;

/** A file named so, or one that may be anything and begins with a reference. */
function isTrace(name: string, text: string): boolean {
  if (/\.(trace|lackey|refs)$/i.test(name)) return true;
  if (isRecording(name) || /\.(rhai|strace)$/i.test(name)) return false;
  const lines = text
    .slice(0, 10_000)
    .replace(/^\ufeff/, "")
    .split(/\r?\n/);
  const first = lines.find((line) => line.trim() !== "" && !/^(==|--)/.test(line));
  return first !== undefined && REFERENCES.test(first.length > 200 ? first.slice(0, 200).replace(/\S*$/, "") : first);
}

const isRecording = (name: string) => /\.jsonl$/i.test(name);

/** Opens a log or a recording again, out of an address. */
export function reopen(text: string, start: Start): Promise<Opened> {
  const file = parseFile(text);
  if (file && isTrace(file.name, file.text)) return openRefs(file.name, file.text, start);
  if (file && isLog(file.name)) return openStrace(file.name, file.text, start, file.options);
  if (file && isRecording(file.name)) return openRecording(file.name, file.text, start);
  return Promise.resolve({ opened: false, wrong: "is damaged" });
}

function parseFile(text: string): OpenedFile | null {
  try {
    const { head, rest } = unfold(text);
    const { name, text: inside = rest, options } = JSON.parse(head) as Partial<OpenedFile>;
    if (typeof name !== "string" || name.length > 255 || typeof inside !== "string") return null;
    return { name, text: inside, options: logOptions(options) };
  } catch {
    return null;
  }
}

function complain(file: File, what: string): void {
  say("page", { message: `${file.name}: ${what}` });
}

function megabytes(bytes: number): string {
  return (bytes / 1024 / 1024).toFixed(1);
}
