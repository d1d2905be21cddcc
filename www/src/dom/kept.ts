// What a course's page keeps of a visit: the place, and the answers so far. What comes back is a stranger's, and taken
// only as far as it is that.
import { answersNow, takeAnswers } from "../model/quiz";
import { writeNow } from "./addressbar";

/** A state that is longer is not kept by others either. */
const LONGEST = 1 << 16;

export type State = { v: 1; at: string; answers: unknown };

/** The state to be kept now; null if it is too long. */
export function stateNow(longest = LONGEST): State | null {
  // The address follows moves in time a little later.
  writeNow();
  const state: State = { v: 1, at: location.hash, answers: answersNow() };
  return JSON.stringify(state).length <= longest ? state : null;
}

/** Takes up what was kept; `reopen` opens the address anew. */
export async function takeState(kept: unknown, reopen: () => Promise<void>): Promise<void> {
  const { v, at, answers } = (typeof kept === "object" && kept !== null ? kept : {}) as Record<string, unknown>;
  if (v !== 1 || typeof at !== "string" || at.length > LONGEST || !/^#[\w=&.:%~+-]*$/.test(at)) return;
  if (at !== location.hash) {
    window.history.replaceState(null, "", at);
    await reopen();
  }
  takeAnswers(answers);
}
