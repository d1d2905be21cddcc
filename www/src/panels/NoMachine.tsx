// In place of the map, while there is no machine: why, and what to do about it.

import { saveRecording, saveScript } from "../dom/save";
import { type Lost, lost } from "../model/lost";
import { sentence } from "../model/notices";
import { grouped } from "../model/numbers";
import { goBack, job } from "../model/runner";
import { noMachine } from "../model/session";
import { source } from "../model/source";
import { Icon } from "../parts/Icon";
import { Coded } from "../parts/Prose";

export function NoMachine() {
  const why = noMachine.value;
  if (!why) return null;
  if (lost.value) return <Gone machine={lost.value} />;
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

/** The module died, and its machine with it. */
function Gone({ machine }: { machine: Lost }) {
  const way = wayBack(machine);
  return (
    <div class="no-machine gone" role="alert">
      <p>
        <b>{sentence(machine.error)}</b>
      </p>
      <p>
        Another one is ready, and nothing that you typed is lost{machine.compared && "; the comparison is closed"}.
        {!way && " The machine stopped each time it was made again: change the script, or choose a lesson."}
      </p>
      <p class="ways">
        {way && (
          <button class="button run due" disabled={job.value !== null} onClick={() => void goBack()}>
            {way}
          </button>
        )}
        <button
          class="button"
          onClick={() => void saveRecording()}
          title="The commands that made the machine, as JSON Lines"
        >
          <Icon name="save" /> Save recording
        </button>
        {!source.value.readOnly && (
          <button class="button" onClick={saveScript} title="What stands in the editor">
            <Icon name="save" /> Save script
          </button>
        )}
      </p>
    </div>
  );
}

/** The next way back to try, the surest last; null if all have been. */
function wayBack({ tries, place, followed }: Lost): string | null {
  if (tries === 0) return `Go back to step ${grouped(place.step)}`;
  if (tries === 1) return "Go back to its start";
  return tries === 2 && followed.length ? "Go back to its start, without what was done by hand" : null;
}
