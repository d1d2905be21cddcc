// Follows the reader through the lessons, for the index of what is begun and done.
import { effect } from "@preact/signals";
import { followed } from "../model/followed";
import { narration } from "../model/narration";
import { reached, readProgress } from "../model/progress";
import { readAnswers } from "../model/quiz";
import { session } from "../model/session";
import { edited, ran, unrun } from "../model/source";

export function watchProgress(): void {
  effect(() => {
    const { number, of } = narration.value;
    const id = ran.value?.id;
    // A changed lesson, or one with commands of the reader, is the reader's own. While the next is being made, the
    // machine is still the one before.
    if (!session.value || !id || edited.value || unrun.value || followed.value.length > 0 || number < 2) return;
    reached(id, number >= of ? "done" : "begun");
  });
  window.addEventListener("storage", readProgress);
  window.addEventListener("storage", readAnswers);
}
