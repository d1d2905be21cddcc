// The two marks in the script: the line that has run at the cursor, and the place of an error with its message.
import { type EditorState, type Range, RangeSet, StateEffect, StateField } from "@codemirror/state";
import { Decoration, EditorView, GutterMarker, gutterLineClass, WidgetType } from "@codemirror/view";
import type { ErrorDto } from "../wasm/types";

export const setRunning = StateEffect.define<number | null>();
export const setError = StateEffect.define<ErrorDto | null>();

type Marks = { running: number | null; error: ErrorDto | null };

const marks = StateField.define<Marks>({
  create: () => ({ running: null, error: null }),
  update(value, transaction) {
    let next = value;
    // Once the text is edited, an error's place is no longer right.
    if (transaction.docChanged && value.error) next = { ...next, error: null };
    for (const effect of transaction.effects) {
      if (effect.is(setRunning)) next = { ...next, running: effect.value };
      if (effect.is(setError)) next = { ...next, error: effect.value };
    }
    return next;
  },
  provide: (field) => [
    EditorView.decorations.from(field, (value) => (view) => decorate(view.state, value, false)),
    // Blocks that change the height must not depend on the view.
    EditorView.decorations.compute([field, "doc"], (state) => decorate(state, state.field(field), true)),
    gutterLineClass.compute([field, "doc"], (state) => gutter(state, state.field(field))),
  ],
});

export const lineMarks = marks;

function decorate(state: EditorState, { running, error }: Marks, blocks: boolean) {
  const found: Range<Decoration>[] = [];
  const failing = lineAt(state, error?.line ?? null);
  if (!blocks) {
    const line = lineAt(state, running);
    if (line) found.push(Decoration.line({ class: "pt-running" }).range(line.from));
    if (failing) found.push(Decoration.line({ class: "pt-failing" }).range(failing.from));
  } else if (failing && error) {
    found.push(Decoration.widget({ widget: new Message(error), block: true, side: 1 }).range(failing.to));
  }
  return Decoration.set(found, true);
}

class RunningMarker extends GutterMarker {
  override elementClass = "pt-running-gutter";
}
const runningMarker = new RunningMarker();

function gutter(state: EditorState, { running }: Marks) {
  const line = lineAt(state, running);
  return line ? RangeSet.of(runningMarker.range(line.from)) : RangeSet.empty;
}

function lineAt(state: EditorState, number: number | null) {
  return number !== null && number >= 1 && number <= state.doc.lines ? state.doc.line(number) : null;
}

/** The error's message under its line, with a caret under its column. */
class Message extends WidgetType {
  constructor(readonly error: ErrorDto) {
    super();
  }
  override eq(other: Message) {
    return other.error === this.error;
  }
  override toDOM() {
    const box = document.createElement("div");
    box.className = "pt-message";
    const caret = document.createElement("div");
    caret.className = "pt-caret";
    caret.textContent = `${" ".repeat(Math.min(200, Math.max(0, (this.error.column ?? 1) - 1)))}^`;
    const text = document.createElement("div");
    text.textContent = this.error.hint ? `${this.error.message}: ${this.error.hint}` : this.error.message;
    box.append(...(this.error.column ? [caret] : []), text);
    return box;
  }
}
