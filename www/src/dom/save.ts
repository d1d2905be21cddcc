// What is on show, as files: the script, the recording of every command so far, the references and frames.
import { lost } from "../model/lost";
import { recordingInSlices } from "../model/opening";
import { asDrawing, asText } from "../model/references";
import { session } from "../model/session";
import { source, title } from "../model/source";

/** Every command of the machine on show, with its script if it has one, as JSON Lines. Of one that was lost what it was
 *  made from. */
export async function saveRecording(): Promise<void> {
  const machine = session.peek();
  const parts = machine
    ? await recordingInSlices(machine, () => session.peek() === machine)
    : lost.peek() && [lost.peek()!.recording];
  if (parts) save(`${name()}.jsonl`, "application/jsonl", parts);
}

/** The text in the editor. */
export function saveScript(): void {
  save(`${name()}.rhai`, "text/plain", [source.peek().text]);
}

/** The references and frames on show: values for a spreadsheet, or a drawing. */
export function saveReferences(kind: "csv" | "svg"): void {
  if (kind === "csv") save(`${name()}-references.csv`, "text/csv", [asText(true)]);
  else save(`${name()}-references.svg`, "image/svg+xml", [asDrawing()]);
}

/** Copies them as a Markdown table; says what came of it. */
export async function copyReferences(): Promise<string> {
  try {
    await navigator.clipboard.writeText(asText(false));
    return "Copied.";
  } catch {
    // Being served insecurely, say.
    return "The browser does not let the page copy; CSV is a file.";
  }
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

/** Hands the reader a file. */
export function save(name: string, type: string, parts: string[]): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob(parts, { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
