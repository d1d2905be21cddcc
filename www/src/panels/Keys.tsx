// All keys, from the same table that serves them.

import { signal } from "@preact/signals";
import { takeTour, whereLeft } from "../model/tour";
import { Dialog } from "../parts/Dialog";

export const keysShown = signal(false);

/** `bindings`: the table of keys, each with its caps and what it does. */
export function Keys({ bindings }: { bindings: { label: string[]; text: string }[] }) {
  return (
    <Dialog shown={keysShown} kind="keys" title="Keys">
      <p class="keys-tour">
        <button
          class="button"
          onClick={() => {
            keysShown.value = false;
            takeTour();
          }}
        >
          {whereLeft() > 0 ? `Go on with the tour at stop ${whereLeft() + 1}` : "Take the tour of this page"}
        </button>
        <span class="count">two minutes</span>
      </p>
      <dl>
        {bindings.map(({ label, text }) => (
          <div key={text}>
            <dt>
              {label.map((cap) => (
                <kbd key={cap}>{cap}</kbd>
              ))}
            </dt>
            <dd>{text}</dd>
          </div>
        ))}
        <div>
          <dt>
            <kbd>Ctrl</kbd>
            <kbd>Enter</kbd>
          </dt>
          <dd>In the script: run it</dd>
        </div>
        <div>
          <dt>
            <kbd>Ctrl</kbd>
            <kbd>Z</kbd>
          </dt>
          <dd>Take the last command by hand back; with Shift, give it again</dd>
        </div>
      </dl>
      <p class="hint">Keys do nothing here while you type in the script, the console or a field.</p>
    </Dialog>
  );
}
