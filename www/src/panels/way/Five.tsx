// All five ways back from one frame, side by side: what each scheme stores, where it leads, and what that costs. Steps
// are taken from here, too, so that one sees a fork or a copy change all five.

import { effect, signal } from "@preact/signals";
import { grouped } from "../../model/numbers";
import { still } from "../../model/player";
import { inShort } from "../../model/scheme";
import { now, state } from "../../model/session";
import { stepBack, stepForward } from "../../model/stops";
import { type Way, ways, waysOf, waysTrouble } from "../../model/ways";
import { Dialog } from "../../parts/Dialog";
import { Icon } from "../../parts/Icon";
import { Drawing } from "./WayBack";

/** The dialog's own switch follows the frame asked for, and closing it takes that back. */
const shown = signal(false);
effect(() => {
  shown.value = waysOf.value !== null;
});
effect(() => {
  if (!shown.value) waysOf.value = null;
});

const NAMES: Record<Way["scheme"], [string, string]> = {
  none: ["Nothing kept", "Linux 2.0 to 2.4"],
  vma_offset: ["A pair in each frame", "the patch of 1998"],
  pte_chain: ["PTE chains", "Linux 2.5"],
  object_list: ["Lists of VMAs", "objrmap, 2003"],
  object: ["Interval trees of VMAs", "Linux today"],
};

export function Five() {
  const pfn = waysOf.value;
  return (
    <Dialog
      shown={shown}
      kind="five"
      title={`Five ways back from frame ${pfn ?? ""}`}
      beside={pfn !== null && <Steps />}
    >
      {pfn !== null && <Ways pfn={pfn} />}
    </Dialog>
  );
}

/** Goes on and back from here: the keys of the page do nothing behind a dialog. */
function Steps() {
  const at = state.value;
  return (
    <>
      <span class="spring" />
      <code class="doing">{now.value?.acted.text}</code>
      <button
        class="button quiet small"
        onClick={still(stepBack)}
        disabled={!at || at.cursor.step === 0}
        aria-label="One step back"
        title="One step back"
      >
        <Icon name="back" />
      </button>
      <span class="count">
        step {grouped(at?.cursor.step ?? 0)} of {grouped(at?.steps ?? 0)}
      </span>
      <button
        class="button quiet small"
        onClick={still(stepForward)}
        disabled={!at || at.cursor.step >= at.steps}
        aria-label="One step on"
        title="One step on"
      >
        <Icon name="forward" />
      </button>
    </>
  );
}

function Ways({ pfn }: { pfn: number }) {
  const all = ways.value;
  if (waysTrouble.value)
    return (
      <p role="alert">
        The machines of the other schemes could not be made: {waysTrouble.value.message}
        {waysTrouble.value.hint && ` (${waysTrouble.value.hint})`}
      </p>
    );
  if (!all) return <p class="hint">The same commands are given to a machine of each other scheme …</p>;
  return (
    <div class="ways">
      {all.map((way) => (
        <section key={way.scheme} class={way.own ? "way own" : "way"} aria-label={NAMES[way.scheme][0]}>
          <h3 title={inShort(way.machine)}>
            {NAMES[way.scheme][0]} <span class="facts">{NAMES[way.scheme][1]}</span>
          </h3>
          {way.own && <p class="facts">this machine’s own</p>}
          {way.of ? (
            <Drawing of={way.of} machine={way.machine} />
          ) : (
            <p class="hint">No page of a process is in frame {pfn} here.</p>
          )}
        </section>
      ))}
    </div>
  );
}
