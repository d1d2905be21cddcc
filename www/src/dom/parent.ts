// Messages to and from the page that shows this one in a frame: where one is, and where it is to go; and the SPLICE
// protocol (https://cssplice.org), by which a course's page learns the score and keeps the state. docs/embed.md has
// both. Only the parent window is listened to, and what it says is checked: it is a stranger's.
import { effect } from "@preact/signals";
import { embedded, wantedHeight } from "../model/embed";
import { playing, stop, togglePlay } from "../model/player";
import { answersNow, score } from "../model/quiz";
import { parseSubject, selected } from "../model/selection";
import { now, seek, session, state } from "../model/session";
import { title } from "../model/source";
import { stepBack, stepForward } from "../model/stops";
import { stateNow, takeState } from "./kept";

let count = 0;
const messageId = () => `pageturner-${++count}`;
/** The question for the state that is not answered yet. */
let askedFor: string | null = null;
/** What was reported last. */
let told = "";

/** Starts to listen and to tell. `reopen`: opens the address anew. */
export function watchParent(reopen: () => Promise<void>): void {
  if (!embedded || window.parent === window) return;
  window.addEventListener("message", (event) => {
    if (event.source !== window.parent || typeof event.data !== "object" || event.data === null) return;
    const data = event.data as Record<string, unknown>;
    if (data.subject === "SPLICE.getState.response") void answered(data, reopen);
    else if (typeof data.pageturner === "string") obey(data);
  });
  effect(() => {
    const at = state.value;
    if (at) tell({ pageturner: "at", step: at.cursor.step, steps: at.steps, text: now.value?.acted.text ?? "" });
  });
  effect(() => {
    if (session.value) tell({ pageturner: "ready", title: title.value, steps: session.value.stepCount() });
  });
  effect(report);
  askedFor = messageId();
  tell({ subject: "SPLICE.getState", message_id: askedFor });
  tell({ subject: "lti.frameResize", message_id: messageId(), height: wantedHeight });
}

function tell(message: Record<string, unknown>): void {
  window.parent.postMessage(message, "*");
}

/** Does what the page around asks for; what makes no sense is answered, and changes nothing. */
function obey(data: Record<string, unknown>): void {
  const why = done(data);
  if (why !== null) tell({ pageturner: "refused", why });
}

/** Why it is not done; null if it is. */
function done({ pageturner, step, by, thing }: Record<string, unknown>): string | null {
  switch (pageturner) {
    case "step":
      stop();
      if (by === -1) stepBack();
      else stepForward();
      return null;
    case "seek":
      if (typeof step !== "number" || !Number.isInteger(step) || step < 0) return "seek: step is no number";
      stop();
      seek(step);
      return null;
    case "select": {
      const subject = typeof thing === "string" ? parseSubject(thing) : null;
      if (subject) selected.value = subject;
      return subject ? null : "select: thing is none, such as frame:6";
    }
    case "play":
      if (!playing.peek()) togglePlay();
      return null;
    case "pause":
      stop();
      return null;
    default:
      return `there is no ${String(pageturner).slice(0, 40)}: step, seek, select, play, pause`;
  }
}

/** A score is reported once something has been answered, and again when it changes. */
function report(): void {
  const reached = score.value;
  if (!reached || reached.answered === 0 || reached.of === 0) return;
  const text = `${reached.points}/${reached.of} ${JSON.stringify(answersNow())}`;
  const state = stateNow();
  if (text === told || !state) return;
  told = text;
  const message = { subject: "SPLICE.reportScoreAndState", message_id: messageId() };
  tell({ ...message, score: reached.points / reached.of, state });
}

/** Takes up what was kept elsewhere, once, as the answer to the question. */
async function answered({ message_id, state: kept }: Record<string, unknown>, reopen: () => Promise<void>) {
  if (askedFor === null || message_id !== askedFor) return;
  askedFor = null;
  await takeState(kept, reopen);
}
