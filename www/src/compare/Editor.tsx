// The changes to a machine's configuration: its allocator with its settings, the reverse map, or any field as JSON. The
// fields and their values come from the core, so that this form offers every allocator that the core has.
import { signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { configuration, LETTERS, others, setOther, setting } from "../model/compare";
import { Icon } from "../parts/Icon";
import type { Changes, SettingDto } from "../wasm/types";

type Edited = { n: number; changes: Changes; json: string; wrong: string };

const edited = signal<Edited | null>(null);

/** Opens the form for one of the others; the number after the last adds one. */
export function edit(n: number, changes: Changes): void {
  edited.value = { n, changes, json: JSON.stringify(changes), wrong: "" };
}

const close = () => (edited.value = null);

export function Editor() {
  const dialog = useRef<HTMLDialogElement>(null);
  const now = edited.value;
  useEffect(() => {
    if (now && !dialog.current?.open) dialog.current?.showModal();
    if (!now) dialog.current?.close();
  }, [now]);
  const adding = now?.n === (others.value?.length ?? 0);
  return (
    <dialog
      ref={dialog}
      class="keys machine-editor"
      aria-labelledby="editor-title"
      onClose={close}
      onClick={(event) => event.target === event.currentTarget && close()}
    >
      {now && (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            if (now.wrong) return;
            setOther(now.n, now.changes);
            close();
          }}
        >
          <div class="panel-head">
            <h2 id="editor-title">Machine {LETTERS[now.n + 1]}</h2>
            <button type="button" class="button quiet small" onClick={close} aria-label="Close">
              <Icon name="close" />
            </button>
          </div>
          <p class="hint">Like the page’s own machine, but for:</p>
          <Fields changes={now.changes} />
          <label class="field json">
            <span>Changed fields, as JSON</span>
            <textarea
              rows={3}
              spellcheck={false}
              value={now.json}
              aria-invalid={now.wrong ? "true" : undefined}
              aria-describedby={now.wrong ? "json-wrong" : undefined}
              onInput={(event) => typed(event.currentTarget.value)}
            />
          </label>
          {now.wrong && (
            <p class="script-error" id="json-wrong" role="alert" tabIndex={0}>
              {now.wrong}
            </p>
          )}
          <div class="submit">
            <button class="button run" disabled={now.wrong !== ""}>
              {adding ? "Add this machine" : "Compare"}
            </button>
          </div>
        </form>
      )}
    </dialog>
  );
}

function typed(json: string): void {
  const now = edited.peek();
  if (!now) return;
  try {
    const changes: unknown = JSON.parse(json);
    if (typeof changes !== "object" || changes === null || Array.isArray(changes))
      throw new Error('expected an object, such as {"allocator": "buddy"}');
    edited.value = { ...now, json, changes: changes as Changes, wrong: "" };
  } catch (thrown) {
    edited.value = { ...now, json, wrong: (thrown as Error).message };
  }
}

/** The fields of a configuration that only some schemes of reverse mapping use. */
const OF_SCHEME: Record<string, string[]> = {
  vma_offset: ["offset_from", "trust_count", "check_pairs"],
  pte_chain: ["chain_pointers"],
  object_list: ["anon"],
  object: ["anon"],
};

/** Boxes to tick after what has a label above it, so that each row is of one height. */
const flagsLast = (fields: SettingDto[]) => [
  ...fields.filter(({ kind }) => kind !== "flag"),
  ...fields.filter(({ kind }) => kind === "flag"),
];

