// The top line: what this is, which lesson, and what concerns the whole page.

import { saveRecording } from "../dom/save";
import { theme, toggleTheme } from "../dom/theme";
import { inFull, inShort } from "../model/scheme";
import { state } from "../model/session";
import { Icon } from "../parts/Icon";
import { keysShown } from "./Keys";
import { LessonPicker } from "./LessonPicker";
import { OpenButton } from "./OpenButton";
import { ShareButton } from "./ShareButton";
import { UndoButtons } from "./Undo";

export function Header() {
  return (
    <header class="header">
      <h1 class="wordmark">
        <Icon name="mark" /> Pageturner
      </h1>
      <LessonPicker />
      <OpenButton />
      <MachineLine />
      <span class="spring" />
      <UndoButtons />
      <ShareButton />
      <button
        class="button quiet save"
        onClick={() => void saveRecording()}
        disabled={!state.value}
        title="Save the recording: every command so far, as JSON Lines"
      >
        <Icon name="save" /> <span>Save recording</span>
      </button>
      <button
        class="button quiet"
        onClick={toggleTheme}
        aria-label={theme.value === "dark" ? "Use light colours" : "Use dark colours"}
        title="Light or dark"
      >
        <Icon name={theme.value === "dark" ? "sun" : "moon"} />
      </button>
      <button
        class="button quiet"
        onClick={() => (keysShown.value = true)}
        aria-label="Show all keys"
        title="All keys, and the tour ( ? )"
      >
        <Icon name="keys" />
      </button>
    </header>
  );
}

/** The machine in a few words. */
function MachineLine() {
  const machine = state.value?.machine;
  if (!machine) return null;
  return (
    <p class="machine" title={`Reverse map: ${inFull(machine)}`}>
      {machine.geometry}, {machine.pageSize < 1024 ? `${machine.pageSize} B` : `${machine.pageSize / 1024} KB`}
      {" pages · "}
      {machine.allocator} · {inShort(machine)} · {machine.policy}
    </p>
  );
}
