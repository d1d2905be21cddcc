// The script with its running line; run, cancel, and back to the lesson's own text. Errors stand at their lines.

import { effect } from "@preact/signals";
import { useEffect, useRef, useState } from "preact/hooks";
import type { createEditor } from "../editor/create";
import { lessons } from "../model/lessons";
import { notices, say, sentence } from "../model/notices";
import { grouped } from "../model/numbers";
import { cancel, job, runScript } from "../model/runner";
import { now, seek, session } from "../model/session";
import { picture } from "../model/slices";
import { backToRan, edited, lineOf, loaded, source, typed, unrun } from "../model/source";
import { whenIdle } from "../parts/Later";
import { Coded } from "../parts/Prose";
import { asError } from "../wasm/error";
import { once } from "../wasm/once";
import { choose } from "./LessonPicker";

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
          tabIndex={0}
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
    <button class="button small quiet" onClick={() => void choose(lesson)} title="Back to the lesson's own text">
      Undo edits
    </button>
  );
}

function Progress() {
  const { what, steps, part } = job.value!;
  const far = part === undefined ? steps > 0 && `${grouped(steps)} steps` : `${Math.floor(part * 100)} %`;
  return (
    <span class="progress">
      <span role="status">
        {what}
        {far ? `: ${far}` : "…"}
      </span>
      <button class="button small cancel" onClick={cancel} title="Cancel (Esc)">
        Cancel
      </button>
    </span>
  );
}

// The editor is made in a task of its own, after the code has been read.
const editing = once(() => import("../editor/create").then((code) => picture().then(() => code)));

/** The editor, or the script as plain text until its code has come: when the browser has time for it, or at once when
 *  the reader turns to the script. */
function EditorHost() {
  const host = useRef<HTMLDivElement>(null);
  const [ready, setReady] = useState(false);
  useEffect(() => {
    let begun = false;
    let away = false;
    let end: (() => void) | undefined;
    const fetched = async ({ createEditor }: Awaited<ReturnType<typeof editing>>) => {
      // Or come by the other way.
      if (away || begun || !host.current) return;
      begun = true;
      end = await attach(createEditor, host.current);
      if (away) end();
      else setReady(true);
    };
    const failed = (thrown: unknown) =>
      say("page", {
        message: `The editor could not be loaded: ${asError(thrown).message}`,
        action: { label: "Try again", run: fetch },
      });
    const fetch = () => void editing().then(fetched, failed);
    for (const event of ["pointerdown", "focusin"]) host.current!.addEventListener(event, fetch, { once: true });
    whenIdle(fetch);
    return () => {
      away = true;
      end?.();
    };
  }, []);
  // The editor is in the element's shadow root, beside which the text is no longer seen.
  return (
    <div class="editor" ref={host}>
      {!ready && (
        <pre class="script-text" tabIndex={0} role="group" aria-label="The script's text">
          {source.value.text}
        </pre>
      )}
    </div>
  );
}

/** CodeMirror keeps its own document; these effects carry what comes from outside into it. */
async function attach(create: typeof createEditor, host: HTMLElement): Promise<() => void> {
  let shown = loaded.peek();
  let before = source.peek();
  const editor = await create(host, { typed, run: () => void runScript(), line: goToLine }, source.peek());
  const turnedTo = host.contains(document.activeElement);
  if (turnedTo) editor.focus();
  const ends = [
    effect(() => {
      // The text that it was made with is there.
      if (loaded.value === shown) return;
      const now = source.peek();
      const other = now.id !== before.id || now.title !== before.title || now.readOnly !== before.readOnly;
      editor.setText(now, other);
      shown = loaded.value;
      before = now;
    }),
  ];
  // In a task of its own: to make the editor takes long enough.
  const marks = setTimeout(() => {
    ends.push(
      effect(() => {
        loaded.value;
        const step = now.value?.step;
        editor.setRunning(step ? lineOf(step) : null);
      }),
      effect(() => editor.setError(notices.value.editor)),
    );
  });
  return () => {
    clearTimeout(marks);
    for (const end of ends) end();
    editor.destroy();
  };
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
