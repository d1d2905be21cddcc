// A warning where commands are given: one given in the past leaves the steps after it, for a branch of its own.
import { grouped } from "../model/numbers";
import { state } from "../model/session";

export function CutWarning() {
  const at = state.value;
  const later = at ? at.steps - at.cursor.step : 0;
  if (later <= 0) return null;
  return <span class="count">a command leaves {later === 1 ? "the step" : `the ${grouped(later)} steps`} ahead</span>;
}
