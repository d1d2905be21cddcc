// A line of the script's language on the machine on show: typed into the console, or made by the map's tools. A command
// given in the past cuts the future, and says so.
import { tell, type Line } from "./log";
import { sentence } from "./notices";
import { stop } from "./player";
import { renew, session } from "./session";
import { setCommands, source } from "./source";
import { asError } from "../wasm";

export type Answer = { text: string; failed: boolean };

/** Runs a line and writes it, with its answer, into the console's log. */
export function runLine(line: string): Answer | null {
  const machine = session.peek();
  if (!machine) return null;
  stop();
  const before = { steps: machine.stepCount(), at: machine.cursor().step };
  const said: Line[] = [{ kind: "in", text: line }];
  let answer: Answer;
  try {
    const { text, error } = machine.console(line);
    answer = error ? { text: sentence(error), failed: true } : { text, failed: false };
  } catch (thrown) {
    answer = { text: sentence(asError(thrown)), failed: true };
  }
  if (answer.failed) said.push({ kind: "error", text: answer.text });
  else if (answer.text) said.push({ kind: "out", text: answer.text });
  const cut = before.steps - before.at;
  if (cut > 0 && machine.cursor().step > before.at && machine.cursor().step === machine.stepCount())
    said.push({ kind: "news", text: cut === 1 ? "1 later step was cut." : `${cut} later steps were cut.` });
  renew();
  // A list of commands must tell of this one, too.
  if (source.peek().readOnly) setCommands(source.peek().title);
  tell(said);
  return answer;
}
