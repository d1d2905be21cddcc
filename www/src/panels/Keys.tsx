// All keys, from the same table that serves them.

import { signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { Icon } from "../parts/Icon";

export const keysShown = signal(false);

/** `bindings`: the table of keys, each with its caps and what it does. */
export function Keys({ bindings }: { bindings: { label: string[]; text: string }[] }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (keysShown.value) dialog.current?.showModal();
    else dialog.current?.close();
  }, [keysShown.value]);
  return (
    <dialog
      ref={dialog}
      class="keys"
      aria-labelledby="keys-title"
      onClose={() => (keysShown.value = false)}
      onClick={(event) => event.target === event.currentTarget && (keysShown.value = false)}
    >
      <div class="panel-head">
        <h2 id="keys-title">Keys</h2>
        <button class="button quiet small" onClick={() => (keysShown.value = false)} aria-label="Close">
          <Icon name="close" />
        </button>
      </div>
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
      </dl>
      <p class="hint">Keys do nothing here while you type in the script, the console or a field.</p>
    </dialog>
  );
}
