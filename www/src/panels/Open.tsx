// What can be opened: nothing at all, to start from; a file; an example; a script that was kept in this browser.
import { signal } from "@preact/signals";
import { createRef } from "preact";
import { EMPTY, exampleTopics } from "../model/examples";
import { accepted, openFile } from "../model/files";
import { runScript } from "../model/runner";
import { readScenarios } from "../model/scenarios";
import { setScript } from "../model/source";
import { Dialog } from "../parts/Dialog";
import { Icon } from "../parts/Icon";
import { Coded } from "../parts/Prose";
import { Saving, Scenarios } from "./Scenarios";

const shown = signal(false);
/** The browser's own chooser of files. */
const field = createRef<HTMLInputElement>();

export function OpenButton() {
  const open = () => {
    shown.value = true;
    void readScenarios();
  };
  const chosen = (input: HTMLInputElement) => {
    const file = input.files?.[0];
    input.value = "";
    shown.value = false;
    if (file) void openFile(file);
  };
  return (
    <>
      <button
        class="button open-button"
        onClick={open}
        aria-label="Open"
        aria-haspopup="dialog"
        title="New, examples, your own scenarios, files"
      >
        <Icon name="open" /> <span>Open</span>
      </button>
      <input
        ref={field}
        type="file"
        hidden
        accept={accepted}
        aria-label="Open an strace log, a recording or a script"
        onChange={(event) => chosen(event.currentTarget)}
      />
    </>
  );
}

/** Puts a script into the editor and runs it. */
function start(text: string, title: string): void {
  shown.value = false;
  setScript({ id: null, title, text });
  void runScript();
}

export function Open() {
  return (
    <Dialog shown={shown} kind="open-dialog" title="Open">
      <p class="open-ways">
        <button class="button due" onClick={() => start(EMPTY, "New scenario")}>
          <Icon name="plus" /> New: a small machine, an empty script
        </button>
        <button
          class="button"
          onClick={() => field.current?.click()}
          title="An strace log, a recording or a script. It can be dropped on the page, too"
        >
          <Icon name="open" /> A file: log, recording or script
        </button>
      </p>
      <h3>My scenarios, in this browser</h3>
      <Saving />
      <Scenarios open={start} />
      <h3>Examples</h3>
      {exampleTopics.map(([topic, list]) => (
        <section key={topic} class="examples" aria-label={topic}>
          <h4>{topic}</h4>
          <ul>
            {list.map(({ title, shows, source }) => (
              <li key={title}>
                <button class="entry" onClick={() => start(source, title)}>
                  <span class="entry-text">
                    <span class="entry-title">{title}</span>
                    <span class="entry-teaches">
                      <Coded text={shows} />
                    </span>
                  </span>
                </button>
              </li>
            ))}
          </ul>
        </section>
      ))}
    </Dialog>
  );
}
