// After a lesson's last note: what has been learned, and the way on.
import type { ComponentChildren } from "preact";
import { endingLesson, isEnded } from "../model/ending";
import { lessons } from "../model/lessons";
import { points, score } from "../model/quiz";
import { Coded } from "../parts/Prose";
import { choose, lessonsShown } from "./LessonPicker";

/** In place of the way to the next note, at the end. */
export function NextLesson({ before }: { before: ComponentChildren }) {
  const lesson = isEnded() ? endingLesson.value : null;
  const next = lesson && lessons[lessons.indexOf(lesson) + 1];
  if (!next) return <>{before}</>;
  return (
    <button class="button next" onClick={() => choose(next)} title={`${next.order} ${next.title}`}>
      Next lesson ›
    </button>
  );
}

/** What the questions were worth. */
function Score() {
  if (!score.value) return null;
  const { points: reached, of } = score.value;
  return (
    <span class="count">
      {points(reached)} of {of} points
    </span>
  );
}

export function LessonEnd() {
  const lesson = endingLesson.value;
  if (!lesson) return null;
  const next = lessons[lessons.indexOf(lesson) + 1];
  return (
    <section class="lesson-end" aria-label="The end of the lesson">
      <h3>
        What you have seen <Score />
      </h3>
      <ul>
        {lesson.learned.map((text) => (
          <li key={text}>
            <Coded text={text} />
          </li>
        ))}
      </ul>
      <p class="lesson-ways">
        {next ? (
          <span>
            Next comes{" "}
            <b>
              {next.order} {next.title}
            </b>
            , {next.minutes} minutes.
          </span>
        ) : (
          <span>That was the last lesson.</span>
        )}
        <button class="button quiet" onClick={() => (lessonsShown.value = true)}>
          All lessons
        </button>
      </p>
    </section>
  );
}
