// The map's tools: buttons beside its title, and, while one is chosen, a line for what it does and how: everything that
// the pointer can do on the map can be done there by keyboard, too.

import { state } from "../../model/session";
import {
  allocLine,
  ask,
  choose,
  chosenRun,
  options,
  outcome,
  runToolLine,
  size,
  type Tool,
  tool,
  useOn,
} from "../../model/tools";
import { CutWarning } from "../../parts/CutWarning";
import { Icon } from "../../parts/Icon";

const tools = [
  { id: "alloc", icon: "alloc", text: "Allocate", title: "Allocate: click or drag on the map (A)" },
  { id: "free", icon: "free", text: "Free", title: "Free: click a run on the map (E)" },
  { id: "pin", icon: "pin", text: "Pin", title: "Pin or unpin: click a run on the map (P)" },
] as const;

export function ToolButtons() {
  return (
    <div class="tools" role="group" aria-label="What a click on the map does">
      {tools.map(({ id, icon, text, title }) => (
        <button
          key={id}
          class="button quiet small"
          aria-pressed={tool.value === id}
          aria-label={text}
          title={title}
          disabled={!state.value}
          onClick={() => choose(id)}
        >
          <Icon name={icon} />
        </button>
      ))}
    </div>
  );
}

export function ToolLine() {
  const now = tool.value;
  if (now === "look") return null;
  return (
    <div class="tool-line">
      {now === "alloc" ? <Ask /> : <OnRun tool={now} />}
      <span class={outcome.value?.failed ? "outcome-of failed" : "outcome-of"} role="status">
        {outcome.value && `${outcome.value.failed ? "✗" : "→"} ${outcome.value.text}`}
      </span>
      <CutWarning />
    </div>
  );
}

function Ask() {
  const { movable, align, gfp } = options.value;
  const most = state.value?.machine.frames ?? 1;
  const set = (change: Partial<typeof options.value>) => (options.value = { ...options.peek(), ...change });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (event.currentTarget.checkValidity()) void ask(size.peek());
      }}
    >
      <label>
        frames
        <input
          type="number"
          name="frames"
          min={1}
          max={most}
          required
          value={size.value}
          onInput={(event) => event.currentTarget.validity.valid && (size.value = event.currentTarget.valueAsNumber)}
        />
      </label>
      <label title="The run may be moved later: a segment">
        <input type="checkbox" checked={movable} onChange={(event) => set({ movable: event.currentTarget.checked })} />
        movable
      </label>
      <select
        aria-label="Alignment"
        title="Alignment in frames"
        value={align}
        onChange={(event) => set({ align: Number(event.currentTarget.value) })}
      >
        {Array.from({ length: 11 }, (_, order) => 2 ** order)
          .filter((n) => n === 1 || n < most)
          .map((n) => (
            <option key={n} value={n}>
              {n === 1 ? "anywhere" : `aligned to ${n}`}
            </option>
          ))}
      </select>
      <select
        aria-label="What may be done for it"
        title="What may be done for it"
        value={gfp}
        onChange={(event) => set({ gfp: event.currentTarget.value })}
      >
        <option value="">may reclaim and move</option>
        <option value='["move"]'>may move only</option>
        <option value='["atomic", "move"]'>atomic, may move</option>
        <option value='["atomic"]'>atomic</option>
      </select>
      <button class="button small go">{allocLine(size.value)}</button>
    </form>
  );
}

/** Acts on the run of the selected frame; the map's pointer takes any. */
function OnRun({ tool }: { tool: Exclude<Tool, "look" | "alloc"> }) {
  const run = chosenRun.value;
  return (
    <>
      <span class="hint">
        {tool === "free" ? "Click a run to free it" : "Click a run to pin or unpin it"}
        {!run && ", or select a frame of it"}
      </span>
      {run && (
        <button class="button small go" onClick={() => void useOn(run.first)}>
          {runToolLine(run)}
        </button>
      )}
    </>
  );
}
