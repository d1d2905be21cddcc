// The button that opens the comparison, and closes it.

import { close, open, others } from "../model/compare";
import { state } from "../model/session";

export function CompareButton() {
  const on = others.value !== null;
  return (
    <button
      class="button small compare-button"
      disabled={!state.value}
      aria-pressed={on}
      title="The script on two to four machines, side by side (C)"
      onClick={on ? close : open}
    >
      Compare
    </button>
  );
}
