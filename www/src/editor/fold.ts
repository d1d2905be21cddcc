// Long texts of notes and questions are folded in the script: they are shown above it, and the calls between them are
// what is to be read here. A click on the sign unfolds one.
import { codeFolding, foldEffect } from "@codemirror/language";
import type { EditorState, StateEffect } from "@codemirror/state";

export const folding = codeFolding({ placeholderText: "…" });

/** Texts longer than this are folded, down to their first words. */
const LONG = 72;
const FIRST_WORDS = 24;

// A comment is matched so that a quote in it opens no text.
const texts = /\/\/[^\n]*|"(?:[^"\\]|\\[\s\S])*"|`[^`]*`/g;

/** What folds all long texts of the document. */
export function foldTexts({ doc }: EditorState): StateEffect<unknown>[] {
  const effects = [];
  for (const match of doc.toString().matchAll(texts)) {
    if (match[0].startsWith("//") || match[0].length <= LONG) continue;
    const cut = match[0].indexOf(" ", FIRST_WORDS);
    effects.push(
      foldEffect.of({
        from: match.index + Math.min(cut < 0 ? FIRST_WORDS : cut, LONG),
        to: match.index + match[0].length - 1,
      }),
    );
  }
  return effects;
}
