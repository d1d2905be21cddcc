// Colours for the script's language: enough of Rhai to tell words, numbers, texts and comments apart.
import { HighlightStyle, StreamLanguage, type StreamParser, syntaxHighlighting } from "@codemirror/language";
import { tags } from "@lezer/highlight";

const keywords = new Set(
  "let const if else switch while loop do until for in break continue return throw try catch fn true false".split(" "),
);

type State = { comment: number; quote: string };

const parser: StreamParser<State> = {
  startState: () => ({ comment: 0, quote: "" }),
  token(stream, state) {
    if (state.comment > 0) return inComment(stream, state);
    if (state.quote) return inText(stream, state);
    if (stream.eatSpace()) return null;
    if (stream.match("//")) {
      stream.skipToEnd();
      return "comment";
    }
    if (stream.match("/*")) {
      state.comment = 1;
      return inComment(stream, state);
    }
    const quote = stream.match(/^["`']/) as RegExpMatchArray | null;
    if (quote) {
      state.quote = quote[0];
      return inText(stream, state);
    }
    if (stream.match(/^0[xX][\da-fA-F_]+|^0[bB][01_]+|^\d[\d_]*(\.\d+)?/)) return "number";
    const word = stream.match(/^[A-Za-z_]\w*/) as RegExpMatchArray | null;
    if (word && keywords.has(word[0])) return "keyword";
    if (word) return stream.peek() === "(" ? "variableName.function" : "variableName";
    stream.next();
    return null;
  },
  languageData: { commentTokens: { line: "//" }, closeBrackets: { brackets: ["(", "[", "{", '"'] } },
};

type Stream = Parameters<typeof parser.token>[0];

function inComment(stream: Stream, state: State): string {
  while (!stream.eol()) {
    if (stream.match("/*")) state.comment++;
    else if (stream.match("*/")) {
      if (--state.comment === 0) break;
    } else stream.next();
  }
  return "comment";
}

function inText(stream: Stream, state: State): string {
  let continued = false;
  while (!stream.eol()) {
    const letter = stream.next();
    if (letter === "\\") continued = stream.next() === undefined;
    else if (letter === state.quote) {
      state.quote = "";
      return "string";
    }
  }
  // Only texts in backticks, and lines that end in a backslash, go on in the next line.
  if (state.quote !== "`" && !continued) state.quote = "";
  return "string";
}

const style = HighlightStyle.define([
  { tag: tags.comment, color: "var(--code-comment)" },
  { tag: tags.keyword, color: "var(--code-keyword)" },
  { tag: tags.string, color: "var(--code-text)" },
  { tag: tags.number, color: "var(--code-number)" },
  { tag: tags.function(tags.variableName), color: "var(--code-call)" },
]);

export const rhai = [StreamLanguage.define(parser), syntaxHighlighting(style)];
