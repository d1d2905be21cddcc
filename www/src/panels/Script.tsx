// The script with its running line; run, cancel, and back to the lesson's own text. Errors stand at their lines.
import { effect } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { createEditor } from "../editor/create";
import { lessons } from "../model/lessons";
import { notices, sentence } from "../model/notices";
import { cancel, job, runScript } from "../model/runner";
import { now, seek, session } from "../model/session";
import { backToRan, edited, lineOf, loaded, setLesson, source, typed, unrun } from "../model/source";
import { Coded } from "../parts/Prose";

export function Script() {
  const error = notices.value.editor;
  const { readOnly } = source.value;
  return (
    <section class="panel script" aria-labelledby="script-title">
      <div class="panel-head">
        <h2 id="script-title">{readOnly ? "Commands" : "Script"}</h2>
        {unrun.value && !job.value && <span class="chip unrun-chip">edited, not run</span>}
        <Undo />
        {job.value ? (
          <Progress />
        ) : (
          !readOnly && (
            <button
              class={unrun.value ? "button small run due" : "button small run"}
              onClick={() => void runScript()}
              title="Run the script from its start (Ctrl+Enter in the script)"
            >
              Run
            </button>
          )
        )}
      </div>
      <EditorHost />
      {error && (
        <p
          class={error.tone === "news" ? "script-news" : "script-error"}
          role={error.tone === "news" ? "status" : "alert"}
        >
          <Coded text={sentence(error)} />
        </p>
      )}
    </section>
  );
}

/** Edits are undone in the order of their making: those not yet run first, then those of the lesson's own text. */
function Undo() {
  const lesson = lessons.find((one) => one.id === source.value.id);
  if (job.value) return null;
  if (unrun.value)
    return (
      <button class="button small quiet" onClick={backToRan} title="Back to the text that was run last">
        Undo edits
      </button>
    );
  if (!lesson || !edited.value) return null;
  return (
    <button
      class="button small quiet"
      onClick={() => {
        setLesson(lesson);
        void runScript();
      }}
      title="Back to the lesson's own text"
    >
      Undo edits
    </button>
  );
}

function Progress() {
  const { what, steps } = job.value!;
  return (
    <span class="progress">
      <span role="status">
        {what}
        {steps > 0 ? `: ${steps.toLocaleString("en")} steps` : "…"}
      </span>
      <button class="button small cancel" onClick={cancel} title="Cancel (Esc)">
        Cancel
      </button>
    </span>
  );
}

/** CodeMirror keeps its own document; these effects carry what comes from outside into it. */
function EditorHost() {
  const host = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const editor = createEditor(host.current!, { typed, run: () => void runScript(), line: goToLine });
    const ends = [
      effect(() => {
        loaded.value;
        editor.setText(source.peek().text, source.peek().readOnly);
      }),
      effect(() => {
        loaded.value;
        const step = now.value?.step;
        editor.setRunning(step ? lineOf(step) : null);
      }),
      effect(() => editor.setError(notices.value.editor)),
    ];
    return () => {
      for (const end of ends) end();
      editor.destroy();
    };
  }, []);
  return <div class="editor" ref={host} />;
}

/** A click on a line's number goes to the first step of that line. */
function goToLine(line: number): void {
  const machine = session.peek();
  if (!machine) return;
  for (let from = 0; from < machine.stepCount(); from += 1000) {
    const found = machine.steps(from, 1000).find((step) => lineOf(step) === line);
    if (found) return void seek(found.index + 1);
  }
}
