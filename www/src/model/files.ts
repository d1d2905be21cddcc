// Files from the picker or dropped on the page: strace logs, recordings and scripts, told apart by their names.
import { say } from "./notices";
import { openRecording, openStrace, runScript } from "./runner";
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
  if (/\.(strace|txt|log)$/i.test(file.name)) return openStrace(file.name, text);
  if (/\.jsonl$/i.test(file.name)) return openRecording(file.name, text);
  if (!/\.rhai$/i.test(file.name))
    return complain(file, "Open an strace log (.strace, .log, .txt), a recording (.jsonl) or a script (.rhai).");
  setScript({ id: null, title: file.name, text });
  return runScript();
}

function complain(file: File, what: string): void {
  say("page", { message: `${file.name}: ${what}` });
}

function megabytes(bytes: number): string {
  return (bytes / 1024 / 1024).toFixed(1);
}
