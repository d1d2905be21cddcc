// "Why?" beside a value, and the answer: the event that set it, with the way back to where that was asked.
import { wording } from "../model/bits";
import { state } from "../model/session";
import { cause, goBack, goToCause, same } from "../model/why";
import type { Subject } from "../wasm/types";

/** Asks about a subject's value of this name; `value` is what it is, where it is shown in words. */
export function Why({
  subject,
  name,
  value,
  question,
}: {
  subject: Subject;
  name: string;
  value?: string;
  question: string;
}) {
  return (
    <button
      class="button quiet small why-button"
      onClick={() => goToCause(subject, name, value)}
      aria-label={question}
      title="Go to the event that set this"
    >
      why?
    </button>
  );
}

/** The last answer, above the parts that scroll. */
export function Cause() {
  const found = cause.value;
  if (!found) return null;
  const { before, text, from } = found;
  const { name, said } = wording(from.subject, found.name);
  const value = found.value && said(found.value);
  return (
    <div class="cause" role="status">
      <p>
        <b>{spelled(name)}</b>
        {value && (
          <>
            : {before !== null && before !== found.value && <del>{said(before)}</del>} <ins>{value}</ins>
          </>
        )}
        {". "}
        {text ? `${text}.` : "Nothing has set it: it is as it was at the start."}
      </p>
      {!same(from.place, state.value!.cursor) && (
        <button class="button small" onClick={goBack}>
          Back to step {from.place.step}
        </button>
      )}
    </div>
  );
}

/** A value's name in words: what is shown as a drawing or as bytes has none of its own, and a level of the page tables
 *  is an entry of that level. */
function spelled(name: string): string {
  return state.value?.machine.levels.includes(name) ? `The entry of the ${name} table` : (names[name] ?? name);
}

const names: Record<string, string> = {
  "way back": "The way back",
  mappings: "What maps it",
  bytes: "The bytes",
};
