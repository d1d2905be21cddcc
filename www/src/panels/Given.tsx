// Where a question is answered, by what it asks for: a line, choices, a table's blanks, a thing that is pointed at, or
// a state that the machine is brought to.
import { useSignal } from "@preact/signals";
import { useId } from "preact/hooks";
import { runLine } from "../model/console";
import { waiting } from "../model/log";
import { namesOf } from "../model/quiz";
import { selected } from "../model/selection";
import type { QuestionDto } from "../wasm/types";

type Form = { question: QuestionDto; closed: boolean; cells: boolean[]; onGiven: (given: string[]) => void };

export function Given(form: Form) {
  switch (form.question.kind) {
    case "choice":
    case "choices":
      return <Choices {...form} />;
    case "table":
      return <Table {...form} />;
    case "thing":
      return <Thing {...form} />;
    case "state":
      return <Reached {...form} />;
    default:
      return <Line {...form} />;
  }
}

/** A number, an address or a text. */
function Line({ question: { kind, unit }, closed, onGiven }: Form) {
  const text = useSignal("");
  const submit = () => onGiven([text.peek()]);
  return (
    <div class="given" role="group" aria-label="Answer" onKeyDown={onEnter(submit)}>
      <label>
        <span class="unseen">Answer: </span>
        <input
          class="field"
          type="text"
          autocomplete="off"
          spellcheck={false}
          size={kind === "text" ? 24 : 16}
          maxLength={200}
          value={text}
          disabled={closed}
          onInput={(event) => (text.value = event.currentTarget.value)}
        />
        {unit && <span class="unit"> {unit}</span>}
      </label>
      <Check closed={closed} onClick={submit} />
    </div>
  );
}

function Choices({ question: { kind, of }, closed, onGiven }: Form) {
  const chosen = useSignal<number[]>([]);
  const name = useId();
  const several = kind === "choices";
  const toggle = (n: number) => {
    const others = chosen.peek().filter((one) => one !== n);
    chosen.value = several ? (others.length < chosen.peek().length ? others : [...others, n]) : [n];
  };
  const submit = () => onGiven(chosen.peek().map(String));
  return (
    <div class="given choices" role="group" aria-label="Answer" onKeyDown={onEnter(submit)}>
      <fieldset disabled={closed}>
        <legend class="unseen">{several ? "Choose any" : "Choose one"}</legend>
        {of.map((text, n) => (
          <label key={text}>
            <input
              type={several ? "checkbox" : "radio"}
              name={name}
              checked={chosen.value.includes(n)}
              onChange={() => toggle(n)}
            />
            <span>{text}</span>
          </label>
        ))}
      </fieldset>
      <Check closed={closed || (!several && chosen.value.length === 0)} onClick={submit} />
    </div>
  );
}

/** A table whose blanks are filled in. */
function Table({ question: { columns, rows }, closed, cells, onGiven }: Form) {
  const filled = useSignal<Record<number, string>>({});
  const blanks = rows.flat().filter((cell) => cell === null).length;
  let blank = -1;
  const submit = () => onGiven(Array.from({ length: blanks }, (_, n) => filled.peek()[n] ?? ""));
  return (
    <div class="given" role="group" aria-label="Answer" onKeyDown={onEnter(submit)}>
      <div class="blanks">
        <table>
          <thead>
            <tr>
              {columns.map((column) => (
                <th key={column} scope="col">
                  {column}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row, r) => (
              <tr key={r}>
                {row.map((cell, c) => {
                  if (cell !== null) return <td key={c}>{cell}</td>;
                  const n = ++blank;
                  const verdict = cells[n] === undefined ? "" : cells[n] ? "right" : "wrong";
                  return (
                    <td key={c} class={verdict}>
                      <input
                        class="field"
                        type="text"
                        autocomplete="off"
                        spellcheck={false}
                        size={8}
                        maxLength={60}
                        aria-label={`${columns[c]}, row ${r + 1}${verdict && `: ${verdict}`}`}
                        disabled={closed}
                        value={filled.value[n] ?? ""}
                        onInput={(event) => (filled.value = { ...filled.peek(), [n]: event.currentTarget.value })}
                      />
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <Check closed={closed} onClick={submit} />
    </div>
  );
}

/** What is selected on the map, or anywhere else. */
function Thing({ closed, onGiven }: Form) {
  const names = selected.value ? namesOf(selected.value) : [];
  return (
    <div class="given">
      {!closed && (
        <p class="hint">
          {names.length > 0 ? (
            <>
              Selected: <b>{names.join(", in ")}</b>
            </>
          ) : (
            "Select it: click it on the map, or move there with [ and ]."
          )}
        </p>
      )}
      <button class="button small" disabled={closed || names.length === 0} onClick={() => onGiven(names)}>
        This one
      </button>
    </div>
  );
}

/** The condition is looked at by the console, which knows the script's variables. */
function Reached({ question: { condition }, closed, onGiven }: Form) {
  const check = async () => {
    const answer = await runLine(condition ?? "");
    onGiven([answer && !answer.failed ? answer.text : "false"]);
  };
  return (
    <div class="given">
      <p class="hint">
        Give commands in the console, until <code>{condition}</code>
      </p>
      <button class="button small" disabled={closed || waiting.value.length > 0} onClick={check}>
        Check
      </button>
    </div>
  );
}

function Check({ closed, onClick }: { closed: boolean; onClick: () => void }) {
  return (
    <button class="button small" disabled={closed} onClick={onClick}>
      Check
    </button>
  );
}

/** No form: a sandboxed frame may not be allowed any. */
const onEnter = (submit: () => void) => (event: KeyboardEvent) => {
  if (event.key !== "Enter" || !(event.target instanceof HTMLInputElement)) return;
  event.preventDefault();
  submit();
};
