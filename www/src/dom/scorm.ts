// SCORM 1.2: where a learning platform has put its interface into a window around this one, it keeps place and answers,
// and is told score and status. A mere visit tells no score.
import { effect } from "@preact/signals";
import { narration } from "../model/narration";
import { score } from "../model/quiz";
import { stateNow, takeState } from "./kept";

type Api = {
  LMSInitialize(nothing: ""): string;
  LMSGetValue(name: string): string;
  LMSSetValue(name: string, value: string): string;
  LMSCommit(nothing: ""): string;
  LMSFinish(nothing: ""): string;
};

/** At most this many windows around are looked into. */
const DEEPEST = 10;
/** What a platform keeps, in characters. */
const LONGEST = 4096;

/** Speaks to the platform, if there is one. `reopen`: opens the address anew. */
export async function watchPlatform(reopen: () => Promise<void>): Promise<void> {
  const api = find();
  if (api?.LMSInitialize("") !== "true") return;
  const began = Date.now();
  await takeState(read(api.LMSGetValue("cmi.suspend_data")), reopen);
  let told = "";
  effect(() => {
    const [reached, { number, of }] = [score.value, narration.value];
    const begun = number > 1 || (reached?.answered ?? 0) > 0;
    if (!begun) return;
    const whole = reached ? reached.answered >= reached.questions : number >= of;
    const values: Record<string, string> = { "cmi.core.lesson_status": whole ? "completed" : "incomplete" };
    if (reached && reached.answered > 0 && reached.of > 0) {
      values["cmi.core.score.min"] = "0";
      values["cmi.core.score.max"] = "100";
      values["cmi.core.score.raw"] = String(Math.round((100 * reached.points) / reached.of));
    }
    const state = stateNow(LONGEST);
    if (state) values["cmi.suspend_data"] = JSON.stringify(state);
    const text = JSON.stringify(values);
    if (text === told) return;
    told = text;
    for (const [name, value] of Object.entries(values)) api.LMSSetValue(name, value);
    api.LMSCommit("");
  });
  window.addEventListener("pagehide", () => {
    api.LMSSetValue("cmi.core.session_time", duration(Date.now() - began));
    api.LMSFinish("");
  });
}

/** The interface of the nearest window around that has one, then of the window that opened this one. */
function find(): Api | null {
  try {
    let at: Window = window;
    for (let n = 0; n < DEEPEST && at.parent !== at; n++) {
      at = at.parent;
      const found = (at as { API?: Api }).API;
      if (found) return found;
    }
    return (window.opener as { API?: Api } | null)?.API ?? null;
  } catch {
    // A window of another origin: there is none for us.
    return null;
  }
}

function read(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** `0001:02:03.45`, as SCORM has it. */
function duration(milliseconds: number): string {
  const two = (n: number) => String(Math.floor(n)).padStart(2, "0");
  const seconds = milliseconds / 1000;
  return `${String(Math.floor(seconds / 3600)).padStart(4, "0")}:${two((seconds / 60) % 60)}:${two(seconds % 60)}`;
}
