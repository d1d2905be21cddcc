// Questions that are judged: what the reader has answered, what it is worth, and the score. Of a lesson it is kept in
// this browser; of any other scenario as long as its machine is on show.
import { computed, signal } from "@preact/signals";
import { Tick } from "../wasm/module";
import type { JudgedDto, QuestionDto, Session, Subject } from "../wasm/types";
import { address } from "./address";
import { followed } from "./followed";
import { session, ticks } from "./session";
import { edited, source } from "./source";

/** How a question stands. `share`: of its points, from 0 to 1, the best of all tries. */
export type Tried = { share: number; tries: number; looked: boolean };
/** By the number of the question's step. */
type Answers = Record<number, Tried>;

const NAME = "pageturner-answers";
const unasked: Tried = { share: 0, tries: 0, looked: false };

/** Of lessons, by their name. */
const ofLessons = signal<Record<string, Answers>>(read());
/** Of the machine on show, where it is no lesson's. */
const ofMachine = signal<{ machine: Session | null; answers: Answers }>({ machine: null, answers: {} });

/** The lesson whose questions these are; null for any other scenario. */
const lesson = computed(() => (edited.value || source.value.readOnly ? null : source.value.id));

const answers = computed<Answers>(() => {
  if (lesson.value) return ofLessons.value[lesson.value] ?? {};
  return ofMachine.value.machine === session.value ? ofMachine.value.answers : {};
});

/** How the question of a step stands. */
export const tried = (step: number): Tried => answers.value[step] ?? unasked;

/** Whether it can be answered no more: it is right, was looked up, or was tried as often as it may be. */
export function isClosed({ step, tries }: QuestionDto): boolean {
  const at = tried(step);
  return at.share === 1 || at.looked || (tries > 0 && at.tries >= tries);
}

/** Judges an answer and keeps what it is worth; null if the machine has gone. What cannot be read does not count. */
export function answer(question: QuestionDto, given: string[]): JudgedDto | null {
  const judged = session.peek()?.judge(question.step, false, given) ?? null;
  if (!judged || judged.unread || isClosed(question)) return judged;
  const before = tried(question.step);
  const share = Math.max(before.share, judged.right / judged.of);
  keep(question.step, { ...before, share, tries: before.tries + 1 });
  return judged;
}

/** The answer is looked up: no more counts. */
export function look({ step }: QuestionDto): void {
  keep(step, { ...tried(step), looked: true });
}

/** Begins a question again. */
export function again({ step }: QuestionDto): void {
  keep(step, unasked);
}

/** Whether anything has been answered: cheap, where the score asks the machine for every question. */
export const isBegun = computed(() => Object.keys(answers.value).length > 0);

/** All questions of the scenario on show that are judged. */
const questions = computed<QuestionDto[]>(() => {
  const machine = session.value;
  if (!machine) return [];
  const steps = [...ticks.value.keys()].filter((step) => ticks.value[step] === Tick.Ask);
  return steps.flatMap((step) => machine.question(step, false) ?? []);
});

export type Score = { points: number; of: number; answered: number; questions: number };

/** What has been reached; null where nothing is judged, or where commands of one's own have changed what is asked. */
export const score = computed<Score | null>(() => {
  if (questions.value.length === 0 || followed.value.length > 0) return null;
  const all = questions.value.map((question) => ({ question, at: tried(question.step) }));
  return {
    points: all.reduce((sum, { question, at }) => sum + at.share * question.points, 0),
    of: all.reduce((sum, { question }) => sum + question.points, 0),
    answered: all.filter(({ at }) => at.tries > 0 || at.looked).length,
    questions: all.length,
  };
});

/** A number of points, with a decimal where it has one. */
export const points = (n: number) => (Number.isInteger(n) ? `${n}` : n.toFixed(1));

/** The names of a thing that is pointed at: a page's own, and its frame's. */
export function namesOf(subject: Subject): string[] {
  const machine = session.peek();
  switch (subject.kind) {
    case "frame":
      return [`frame ${subject.pfn}`];
    case "slot":
      return [`slot ${subject.slot}`];
    case "process":
      return [`process ${subject.pid}`];
    case "page": {
      const page = machine?.page(subject.pid, subject.vpn);
      const frame = page && (page.state === "frame" || page.state === "run") ? [`frame ${page.at}`] : [];
      return [`page ${subject.pid} ${address(subject.vpn)}`, ...frame];
    }
    case "vma":
      return [];
  }
}

/** What has been answered of the scenario on show, to be kept elsewhere. */
export const answersNow = (): unknown => answers.peek();

/** Takes up answers that were kept elsewhere, as far as they are some. */
export function takeAnswers(kept: unknown): void {
  for (const [step, at] of Object.entries(ofLesson(kept))) keep(Number(step), at);
}

/** Reads again what is kept: another tab may have answered. */
export function readAnswers({ key }: { key: string | null }): void {
  if (key === NAME || key === null) ofLessons.value = read();
}

function keep(step: number, at: Tried): void {
  const id = lesson.peek();
  if (!id) {
    const machine = session.peek();
    const before = ofMachine.peek().machine === machine ? ofMachine.peek().answers : {};
    ofMachine.value = { machine, answers: { ...before, [step]: at } };
    return;
  }
  const all = read();
  ofLessons.value = { ...all, [id]: { ...all[id], [step]: at } };
  try {
    localStorage.setItem(NAME, JSON.stringify(ofLessons.peek()));
  } catch {
    // Storage is forbidden or full: then it is known as long as the page lives.
  }
}

/** What is kept, as far as it is what this page has written. */
function read(): Record<string, Answers> {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(NAME) ?? "{}");
    const lessons = Object.entries(kept ?? {}).map(([id, answers]) => [id, ofLesson(answers)] as const);
    return Object.fromEntries(lessons);
  } catch {
    return {};
  }
}

function ofLesson(kept: unknown): Answers {
  const all = Object.entries(kept ?? {}).flatMap(([step, at]): [number, Tried][] => {
    const { share, tries, looked } = (at ?? {}) as Partial<Record<keyof Tried, unknown>>;
    const isShare = typeof share === "number" && share >= 0 && share <= 1;
    const isCount = Number.isInteger(tries) && Number.isInteger(Number(step));
    return isShare && isCount ? [[Number(step), { share, tries: tries as number, looked: looked === true }]] : [];
  });
  return Object.fromEntries(all);
}
