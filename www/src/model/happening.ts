// What is happening has its lines without being pointed at: inside a command what the micro-step touches; in the
// reading view also the pages that the command has just changed, if they are few enough to be followed.
import { effect } from "@preact/signals";
import { microNow } from "./micro";
import { view } from "./panels";
import { changedPages, happening } from "./selection";
import { state } from "./session";

/** More lines than this say nothing. */
const FEW = 8;

effect(() => {
  const micro = microNow.value;
  if (micro) {
    happening.value = micro.event.marks;
    return;
  }
  const pages = state.value?.changed.pages ?? [];
  const drawn = view.value === "reading" && pages.length <= FEW && changedPages.value.some(({ there }) => there);
  happening.value = drawn ? pages.map(([pid, vpn]) => ({ kind: "page", pid, vpn })) : [];
});