function Fields({ changes }: { changes: Changes }) {
  const own = configuration();
  const allocator = String(changes.allocator ?? own.allocator);
  const rmap = String(changes.rmap ?? own.rmap);
  const settings = flagsLast(setting([allocator])?.fields ?? []);
  const rest = flagsLast(setting(["contig"])?.fields ?? []);
  return (
    <>
      <div class="fields">
        <Field path={["allocator"]} own={own} changes={changes} />
        {allocator === "buddy" && <Field path={["max_order"]} own={own} changes={changes} />}
        {settings.map(({ name }) => (
          <Field key={`${allocator}.${name}`} path={[allocator, name]} own={own} changes={changes} />
        ))}
      </div>
      <div class="fields">
        <Field path={["rmap"]} own={own} changes={changes} />
        {(OF_SCHEME[rmap] ?? []).map((name) => (
          <Field key={name} path={[name]} own={own} changes={changes} />
        ))}
        {(setting(["policy"])?.choices.length ?? 0) > 1 && <Field path={["policy"]} own={own} changes={changes} />}
      </div>
      <div class="fields">
        <Field path={["heap"]} name="programs’ heaps" own={own} changes={changes} />
        <Field path={["kmalloc", "kind"]} name="kmalloc" own={own} changes={changes} />
      </div>
      {rest.length > 0 && (
        <details>
          <summary>When no free run is long enough</summary>
          <div class="fields">
            {rest.map(({ name }) => (
              <Field key={name} path={["contig", name]} own={own} changes={changes} />
            ))}
          </div>
        </details>
      )}
    </>
  );
}

/** One setting, as a control of its kind. Settings of other kinds are edited in the JSON below. */
function Field({ path, name, own, changes }: { path: string[]; name?: string; own: Changes; changes: Changes }) {
  const field = setting(path);
  if (!field || field.kind === "settings" || field.kind === "list") return null;
  const there = at(own, path) ?? field.default;
  const value = at(changes, path) ?? there;
  return (
    <label class={value === there ? "field" : "field otherwise"}>
      <span>{name ?? path.at(-1)!.replaceAll("_", " ")}</span>
      <Control field={field} value={value} set={(to) => change(path, to, there)} />
    </label>
  );
}

/** A box, a number or a choice. */
function Control({ field, value, set }: { field: SettingDto; value: unknown; set: (to: unknown) => void }) {
  if (field.kind === "flag")
    return <input type="checkbox" checked={value === true} onChange={(event) => set(event.currentTarget.checked)} />;
  if (field.kind === "number")
    return (
      <input
        type="number"
        min={0}
        step={1}
        required
        value={Number(value)}
        onInput={(event) => event.currentTarget.value !== "" && set(event.currentTarget.valueAsNumber)}
      />
    );
  return (
    <select value={String(value)} onChange={(event) => set(event.currentTarget.value)}>
      {[...new Set([...field.choices, String(value)])].map((one) => (
        <option key={one} value={one}>
          {one.replaceAll("_", " ")}
        </option>
      ))}
    </select>
  );
}

/** Changes a field; one with the value of the page's machine is left out. */
function change(path: string[], to: unknown, there: unknown): void {
  const now = edited.peek();
  if (!now) return;
  const changes = structuredClone(now.changes);
  const [outer, inner] = path as [string, string?];
  if (inner === undefined) {
    const old = changes[outer];
    if (to === there) delete changes[outer];
    else changes[outer] = to;
    // The settings of the allocator or the scheme that was chosen before do not apply to the next.
    if (outer === "allocator" && typeof old === "string") delete changes[old];
    if (outer === "rmap")
      for (const name of Object.values(OF_SCHEME).flat())
        if (!OF_SCHEME[String(to)]?.includes(name)) delete changes[name];
  } else {
    const settings = { ...((changes[outer] as Changes | undefined) ?? {}) };
    if (to === there) delete settings[inner];
    else settings[inner] = to;
    if (Object.keys(settings).length) changes[outer] = settings;
    else delete changes[outer];
  }
  edit(now.n, changes);
}

function at(of: Changes, path: string[]): unknown {
  return path.reduce<unknown>(
    (inner, name) => (typeof inner === "object" && inner !== null ? (inner as Changes)[name] : undefined),
    of,
  );
}
