// A line of the script's language on the machine on show: typed into the console, or made by the map's tools. A command
// given in the past cuts the future, and says so.
import { batch } from "@preact/signals";
import { asError } from "../wasm/module";
import { type Answer, answered, followed, give, placeOf } from "./followed";
import { type Line, tell } from "./log";
import { sentence } from "./notices";
import { stop } from "./player";
import { renew, session } from "./session";
import { setCommands, source } from "./source";

/** Runs a line, writes it with its answer into the console's log, and remembers it for the address: one that failed,
 *  too, since it may have changed a variable before. */
export function runLine(line: string): Answer | null {
  const machine = session.peek();
  if (!machine) return null;
  stop();
  const before = { steps: machine.stepCount(), at: machine.cursor(), place: placeOf(machine) };
  let answer: Answer;
  try {
    answer = give(machine, line);
  } catch (thrown) {
    tell([
      { kind: "in", text: line },
      { kind: "error", text: sentence(asError(thrown)) },
    ]);
    return null;
  }
  const after = machine.cursor();
  const said: Line[] = [{ kind: "in", text: line }, ...answered(answer)];
  const cut = before.steps - before.at.step;
  if (cut > 0 && after.step > before.at.step && after.step === machine.stepCount())
    said.push({ kind: "news", text: cut === 1 ? "1 later step was cut." : `${cut} later steps were cut.` });
  batch(() => {
    followed.value = [...followed.peek(), { ...before.place, line, ...(answer.failed && { failed: true }) }];
    renew();
    // A list of commands must contain this one, too.
    if (source.peek().readOnly) setCommands(source.peek().title);
    tell(said);
  });
  return answer;
}
