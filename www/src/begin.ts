// What the page opens with: what the address names; without an address, where the reader left off. An address wins over
// what was typed before, which is then offered.
import { keep } from "./dom/keeper";
import { watchParent } from "./dom/parent";
import { watchPlatform } from "./dom/scorm";
import { autoplay, embedded, panelNames, unknownPanels } from "./model/embed";
import { log, unsent } from "./model/log";
import { type Notice, notices, say, sentence } from "./model/notices";
import { calm, togglePlay } from "./model/player";
import { putDraft, source } from "./model/source";
import { when } from "./model/when";
import { arrive, drop, ended, type Kept, note, recorded, type Work } from "./model/work";
import { restore, watchUrl } from "./url";

export async function begin(): Promise<void> {
  // A page in a frame is what its address says, whatever else this browser has kept.
  if (embedded) {
    await restore();
    watchUrl();
    if (unknownPanels.length > 0)
      say("page", { message: `There is no panel ${unknownPanels.join(", ")}; there are ${panelNames.join(", ")}.` });
    watchParent(restore);
    await watchPlatform(restore);
    if (autoplay && !calm.peek()) togglePlay();
    return;
  }
  const before = arrive();
  correctAddress(before);
  const { works, damaged } = await ended();
  const left = location.hash === "" ? works[0] : undefined;
  const takenOver = left && !left.work.begun ? left : null;
  if (takenOver) await goOn(takenOver);
  else await restore();
  const same = takenOver ? null : await sameVisit(before);
  if (same) comeBack(same.work);
  else if (!takenOver) offer(works.find(({ work }) => work.typed && (!work.offered || work === left?.work)));
  if (damaged)
    add({ tone: "news", message: "What this browser had kept of an earlier visit is damaged: it was dropped." });
  watchUrl();
  keep(takenOver?.id ?? same?.id ?? null);
}

/** A reload can begin before the address has followed the last change; the record of the page has followed it. */
function correctAddress(before: string | null): void {
  const [navigation] = performance.getEntriesByType("navigation") as PerformanceNavigationTiming[];
  const work = before === null || navigation?.type !== "reload" ? null : recorded(before);
  if (work && location.hash !== "") window.history.replaceState(window.history.state, "", address(work));
}

/** Goes on where a visit ended. */
async function goOn(kept: Kept): Promise<void> {
  // If the machine ends the page again, the next visit does not make it.
  note(kept, { begun: true });
  window.history.replaceState(null, "", address(kept.work));
  await restore();
  note(kept, {});
  comeBack(kept.work);
  add({
    tone: "news",
    message: `You are where you left off (${when(kept.work.at)}).`,
    action: { label: "Start afresh", run: () => void startAfresh() },
  });
}

/** The first lesson; the browser's Back leads to the work before it. */
async function startAfresh(): Promise<void> {
  say("page", null);
  const [lines, typed] = [log.peek(), unsent.peek()];
  const back = () => {
    log.value = [...lines, ...log.peek()];
    unsent.value ||= typed;
  };
  window.addEventListener("popstate", back, { once: true });
  window.history.pushState(null, "", location.pathname + location.search);
  log.value = [];
  unsent.value = "";
  await restore();
}

/** The record of the visit before in this tab, if the address is still its: the page was reloaded. */
async function sameVisit(before: string | null): Promise<Kept | null> {
  // Asked for late, since the page before may still be on its way out.
  const same = before === null ? undefined : (await ended()).works.find(({ id }) => id === before);
  return same && location.hash.slice(1) === same.work.hash ? same : null;
}

/** Puts back what was typed: what the address does not carry. */
function comeBack({ text, lines, unsent: typed }: Work): void {
  if (text !== null && !source.peek().readOnly && text !== source.peek().text) putDraft(text);
  if (lines.length) log.value = lines;
  unsent.value = typed;
}

/** Offers what was typed in a visit before, once. */
function offer(kept: Kept | undefined): void {
  if (!kept) return;
  note(kept, { offered: true });
  const bringBack = async () => {
    say("page", null);
    window.history.pushState(null, "", address(kept.work));
    await restore();
    comeBack(kept.work);
    drop(kept.id);
  };
  const name = kept.work.title ? ` “${kept.work.title}”` : "";
  add({
    tone: "news",
    message: `What you had typed before is kept:${name}, ${when(kept.work.at)}.`,
    action: { label: "Bring it back", run: () => void bringBack() },
  });
}

/** Shows a message after those that are there. */
function add(notice: Notice): void {
  const before = notices.peek().page;
  if (!before) {
    say("page", notice);
    return;
  }
  const { hint, line, column, ...rest } = before;
  say("page", { ...rest, message: `${sentence(before)} ${notice.message}`, action: rest.action ?? notice.action });
}

function address({ hash }: Work): string {
  return hash === "" ? location.pathname + location.search : `#${hash}`;
}
