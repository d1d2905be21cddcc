// Where the machine on show came from, as far as a link can say it: a lesson, or a script packed into the link.
import { signal } from "@preact/signals";

export type Origin = { lesson: string } | { script: string } | null;

/** With the number of steps it had before the console added any. */
export const origin = signal<{ from: Origin; steps: number }>({ from: null, steps: 0 });

/** Longest packed script that a link carries; longer ones are kept out of it. */
const LONGEST_LINK = 16_000;
/** Longest script taken from a link. */
const LONGEST_SCRIPT = 1 << 20;

/** A script, squeezed into letters that a link can hold; null if it is too long for one. */
export async function pack(text: string): Promise<string | null> {
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream("deflate-raw"));
  const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
  let letters = "";
  for (const byte of bytes) letters += String.fromCharCode(byte);
  const packed = btoa(letters).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
  return packed.length > LONGEST_LINK ? null : packed;
}

/** The script in a link; null if it is not one. A small link may swell to a large text: it is cut off there. */
export async function unpack(packed: string): Promise<string | null> {
  try {
    const letters = atob(packed.replaceAll("-", "+").replaceAll("_", "/"));
    const bytes = Uint8Array.from(letters, (letter) => letter.charCodeAt(0));
    const reader = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw")).getReader();
    const decoder = new TextDecoder("utf-8", { fatal: true });
    let text = "";
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return text + decoder.decode();
      text += decoder.decode(value, { stream: true });
      if (text.length > LONGEST_SCRIPT) return null;
    }
  } catch {
    return null;
  }
}
