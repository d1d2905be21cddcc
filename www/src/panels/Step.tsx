// This step: the command, what it answered, and its micro-steps in words. A click on one goes there.

import { signal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Group } from "../model/groups";
import { microGroups } from "../model/micro";
import { grouped } from "../model/numbers";
import { still } from "../model/player";
import { hovered } from "../model/selection";
import { list, type Now, now, seekEvent, state } from "../model/session";
import type { EventDto } from "../wasm/types";

const tab = signal<"micro" | "counters">("micro");
/** Every group shows its micro-steps. */
const unfolded = signal(false);

export function Step() {
  const at = now.value;
  const acted = at?.acted;
  return (
    <section class="panel step" aria-label="This step">
      <div class="panel-head">
        <p class="command" title={acted?.text}>
          {!acted && state.value && <span class="hint">Switched on; no command has run yet.</span>}
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
      <div class="tabs">
        <div class="tabs" role="tablist" aria-label="This step">
          <Tab id="micro" text={at ? `Micro-steps ${at.done} of ${at.count}` : "Micro-steps"} />
          <Tab id="counters" text="Counters" />
        </div>
        {tab.value === "micro" && (
          <button class="fold-all" aria-pressed={unfolded.value} onClick={() => (unfolded.value = !unfolded.value)}>
            {unfolded.value ? "Fold all" : "Unfold all"}
          </button>
        )}
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
    <ol class="micro" ref={shown}>
      {microGroups.value.map((group, n) => (
        // Not by its number among the events: the lines of one step become the next one's, which is quicker than to
        // make them anew.
        <MicroGroup key={n} group={group} at={at} />
      ))}
    </ol>
  );
}

/** A group of micro-steps: a line that goes to its end, and its micro-steps while it is under way or opened. */
function MicroGroup({ group, at }: { group: Group; at: Now }) {
  const [opened, setOpened] = useState<{ of: string; open: boolean } | null>(null);
  const { from, events, title } = group;
  const to = from + events.length;
  const within = at.done > from && at.done <= to && at.done < at.count;
  const alone = events.length === 1;
  const of = `${at.acted.index} ${from}`;
  const own = opened?.of === of ? opened.open : null;
  const open = !alone && (own ?? (within || unfolded.value));
  return (
    <li class={from >= at.done ? "later" : ""}>
      <div class="group">
        {alone ? (
          <span class="unfold" />
        ) : (
          <button
            class="unfold"
            aria-expanded={open}
            aria-label={`${group.name}: ${events.length} micro-steps`}
            onClick={() => setOpened({ of, open: !open })}
          >
            {open ? "▾" : "▸"}
          </button>
        )}
        <Line number={to} at={at} subjectOf={title} current={!open}>
          <b>{group.name}</b> <span class="what">{title.text}</span>{" "}
          {!alone && <span class="count">{events.length}</span>}
        </Line>
      </div>
      {open && (
        <ol>
          {events.map((event, n) => (
            <li key={event.index} class={from + n >= at.done ? "later" : ""}>
              <Line number={from + n + 1} at={at} subjectOf={event} current>
                <span class="number">{from + n + 1}</span> <span class="what">{event.text}</span>
              </Line>
            </li>
          ))}
        </ol>
      )}
    </li>
  );
}

/** A line that goes to the place after micro-step `number`, and lights up what it is about while it is pointed at. */
function Line(props: {
  number: number;
  at: Now;
  subjectOf: EventDto;
  /** It is marked if the cursor is there. */
  current: boolean;
  children: ComponentChildren;
}) {
  const { number, at, subjectOf, current } = props;
  return (
    <button
      aria-current={current && number === at.done ? "step" : undefined}
      onClick={still(() => seekEvent(at.acted.firstEvent + number))}
      onPointerEnter={() => (hovered.value = subjectOf.subject)}
      onPointerLeave={() => (hovered.value = null)}
    >
      {props.children}
    </button>
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
