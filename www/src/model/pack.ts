// Text in an address: compressed into the address itself if it is short, else kept in this browser under an id.
import { del, get, keys, set } from "idb-keyval";

/** How far an address reaches: to anybody, only inside this browser, or not even over a reload. */
export type Reach = "link" | "browser" | "nowhere";
/** A field of an address; `letters`: how many characters it would take in a link, as far as that is known. */
export type Stowed = { value: string | null; reach: Reach; letters: number };

/** At most this many characters of compressed text in a link. */
export const LONGEST_LINK = 16_000;
/** At most this many characters are compressed, and accepted from a link: a short link may expand to a large text. */
const LONGEST_TEXT = 1 << 20;
/** What this browser keeps: a number of texts, and of characters of all texts together. The oldest are dropped. */
const MOST_KEPT = 40;
const MOST_CHARACTERS = 256 << 20;

/** Texts of fields that were read or written, so that a reload does not keep them again. */
const known = new Map<string, Stowed>();
const MOST_KNOWN = 4;

/** Puts a text into an address that has `room` letters left for it. */
export async function stow(text: string, room = LONGEST_LINK): Promise<Stowed> {
  const before = known.get(text);
  if (before && before.letters <= room === (before.reach === "link")) return before;
  const packed = text.length <= LONGEST_TEXT ? await pack(text) : null;
  const letters = packed?.length ?? Infinity;
  if (packed !== null && letters <= room) return remember(text, { value: packed, reach: "link", letters });
  const id = await keep(text);
  if (id === null) return { value: null, reach: "nowhere", letters };
  return remember(text, { value: KEPT + id, reach: "browser", letters });
}

/** The text of a field, or what is wrong with the field. */
export async function unstow(value: string): Promise<{ text: string } | { wrong: string }> {
  if (!value.startsWith(KEPT)) {
    const text = await unpack(value);
    if (text === null) return { wrong: "is damaged" };
    remember(text, { value, reach: "link", letters: value.length });
    return { text };
  }
  const id = value.slice(KEPT.length);
  const text: unknown = ID.test(id) ? await fetchKept(id) : null;
  if (typeof text !== "string")
    return { wrong: "is not kept in this browser (any more): it was too long for a link, so open its file again" };
  remember(text, {
    value,
    reach: "browser",
    letters: text.length <= LONGEST_TEXT ? (await pack(text)).length : Infinity,
  });
  return { text };
}

function remember(text: string, stowed: Stowed): Stowed {
  known.delete(text);
  known.set(text, stowed);
  if (known.size > MOST_KNOWN) known.delete(known.keys().next().value!);
  return stowed;
}

/** The prefix of an id; compressed text has no such character. */
const KEPT = "kept.";
/** Milliseconds, characters, a random number, each in base 36: so that the oldest is found without reading any. */
const ID = /^[0-9a-z]{1,10}-[0-9a-z]{1,7}-[0-9a-z]{1,7}$/;

/** Keeps a text, never to be changed, so that tabs cannot disagree about it; null if the browser refuses. */
async function keep(text: string): Promise<string | null> {
  const chance = crypto.getRandomValues(new Uint32Array(1))[0]!;
  const id = [Date.now(), text.length, chance].map((n) => n.toString(36)).join("-");
  try {
    await makeRoom(text.length);
    await set(id, text);
    return id;
  } catch {
    return null;
  }
}

async function fetchKept(id: string): Promise<unknown> {
  try {
    return await get(id);
  } catch {
    return null;
  }
}

async function makeRoom(characters: number): Promise<void> {
  const parts = (id: string) => id.split("-").map((part) => Number.parseInt(part, 36));
  const newestFirst = (await keys<string>()).filter((id) => ID.test(id)).sort((a, b) => parts(b)[0]! - parts(a)[0]!);
  let left = MOST_CHARACTERS - characters;
  for (const [n, id] of newestFirst.entries()) {
    left -= parts(id)[1]!;
    if (n + 1 >= MOST_KEPT || left < 0) await del(id);
  }
}

async function pack(text: string): Promise<string> {
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream("deflate-raw"));
  const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
  let letters = "";
  for (const byte of bytes) letters += String.fromCharCode(byte);
  return btoa(letters).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

/** The text in a link; null if it is not one, or longer than any that was put there. */
async function unpack(packed: string): Promise<string | null> {
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
      if (text.length > LONGEST_TEXT) return null;
    }
  } catch {
    return null;
  }
}
