// A line of the script's language on the machine on show: typed into the console, or made by the map's tools. A command
// given in the past makes a branch: what came after is cut, until the line is taken back (model/undo.ts).
import { batch } from "@preact/signals";
import { asError } from "../wasm/error";
import type { Session } from "../wasm/types";
import { readOnly } from "./embed";
import { completeInEngine, end } from "./engine";
import { type Answer, answered, branch, type Followed, followed, give, grown, placeOf, undone } from "./followed";
import { type Line, tell, waiting } from "./log";
import { recordingShown } from "./lost";
import { sentence } from "./notices";
import { stop } from "./player";
import { renew, session } from "./session";
import { setCommands, source } from "./source";

let turn: Promise<unknown> = Promise.resolve();

/** Runs a line, writes it with its answer into the console's log, and remembers it for the address: one that failed,
 *  too, since it may have changed a variable before. Lines wait for each other. Null if the line has no answer. `rest`:
 *  the lines that can be given again after it, when it is given again itself. */
export function runLine(line: string, rest: Followed[] = []): Promise<Answer | null> {
  const machine = session.peek();
  if (!machine || readOnly) return Promise.resolve(null);
  waiting.value = [...waiting.peek(), line];
  const answer = turn.then(() => runNow(machine, line, rest)).finally(() => (waiting.value = waiting.peek().slice(1)));
  turn = answer.catch(() => {});
  return answer;
}

/** The names that the last word of a line may become; none if that cannot be said. Waits for the lines before it. */
export function complete(line: string): Promise<string[]> {
  const machine = session.peek();
  if (!machine) return Promise.resolve([]);
  const basis = () => ({ recording: recordingShown(), lines: followed.peek() });
  const names = turn
    .then(() => (session.peek() === machine ? completeInEngine(machine, basis, line) : []))
    .catch((): string[] => {
      end(machine);
      return [];
    });
  turn = names;
  return names;
}

async function runNow(machine: Session, line: string, rest: Followed[]): Promise<Answer | null> {
  const wanted = () => session.peek() === machine;
  if (!wanted()) return notGiven(line);
  stop();
  const before = machine.stepCount();
  const basis = () => ({ recording: recordingShown(), lines: followed.peek() });
  const at = { ...placeOf(machine), line };
  let answer: Answer | null;
  try {
    answer = await give(machine, basis, at, wanted);
  } catch (thrown) {
    tell([
      { kind: "in", text: line },
      { kind: "error", text: sentence(asError(thrown)) },
    ]);
    return null;
  }
  if (!answer) return notGiven(line);
  const said: Line[] = [{ kind: "in", text: line }, ...answered(answer)];
  const cut = answer.commands ? before - at.step : 0;
  if (cut > 0)
    said.push({
      kind: "news",
      text: `This branches off: ${cut === 1 ? "1 later step is" : `${cut} later steps are`} left out. Undo brings back what was there.`,
    });
  const { failed } = answer;
  batch(() => {
    followed.value = [...followed.peek(), { ...at, ...(failed && { failed }) }];
    branch.value = grown(branch.peek(), at, answer);
    undone.value = rest;
    renew();
    // A list of commands must contain this one, too.
    if (source.peek().readOnly) setCommands(source.peek().title);
    tell(said);
  });
  return answer;
}

function notGiven(line: string): null {
  tell([
    { kind: "in", text: line },
    { kind: "news", text: "Not run: its machine has been left." },
  ]);
  return null;
}
