// This step: the command, what it answered, and its micro-steps in words. A click on one goes there.

import { signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { grouped } from "../model/numbers";
import { still } from "../model/player";
import { hovered } from "../model/selection";
import { list, type Now, now, seekEvent, state } from "../model/session";

const tab = signal<"micro" | "counters">("micro");

export function Step() {
  const at = now.value;
  const acted = at?.acted;
  return (
    <section class="panel step" aria-label="This step">
      <div class="panel-head">
        <p class="command" title={acted?.text}>
          {!acted && state.value && <span class="hint">Switched on: nothing has happened yet.</span>}
          {acted && acted !== at.step && <span class="about">before the note</span>}
          {acted && <code>{acted.speaks ? acted.kind : acted.text}</code>}
        </p>
        {acted?.reply && (
          <span class={acted.failed ? "reply failed" : "reply"}>
            {acted.failed ? "✗ " : "→ "}
            {acted.reply}
          </span>
        )}
      </div>
      <div class="tabs" role="tablist" aria-label="This step">
        <Tab id="micro" text={at ? `Micro-steps ${at.done} of ${at.count}` : "Micro-steps"} />
        <Tab id="counters" text="Counters" />
      </div>
      <div class="tab-body" role="tabpanel" id="step-panel" aria-labelledby={`tab-${tab.value}`} tabIndex={0}>
        {tab.value === "micro" ? at && <Micro at={at} /> : <Counters />}
      </div>
    </section>
  );
}

function Tab({ id, text }: { id: typeof tab.value; text: string }) {
  return (
    <button
      class="tab"
      role="tab"
      id={`tab-${id}`}
      aria-selected={tab.value === id}
      aria-controls="step-panel"
      onClick={() => (tab.value = id)}
    >
      {text}
    </button>
  );
}

function Micro({ at }: { at: Now }) {
  const shown = useRef<HTMLOListElement>(null);
  useEffect(() => {
    // Only the list scrolls, never the page around it.
    const current = shown.current?.querySelector<HTMLElement>("[aria-current]");
    const box = shown.current?.parentElement;
    if (!current || !box) return;
    const top = current.offsetTop - box.offsetTop;
    if (top < box.scrollTop || top + current.offsetHeight > box.scrollTop + box.clientHeight)
      box.scrollTop = top - box.clientHeight / 2;
  }, [at.acted.index, at.done, at.events === null]);
  if (at.count === 0)
    return (
      <p class="hint">
        {at.acted.speaks
          ? "Words for the reader: the machine does not change."
          : "This step changes nothing in the machine."}
      </p>
    );
  if (!at.events)
    return (
      <p class="hint">
        This step has {grouped(at.count)} micro-steps. To list them the machine carries it out once more.{" "}
        <button class="button small" onClick={list}>
          List them
        </button>
      </p>
    );
  return (
    <ol class="micro" ref={shown} start={at.from + 1}>
      {at.events.map((event, i) => {
        const number = at.from + i + 1;
        return (
          <li key={event.index} class={number > at.done ? "later" : ""}>
            <button
              aria-current={number === at.done ? "step" : undefined}
              onClick={still(() => seekEvent(at.acted.firstEvent + number))}
              onPointerEnter={() => (hovered.value = event.subject)}
              onPointerLeave={() => (hovered.value = null)}
            >
              <span class="number">{number}</span> {event.text}
            </button>
          </li>
        );
      })}
    </ol>
  );
}

function Counters() {
  const tally: Record<string, number> = { ...state.value?.tally };
  return (
    <dl class="counters">
      {Object.entries(tally).map(([name, value]) => (
        <div key={name} class={value === 0 ? "none" : ""}>
          <dt>{name.replaceAll("_", " ")}</dt>
          <dd>{grouped(value)}</dd>
        </div>
      ))}
    </dl>
  );
}
