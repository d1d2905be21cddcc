// In place of the map, while there is no machine: why, and what to do about it.
import { sentence } from "../model/notices";
import { noMachine } from "../model/session";
import { Coded } from "../parts/Prose";

export function NoMachine() {
  const why = noMachine.value;
  if (!why) return null;
  return (
    <div class="no-machine">
      <p>
        <b>No machine.</b> {why.line ? "The script stopped before its first step:" : ""}
      </p>
      <p>
        <Coded text={sentence(why)} />
      </p>
      <p class="hint">
        Correct the script and run it, or choose a lesson. The browser’s Back leads to the machine before.
      </p>
    </div>
  );
}
