// What is on show, as files: the script, and the recording of every command so far.
import { session } from "../model/session";
import { source, title } from "../model/source";

/** Every command of the machine on show, with its script if it has one, as JSON Lines. */
export function saveRecording(): void {
  const text = session.peek()?.recording();
  if (text) download(`${name()}.jsonl`, "application/jsonl", text);
}

/** The text in the editor. */
export function saveScript(): void {
  download(`${name()}.rhai`, "text/plain", source.peek().text);
}

function name(): string {
  return (
    source.peek().id ??
    (title
      .peek()
      .replace(/\.(rhai|jsonl|strace|log|txt)$/i, "")
      .replace(/[^\p{L}\p{N} ._-]+/gu, " ")
      .trim()
      .slice(0, 60) ||
      "pageturner")
  );
}

function download(name: string, type: string, text: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
