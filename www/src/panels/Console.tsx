// One command at a time, in the script's language. A command given in the past cuts the future, and says so.
import { signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { complete, runLine } from "../model/console";
import { LONGEST_LINE } from "../model/followed";
import { log, unsent, waiting } from "../model/log";
import { session } from "../model/session";
import { CutWarning } from "../parts/CutWarning";
import { Coded } from "../parts/Prose";

/** Names that the word being typed may become. */
const offered = signal<string[]>([]);

export function Console() {
  const end = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (end.current) end.current.scrollTop = end.current.scrollHeight;
  }, [log.value, waiting.value]);
  return (
    <section class="panel console" aria-labelledby="console-title">
      <div class="panel-head">
        <h2 id="console-title">Console</h2>
        <CutWarning />
      </div>
      <div
        class="console-log"
        ref={end}
        role="log"
        aria-label="Answers"
        aria-busy={waiting.value.length > 0}
        tabIndex={0}
      >
        {log.value.length + waiting.value.length === 0 && (
          <p class="hint">Try: p1.mmap(2), or help. Tab completes a name.</p>
        )}
        {log.value.map((line, i) => (
          <p key={i} class={`line-${line.kind}`}>
            {line.kind === "error" ? <Coded text={line.text} /> : line.text}
          </p>
        ))}
        {waiting.value.map((line, i) => (
          <p key={log.value.length + i} class="line-waiting">
            {line}
          </p>
        ))}
      </div>
      <p class="names" id="console-names" role="status">
        {offered.value.join("  ")}
      </p>
      <Prompt />
    </section>
  );
}

/** What all names begin with. */
function shared(names: string[]): string {
  const [first = "", ...rest] = names;
  let length = first.length;
  for (const name of rest) while (!name.startsWith(first.slice(0, length))) length--;
  return first.slice(0, length);
}

/** Completes the word before the caret as far as it is clear, and offers the names that it may become. */
async function completeWord(input: HTMLInputElement): Promise<void> {
  const caret = input.selectionStart ?? 0;
  const typed = input.value;
  const before = typed.slice(0, caret);
  const names = await complete(before);
  // Meanwhile the reader may have typed on.
  if (input.value !== typed || input.selectionStart !== caret) return;
  offered.value = names.length > 1 ? names : [];
  const word = /\w*$/.exec(before)![0];
  const more = shared(names).slice(word.length);
  if (!more) return;
  unsent.value = before + more + typed.slice(caret);
  input.value = unsent.peek();
  input.setSelectionRange(caret + more.length, caret + more.length);
}

function Prompt() {
  const at = useRef(0);
  return (
    <form
      class="prompt"
      onSubmit={(event) => {
        event.preventDefault();
        const line = unsent.peek();
        if (!line.trim()) return;
        void runLine(line);
        offered.value = [];
        unsent.value = "";
        at.current = 0;
      }}
    >
      <label for="console-input" aria-label="Command">
        ›
      </label>
      <input
        id="console-input"
        name="line"
        autoComplete="off"
        autoCapitalize="off"
        spellcheck={false}
        maxLength={LONGEST_LINE}
        placeholder="a command, then Enter"
        disabled={!session.value}
        value={unsent.value}
        onInput={(event) => {
          unsent.value = event.currentTarget.value;
          offered.value = [];
        }}
        onKeyDown={(event) => {
          const input = event.currentTarget;
          if (event.key === "Escape") input.blur();
          const word = /[\w.]$/.test(input.value.slice(0, input.selectionStart ?? 0));
          // With nothing to complete, Tab goes on to the next thing on the page.
          if (event.key === "Tab" && !event.shiftKey && word) {
            event.preventDefault();
            void completeWord(input);
          }
          if (event.key !== "ArrowUp" && event.key !== "ArrowDown") return;
          event.preventDefault();
          const answered = log.peek().filter(({ kind }) => kind === "in");
          const typedBefore = [...answered.map(({ text }) => text), ...waiting.peek()];
          at.current = Math.max(0, Math.min(typedBefore.length, at.current + (event.key === "ArrowUp" ? 1 : -1)));
          unsent.value = at.current ? (typedBefore.at(-at.current) ?? "") : "";
        }}
      />
    </form>
  );
}
