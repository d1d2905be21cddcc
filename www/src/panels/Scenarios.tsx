// The reader's own scripts in this browser: keeps the one in the editor; opens, renames and deletes those kept before.
import { useState } from "preact/hooks";
import { saveScript } from "../dom/save";
import { say } from "../model/notices";
import { LONGEST_NAME, left, put, refused, remove, type Scenario, save, scenarios } from "../model/scenarios";
import { source, title } from "../model/source";
import { when } from "../model/when";
import { Icon } from "../parts/Icon";
import { asError } from "../wasm/error";

/** What has just been done, said beside the form. */
type Said = { text: string; failed?: boolean };

/** The form that keeps what is in the editor. */
export function Saving() {
  const [said, setSaid] = useState<Said | null>(null);
  const [name, setName] = useState(title.value.slice(0, LONGEST_NAME));
  if (source.value.readOnly) return <p class="hint">A list of commands is kept as a file: Save recording.</p>;
  const keep = async () => {
    try {
      const before = await save(name.trim(), source.peek().text);
      setSaid({ text: `${before ? "Saved over the one of this name" : "Saved"}.` });
      if (before) offerBack(before, `“${before.name}” was saved over.`);
    } catch (thrown) {
      setSaid({ text: `Not saved: ${asError(thrown).message}. Save it as a file instead.`, failed: true });
    }
  };
  return (
    <form
      class="saving"
      onSubmit={(event) => {
        event.preventDefault();
        void keep();
      }}
    >
      <label>
        Name
        <input
          required
          pattern=".*\S.*"
          maxLength={LONGEST_NAME}
          value={name}
          onInput={(event) => setName(event.currentTarget.value)}
        />
      </label>
      <button class="button">Save what is in the editor</button>
      <span class={said?.failed ? "said failed" : "said"} role="status">
        {said?.text}
      </span>
      {said?.failed && (
        <button type="button" class="button small" onClick={saveScript}>
          Save script
        </button>
      )}
    </form>
  );
}

type OpenScript = (text: string, title: string) => void;

/** What is kept, newest first. */
export function Scenarios({ open }: { open: OpenScript }) {
  const [own, behind] = [scenarios.value ?? [], left.value ?? []];
  return (
    <>
      {refused.value && <p class="warning">This browser keeps no scenarios: {refused.value}.</p>}
      {scenarios.value?.length === 0 && !refused.value && <p class="hint">None yet.</p>}
      <ul class="kept">
        {own.map((one) => (
          <Row key={one.id} scenario={one} open={open} />
        ))}
      </ul>
      {behind.length > 0 && (
        <>
          <h3>What you had typed, and left for something else</h3>
          <ul class="kept">
            {behind.map((one) => (
              <Row key={one.id} scenario={one} open={open} />
            ))}
          </ul>
        </>
      )}
    </>
  );
}

function Row({ scenario, open }: { scenario: Scenario; open: OpenScript }) {
  const [renaming, setRenaming] = useState(false);
  if (renaming) return <Renaming scenario={scenario} done={() => setRenaming(false)} />;
  const { name, text, at } = scenario;
  return (
    <li>
      <button class="entry" onClick={() => open(text, name)} title="Open it in the editor, and run it">
        <span class="entry-title">{name}</span>
        <span class="count">{when(at)}</span>
      </button>
      <button class="button small quiet" onClick={() => setRenaming(true)} aria-label={`Rename ${name}`} title="Rename">
        <Icon name="edit" />
      </button>
      <button
        class="button small quiet"
        onClick={() =>
          void attempt(
            () => remove(scenario),
            () => offerBack(scenario, `“${name}” was deleted.`),
          )
        }
        aria-label={`Delete ${name}`}
        title="Delete"
      >
        <Icon name="close" />
      </button>
    </li>
  );
}

function Renaming({ scenario, done }: { scenario: Scenario; done: () => void }) {
  const [name, setName] = useState(scenario.name);
  return (
    <li>
      <form
        class="saving"
        onSubmit={(event) => {
          event.preventDefault();
          void attempt(() => put({ ...scenario, name: name.trim() }), done);
        }}
      >
        <input
          required
          pattern=".*\S.*"
          maxLength={LONGEST_NAME}
          value={name}
          aria-label={`New name of ${scenario.name}`}
          ref={(field) => field?.focus()}
          onInput={(event) => setName(event.currentTarget.value)}
        />
        <button class="button small">Rename</button>
        <button type="button" class="button small quiet" onClick={done}>
          Leave it
        </button>
      </form>
    </li>
  );
}

/** Says what was done, with the way back, at the page's top and in the dialog. */
function offerBack(before: Scenario, message: string): void {
  const run = () => {
    say("page", null);
    void attempt(() => put(before));
  };
  say("page", { tone: "news", message, action: { label: "Undo", run } });
}

async function attempt(change: () => Promise<void>, then: () => void = () => {}): Promise<void> {
  try {
    await change();
    then();
  } catch (thrown) {
    say("page", { message: `This browser refused: ${asError(thrown).message}.` });
  }
}
