// The editor's looks. Colours come from the page's custom properties, which reach into the shadow root.
import { EditorView } from "@codemirror/view";

export const look = EditorView.theme({
  "&": { height: "100%", fontSize: "12.5px", color: "var(--ink)", backgroundColor: "transparent" },
  "&.cm-focused": { outline: "2px solid var(--focus)", outlineOffset: "-2px" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.55", overflow: "auto" },
  ".cm-content": { caretColor: "var(--ink)", padding: "8px 0" },
  ".cm-cursor": { borderLeftColor: "var(--ink)" },
  ".cm-gutters": { backgroundColor: "transparent", color: "var(--ink-2)", border: "none", cursor: "pointer" },
  ".cm-lineNumbers .cm-gutterElement": { padding: "0 8px 0 12px", minWidth: "34px" },
  ".cm-activeLine": { backgroundColor: "transparent" },
  "&.cm-focused .cm-activeLine:not(.pt-running)": { backgroundColor: "var(--hover)" },
  ".cm-selectionBackground, &.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground": {
    backgroundColor: "var(--selection)",
  },
  ".cm-matchingBracket": { backgroundColor: "var(--selection)", outline: "none" },
  ".cm-foldPlaceholder": {
    margin: "0 2px",
    padding: "0 5px",
    border: "1px solid var(--line-2)",
    borderRadius: "3px",
    backgroundColor: "var(--panel)",
    color: "var(--ink-2)",
  },
  ".pt-running": { backgroundColor: "var(--running)" },
  ".pt-running-gutter": {
    backgroundColor: "var(--running)",
    color: "var(--ink)",
    boxShadow: "inset 3px 0 var(--accent)",
  },
  ".pt-failing": { backgroundColor: "var(--bad-wash)" },
  ".pt-message": {
    color: "var(--bad)",
    backgroundColor: "var(--bad-wash)",
    padding: "0 8px 4px 6px",
    fontFamily: "var(--sans)",
    fontSize: "12.5px",
    lineHeight: "1.4",
    whiteSpace: "pre-wrap",
  },
  ".pt-caret": { fontFamily: "var(--mono)", lineHeight: "1", whiteSpace: "pre", overflow: "hidden" },
});
