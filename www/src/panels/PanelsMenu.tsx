// Which panels are on show, and between which of the page's two views one is.
import { useId } from "preact/hooks";
import { isOpen, PANELS, type PanelId, toggle, toggleView, view } from "../model/panels";
import { pastWords } from "../model/player";

export function PanelsMenu() {
  const id = useId();
  const reading = view.value === "reading";
  return (
    <div class="panels-menu">
      <button class="button small" popovertarget={id} aria-label="Panels">
        Panels ▾
      </button>
      <button
        class="button small"
        onClick={toggleView}
        title={`To the ${reading ? "working view, with all panels" : "reading view: the lesson and the machine"} (V)`}
      >
        {reading ? "All panels" : "Reading view"}
      </button>
      <fieldset id={id} class="panels-list" popover="auto">
        <legend>On show</legend>
        {(Object.entries(PANELS) as [PanelId, string][]).map(([panel, name]) => (
          <label key={panel}>
            <input type="checkbox" checked={isOpen(panel)} onChange={() => toggle(panel)} /> {name}
          </label>
        ))}
        <hr />
        <label>
          <input
            type="checkbox"
            checked={pastWords.value}
            onChange={(event) => (pastWords.value = event.currentTarget.checked)}
          />{" "}
          Play on past notes
        </label>
      </fieldset>
    </div>
  );
}
