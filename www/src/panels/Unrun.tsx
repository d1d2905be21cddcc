// Says, over the machine, that it is not the one of the script in the editor: edits have not been run.
import { job, runScript } from "../model/runner";
import { state } from "../model/session";
import { backToRan, ran, unrun } from "../model/source";

export function Unrun() {
  if (!unrun.value || job.value || !state.value) return null;
  return (
    <aside class="unrun" aria-label="Edits that have not been run">
      <p>
        {ran.value?.readOnly
          ? `On show: ${ran.value.title}. The script has not been run.`
          : "On show: the machine from before your edits."}
      </p>
      <button class="button small" onClick={() => void runScript()}>
        Run the script
      </button>
      <button
        class="button small quiet"
        onClick={backToRan}
        title="Back to the text that the machine on show was made from"
      >
        Undo edits
      </button>
    </aside>
  );
}
