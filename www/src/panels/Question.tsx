// A question of the author's: one that is thought about, whose answer stays hidden until it is asked for, or one that
// is answered and judged.
import { signal, useSignal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import { again, answer, isClosed, look, points, tried } from "../model/quiz";
import { history, session } from "../model/session";
import { Prose } from "../parts/Prose";
import type { JudgedDto, QuestionDto, Session, StepDto } from "../wasm/types";
import { Given } from "./Given";

export function Question({ step }: { step: StepDto }) {
  const machine = session.value;
  const age = history.value;
  const question = useMemo(() => machine?.question(step.index, false) ?? null, [machine, step.index, age]);
  return (
    <div class="question">
      <Prose text={step.note} />
      {question ? <Judged key={question.step} question={question} why={step.answer ?? ""} /> : <Hidden step={step} />}
    </div>
  );
}

/** The questions whose answer was asked for, on which machine: it stays when one comes back. */
const answered = signal<{ machine: Session | null; steps: ReadonlySet<number> }>({ machine: null, steps: new Set() });

function Hidden({ step }: { step: StepDto }) {
  const { machine, steps } = answered.value;
  const known = machine === session.value ? steps : new Set<number>();
  const ask = () => {
    answered.value = { machine: session.peek(), steps: new Set(known).add(step.index) };
  };
  if (known.has(step.index))
    return (
      <div class="answer">
        <Prose text={step.answer ?? ""} />
      </div>
    );
  return (
    <button class="button small" onClick={ask}>
      Show the answer
    </button>
  );
}

/** A question that is judged: where it is answered, what that was worth, and in the end why. */
function Judged({ question, why }: { question: QuestionDto; why: string }) {
  const judged = useSignal<JudgedDto | null>(null);
  const closed = isClosed(question);
  const right = tried(question.step).share === 1;
  const check = (given: string[]) => {
    judged.value = answer(question, given);
  };
  const restart = () => {
    again(question);
    judged.value = null;
  };
  return (
    <>
      <Given question={question} closed={closed} cells={judged.value?.cells ?? []} onGiven={check} />
      <div class="judged" role="status">
        <Verdict question={question} judged={judged.value} />
      </div>
      {closed && (!right || why) && (
        <div class="answer">
          {!right && <Solution question={question} />}
          {why && <Prose text={why} />}
          {!right && (
            <button class="button small quiet" onClick={restart}>
              Try again
            </button>
          )}
        </div>
      )}
      {!closed && (
        <button class="button small quiet" onClick={() => look(question)}>
          Show the answer
        </button>
      )}
    </>
  );
}

function Verdict({ question, judged }: { question: QuestionDto; judged: JudgedDto | null }) {
  const { share, tries, looked } = tried(question.step);
  if (judged?.unread) return <p class="unread">{judged.unread}</p>;
  if (share === 1) return <p class="right">✓ Right{worth(question, share)}.</p>;
  if (!judged || looked) return null;
  const left = question.tries > 0 ? question.tries - tries : null;
  return (
    <>
      <p class="wrong">
        ✗ {judged.right > 0 ? `${judged.right} of ${judged.of} parts are right` : "Not right"}
        {left === 0 ? ": that was the last try." : left ? `. ${left === 1 ? "1 try" : `${left} tries`} left.` : "."}
      </p>
      {judged.hint && <Prose text={judged.hint} />}
    </>
  );
}

function worth({ points: of }: QuestionDto, share: number): string {
  return of === 1 ? "" : `, ${points(share * of)} of ${of} points`;
}

function Solution({ question }: { question: QuestionDto }) {
  const text = session.value?.solution(question.step, false);
  return text ? (
    <p>
      Right is: <b>{text}</b>
    </p>
  ) : null;
}
