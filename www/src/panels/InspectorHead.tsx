// The inspector's title: there before the rest of it has been fetched.
import { inspected, selected } from "../model/selection";
import { Icon } from "../parts/Icon";

export function InspectorHead() {
  const shown = inspected.value;
  return (
    <div class="panel-head">
      <h2 id="inspector-title">{shown ? shown.title : "Inspector"}</h2>
      {selected.value && (
        <button
          class="button quiet small"
          onClick={() => (selected.value = null)}
          aria-label="Clear the selection"
          title="Clear the selection (Esc)"
        >
          <Icon name="close" />
        </button>
      )}
    </div>
  );
}
