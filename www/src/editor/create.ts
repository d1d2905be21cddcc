// The script editor. It lives in a shadow root: there CodeMirror uses constructed style sheets, so that the page's
// content-security policy can do without inline styles.
import { defaultKeymap, history, historyKeymap, isolateHistory } from "@codemirror/commands";
import { bracketMatching, indentUnit } from "@codemirror/language";
import { Compartment, EditorState, type Extension } from "@codemirror/state";
import { drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers } from "@codemirror/view";
import { picture } from "../model/slices";
import type { ErrorDto } from "../wasm/types";
import { folding, foldTexts } from "./fold";
import { look } from "./look";
import { lineMarks, setError, setRunning } from "./marks";
import { rhai } from "./rhai";

/** A text, and whether it is only to be read. */
export type Shown = { text: string; readOnly: boolean };

export type Editor = {
  /** `other`: it is no change of the text before, which cannot be undone then, but another. */
  setText(shown: Shown, other: boolean): void;
  setRunning(line: number | null): void;
  setError(error: ErrorDto | null): void;
  focus(): void;
  destroy(): void;
};

export type EditorEvents = { typed(text: string): void; run(): void; line(number: number): void };

/** Makes the editor in two tasks, since in one it would hold the browser up for long: first its state, then what is
 *  seen of it. */
export async function createEditor(host: HTMLElement, events: EditorEvents, shown: Shown): Promise<Editor> {
  const root = host.shadowRoot ?? host.attachShadow({ mode: "open" });
  const readOnly = new Compartment();
  const locked = ({ readOnly }: Shown) => (readOnly ? [EditorState.readOnly.of(true)] : []);
  let quiet = false;
  const extensions = (shown: Shown): Extension => [
    lineNumbers({
      domEventHandlers: {
        mousedown(view, block) {
          events.line(view.state.doc.lineAt(block.from).number);
          return true;
        },
      },
    }),
    history(),
    drawSelection(),
    highlightActiveLine(),
    bracketMatching(),
    indentUnit.of("    "),
    EditorView.lineWrapping,
    rhai,
    lineMarks,
    folding,
    look,
    readOnly.of(locked(shown)),
    keymap.of([
      {
        key: "Mod-Enter",
        run() {
          events.run();
          return true;
        },
      },
      // Tab is left alone: it leaves the editor, as everywhere on the page.
      ...defaultKeymap,
      ...historyKeymap,
    ]),
    EditorView.contentAttributes.of({ "aria-label": "Script", spellcheck: "false", tabindex: "0" }),
    EditorView.updateListener.of((update) => {
      if (update.docChanged && !quiet) events.typed(update.state.doc.toString());
    }),
  ];

  const stateOf = (shown: Shown) => EditorState.create({ doc: shown.text, extensions: extensions(shown) });

  const whole = stateOf(shown);
  // Folded before it is drawn: to draw it twice would take twice as long.
  const state = shown.readOnly ? whole : whole.update({ effects: foldTexts(whole) }).state;
  await picture();
  const view = new EditorView({ state, root, parent: root });

  return {
    setText(shown, other) {
      if (other) {
        const { running } = view.state.field(lineMarks);
        view.setState(stateOf(shown));
        view.dispatch({ effects: setRunning.of(running) });
      } else {
        quiet = true;
        view.dispatch({
          changes: { from: 0, to: view.state.doc.length, insert: shown.text },
          selection: { anchor: 0 },
          effects: readOnly.reconfigure(locked(shown)),
          // Undone by itself, however soon it comes after typing.
          annotations: isolateHistory.of("full"),
        });
        quiet = false;
      }
      if (!shown.readOnly) view.dispatch({ effects: foldTexts(view.state) });
      view.scrollDOM.scrollTop = 0;
    },
    setRunning(line) {
      view.dispatch({ effects: setRunning.of(line) });
      if (line !== null && line <= view.state.doc.lines) reveal(view, view.state.doc.line(line).from);
    },
    setError(error) {
      view.dispatch({ effects: setError.of(error) });
      if (error?.line && error.line <= view.state.doc.lines) reveal(view, view.state.doc.line(error.line).from);
    },
    focus: () => view.focus(),
    destroy: () => view.destroy(),
  };
}

/** Scrolls only the editor, and only if the line is out of sight; the page itself must not jump. */
function reveal(view: EditorView, position: number): void {
  const block = view.lineBlockAt(position);
  const { scrollTop, clientHeight } = view.scrollDOM;
  const margin = 2 * view.defaultLineHeight;
  if (block.top - margin < scrollTop || block.bottom + margin > scrollTop + clientHeight)
    view.scrollDOM.scrollTop = block.top - clientHeight / 3;
}
