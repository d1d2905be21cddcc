// A dialog over the page: a title, a button that closes it, and what is in it while it is shown. Escape and a click
// beside it close it, too.
import type { Signal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import { Icon } from "./Icon";

/** `beside`: what stands beside the title. */
export function Dialog({
  shown,
  kind,
  title,
  beside,
  children,
}: {
  shown: Signal<boolean>;
  kind: string;
  title: string;
  beside?: ComponentChildren;
  children: ComponentChildren;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  const close = () => (shown.value = false);
  useEffect(() => {
    if (shown.value) dialog.current?.showModal();
    else dialog.current?.close();
  }, [shown.value]);
  return (
    <dialog
      ref={dialog}
      class={`dialog ${kind}`}
      aria-labelledby={id}
      onClose={close}
      onClick={(event) => event.target === event.currentTarget && close()}
    >
      <div class="panel-head">
        <h2 id={id}>{title}</h2>
        {beside}
        <button class="button quiet small" onClick={close} aria-label="Close">
          <Icon name="close" />
        </button>
      </div>
      {shown.value && children}
    </dialog>
  );
}
