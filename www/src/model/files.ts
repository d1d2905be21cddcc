// Files from the picker or dropped on the page: strace logs, recordings and scripts, told apart by their names.
import type { Start } from "./make";
import { say } from "./notices";
import { logOptions, type OpenedFile, unfold } from "./origin";
import { type Opened, openRecording, openStrace, runScript } from "./runner";
import { setScript } from "./source";

/** 64 MiB: as much as the machine takes. */
const LIMIT = 64 * 1024 * 1024;

export const accepted = ".strace,.txt,.log,.jsonl,.rhai";

export async function openFile(file: File): Promise<void> {
  say("page", null);
  if (file.size > LIMIT) return complain(file, `It has ${megabytes(file.size)} MB; files up to 64 MB can be opened.`);
  const text = await file.text().catch(() => null);
  if (text === null) return complain(file, "It could not be read.");
  if (text.trim() === "") return complain(file, "It is empty.");
  if (isLog(file.name)) return void (await openStrace(file.name, text));
  if (isRecording(file.name)) return void (await openRecording(file.name, text));
  if (!/\.rhai$/i.test(file.name))
    return complain(file, "Open an strace log (.strace, .log, .txt), a recording (.jsonl) or a script (.rhai).");
  setScript({ id: null, title: file.name, text });
  await runScript();
}

const isLog = (name: string) => /\.(strace|txt|log)$/i.test(name);
const isRecording = (name: string) => /\.jsonl$/i.test(name);

/** Opens a log or a recording again, out of an address. */
export function reopen(text: string, start: Start): Promise<Opened> {
  const file = parseFile(text);
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
