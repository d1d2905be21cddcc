// Messages, each kept for the place where it belongs: the editor, the console, or the page as a whole.
import { signal } from "@preact/signals";
import type { ErrorDto } from "../wasm/types";

export type Place = "page" | "editor";
/** `action`: a button with what else can be done about it. */
export type Notice = ErrorDto & { tone?: "error" | "news"; action?: { label: string; run: () => void } };

export const notices = signal<Record<Place, Notice | null>>({ page: null, editor: null });

/** Shows a message at its place; null removes it. */
export function say(place: Place, notice: Notice | null): void {
  notices.value = { ...notices.peek(), [place]: notice };
}

/** A message in a line or two: where, what, and what would be right. */
export function sentence(error: ErrorDto): string {
  const where = error.line ? `Line ${error.line}${error.column ? `, column ${error.column}` : ""}: ` : "";
  return `${where}${error.message}${/[.!?]$/.test(error.message) ? "" : "."}${error.hint ? ` ${capital(error.hint)}` : ""}`;
}

function capital(text: string): string {
  const sentence = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(sentence) ? sentence : `${sentence}.`;
}
