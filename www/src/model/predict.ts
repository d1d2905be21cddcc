// Predict mode: before each command that matters the page asks what it will do, and does not go on before it is
// answered or left out. The score is kept by kind, as long as the machine is on show.
import { computed, signal } from "@preact/signals";
import type { JudgedDto, QuestionDto, Session, StepDto } from "../wasm/types";
import { kept } from "./kept";
import { gate, history, session, state, ticks } from "./session";
import { inside, wordsEnd } from "./stops";

const setting = kept("pageturner-predict", ["on", "off"]);
/** Whether the page asks. */
export const predicting = computed(() => setting.value === "on");
export const togglePredicting = () => (setting.value = predicting.peek() ? "off" : "on");

/** What was said before a command; `share` is null if it was left out. */
type Said = { what: string; share: number | null };
const said = signal<{ machine: Session | null; age: number; steps: Record<number, Said> }>({
  machine: null,
  age: 0,
  steps: {},
});

const answers = computed(() => {
  const { machine, age, steps } = said.value;
  return machine === session.value && age === history.value ? steps : {};
});

/** The question before the command that comes next, and that command; null if there is none. */
export const ahead = computed<{ question: QuestionDto; step: StepDto } | null>(() => {
  const [machine, at] = [session.value, state.value];
  if (!predicting.value || !machine || !at || inside()) return null;
  const next = wordsEnd(ticks.value, at.cursor.step);
  const question = machine.question(next, true);
  const step = machine.steps(next, 1)[0];
  return question && step ? { question, step } : null;
});

/** What was said of the command that comes next; undefined: nothing yet. */
export const ofNext = computed<Said | undefined>(() =>
  ahead.value ? answers.value[ahead.value.question.step] : undefined,
);

/** Judges a prediction; what cannot be read does not count. */
export function predict(given: string[]): JudgedDto | null {
  const question = ahead.peek()?.question;
  const judged = question && session.peek()?.judge(question.step, true, given);
  if (!question || !judged || judged.unread) return judged ?? null;
  note(question, { what: question.foresees ?? "", share: judged.right / judged.of });
  return judged;
}

/** Goes on without a prediction. */
export function leaveOut(): void {
  const question = ahead.peek()?.question;
  if (question) note(question, { what: question.foresees ?? "", share: null });
}

function note({ step }: QuestionDto, one: Said): void {
  said.value = { machine: session.peek(), age: history.peek(), steps: { ...answers.peek(), [step]: one } };
}

/** How many predictions were right, by what they foresaw. */
export const scores = computed<[string, number, number][]>(() => {
  const all = Object.values(answers.value).filter(({ share }) => share !== null);
  const kinds = [...new Set(all.map(({ what }) => what))];
  return kinds.map((kind) => {
    const of = all.filter(({ what }) => what === kind);
    return [kind, of.filter(({ share }) => share === 1).length, of.length];
  });
});

/** Whether a question waits before the command that comes next. */
gate.closed = () => ahead.peek() !== null && ofNext.value === undefined;

/** At most this many commands are looked at for the next question. */
const MOST = 400;

/** Where a run to a stop has to halt, because the command after it is asked about. */
gate.until = (to: number) => {
  const [machine, at] = [session.peek(), state.peek()];
  if (!predicting.peek() || !machine || !at) return to;
  const all = ticks.peek();
  const first = wordsEnd(all, inside() ? at.cursor.step + 1 : at.cursor.step);
  for (let step = first; step < Math.min(to, first + MOST); step = wordsEnd(all, step + 1))
    if (!answers.peek()[step] && machine.question(step, true)) return step;
  return to;
};
