// Predict mode in the lesson's panel: what the next command will do, asked before it is shown.
import { useSignal } from "@preact/signals";
import { ahead, leaveOut, ofNext, predict, predicting, scores, togglePredicting } from "../model/predict";
import { session } from "../model/session";
import type { JudgedDto, QuestionDto } from "../wasm/types";
import { Given } from "./Given";

export function PredictButton() {
  return (
    <button
      class="button small predict-button"
      aria-pressed={predicting.value}
      onClick={togglePredicting}
      title="Ask before each step that matters what it will do"
    >
      Predict
    </button>
  );
}

export function Predict() {
  if (!predicting.value) return null;
  const next = ahead.value;
  if (!next && scores.value.length === 0) return null;
  return (
    <section class="question predict" aria-label="Predict the next step">
      {next && <Next key={next.question.step} question={next.question} text={next.step.text} />}
      <Scores />
    </section>
  );
}

function Next({ question, text }: { question: QuestionDto; text: string }) {
  const judged = useSignal<JudgedDto | null>(null);
  const said = ofNext.value;
  return (
    <>
      <p>
        Next: <code>{text}</code>
      </p>
      <p>
        <b>{question.words}</b>
      </p>
      {!said && (
        <Given question={question} closed={false} cells={[]} onGiven={(given) => (judged.value = predict(given))} />
      )}
      <div class="judged" role="status">
        {judged.value?.unread && <p class="unread">{judged.value.unread}</p>}
        {said?.share === 1 && <p class="right">✓ Right. Go on and see it.</p>}
        {said && said.share !== 1 && (
          <p class={said.share === null ? "unread" : "wrong"}>
            {said.share === null ? "" : "✗ Not right. "}It is: <b>{session.value?.solution(question.step, true)}</b>
          </p>
        )}
      </div>
      {!said && (
        <button class="button small quiet" onClick={leaveOut}>
          I do not know
        </button>
      )}
    </>
  );
}

const KINDS: Record<string, string> = {
  fault: "kinds of faults",
  victim: "victims",
  split: "splits",
  copy: "copies",
  merge: "merges",
};

/** How many predictions were right, by kind. */
function Scores() {
  if (scores.value.length === 0) return null;
  return (
    <p class="hint">
      Right so far: {scores.value.map(([kind, right, of]) => `${right} of ${of} ${KINDS[kind] ?? kind}`).join(", ")}
    </p>
  );
}
