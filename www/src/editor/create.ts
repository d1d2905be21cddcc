// The script editor. It lives in a shadow root: there CodeMirror uses constructed style sheets, so that the page's
// content-security policy can do without inline styles.
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { bracketMatching, indentUnit } from "@codemirror/language";
import { Compartment, EditorState } from "@codemirror/state";
import { drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers } from "@codemirror/view";
import type { ErrorDto } from "../wasm/types";
import { folding, foldTexts } from "./fold";
import { look } from "./look";
import { lineMarks, setError, setRunning } from "./marks";
import { rhai } from "./rhai";

export type Editor = {
  setText(text: string, readOnly: boolean): void;
  setRunning(line: number | null): void;
  setError(error: ErrorDto | null): void;
  focus(): void;
  destroy(): void;
};

export type EditorEvents = { typed(text: string): void; run(): void; line(number: number): void };

export function createEditor(host: HTMLElement, events: EditorEvents): Editor {
  const root = host.shadowRoot ?? host.attachShadow({ mode: "open" });
  const readOnly = new Compartment();
  let quiet = false;
  const view = new EditorView({
    root,
    parent: root,
    extensions: [
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
      readOnly.of([]),
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
    ],
  });

  return {
    setText(text, locked) {
      quiet = true;
      view.dispatch({
        changes: { from: 0, to: view.state.doc.length, insert: text },
        selection: { anchor: 0 },
        effects: readOnly.reconfigure(locked ? [EditorState.readOnly.of(true)] : []),
      });
      quiet = false;
      if (!locked) foldTexts(view);
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
