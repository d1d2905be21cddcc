// Writes what was typed and where the reader stands into this browser, a little after each change and when the page is
// hidden: the last moment that a browser grants.
import { effect } from "@preact/signals";
import { others } from "../model/compare";
import { log, unsent } from "../model/log";
import { say } from "../model/notices";
import { origin } from "../model/origin";
import { selected } from "../model/selection";
import { state } from "../model/session";
import { edited, source, title } from "../model/source";
import { asked, shown } from "../model/sweep";
import { drop, keptLines, LONGEST_TEXT, type Work, write, writeNow } from "../model/work";
import { following, writeNow as writeAddress } from "./addressbar";
import { saveScript } from "./save";

/** Milliseconds after the last change; the address has been written by then. */
const PAUSE = 400;

let due = 0;
let pending = false;
/** What could not be kept, as it was last reported. */
let reported = "";

/** Starts keeping. `takenOver`: a record that this visit goes on with, dropped once there is one of its own. */
export function keep(takenOver: string | null): void {
  let before = takenOver;
  const save = async () => {
    if (following()) return wait();
    pending = false;
    const work = present();
    const kept = await write(work);
    report(kept ? work : null);
    if (!kept || before === null) return;
    drop(before);
    before = null;
  };
  const wait = () => {
    clearTimeout(due);
    due = window.setTimeout(() => void save(), PAUSE);
  };
  const changed = () => {
    pending = true;
    wait();
  };
  effect(() => {
    [source.value, log.value, unsent.value, state.value, selected.value, origin.value, others.value];
    [shown.value, asked.value];
    changed();
  });
  const last = () => {
    if (!pending || following()) return;
    pending = false;
    clearTimeout(due);
    writeAddress();
    writeNow(present());
  };
  window.addEventListener("pagehide", last);
  document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && last());
}

function present(): Work {
  const { text, readOnly } = source.peek();
  const hash = location.hash.slice(1);
  return {
    at: Date.now(),
    hash,
    title: title.peek().slice(0, 200),
    text: readOnly || text.length > LONGEST_TEXT ? null : text,
    typed: edited.peek() || /(^|&)then=/.test(hash) || unsent.peek() !== "",
    lines: keptLines(log.peek()),
    unsent: unsent.peek(),
  };
}

/** Says once what is not kept. */
function report(kept: Work | null): void {
  const long = kept?.text === null && !source.peek().readOnly;
  const what = kept
    ? long
      ? "The script is too long for this browser to keep"
      : ""
    : "This browser keeps nothing more";
  if (what !== "" && what !== reported)
    say("page", {
      message: `${what}: closing the page loses what you have typed.`,
      action: { label: "Save script", run: saveScript },
    });
  reported = what;
}
