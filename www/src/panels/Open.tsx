// What can be opened: nothing at all, to start from; a file; an example; a script that was kept in this browser.
import { useSignal } from "@preact/signals";
import { EMPTY, exampleTopics } from "../model/examples";
import { exerciseTopics, seeded, seedOf } from "../model/exercises";
import { runScript } from "../model/runner";
import { setScript } from "../model/source";
import { Dialog } from "../parts/Dialog";
import { Icon } from "../parts/Icon";
import { Coded } from "../parts/Prose";
import { field, shown } from "./OpenButton";
import { Saving, Scenarios } from "./Scenarios";

/** Puts a script into the editor and runs it. */
function start(text: string, title: string): void {
  shown.value = false;
  setScript({ id: null, title, text });
  void runScript();
}

/** Exercises, each with the numbers of a seed, or of a student's name. */
function Exercises() {
  const named = useSignal("1");
  const seed = seedOf(named.value || "1");
  return (
    <>
      <h3>Exercises</h3>
      <label class="exercise-seed">
        Seed, or your name{" "}
        <input maxLength={80} value={named} onInput={(event) => (named.value = event.currentTarget.value)} />{" "}
        <span class="count">seed {seed}</span>
      </label>
      {exerciseTopics.map(([topic, list]) => (
        <section key={topic} class="examples" aria-label={`Exercises: ${topic}`}>
          <h4>{topic}</h4>
          <ul>
            {list.map(({ id, title, source }) => (
              <li key={id}>
                <button class="entry" onClick={() => start(seeded(source, seed), title)}>
                  <span class="entry-title">{title}</span>
                </button>
              </li>
            ))}
          </ul>
        </section>
      ))}
    </>
  );
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
      <Exercises />
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
