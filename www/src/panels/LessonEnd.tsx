// After a lesson's last note: what has been learned, and the way on.
import { followed } from "../model/followed";
import { lessons } from "../model/lessons";
import { narration } from "../model/narration";
import { edited, source, unrun } from "../model/source";
import { Coded } from "../parts/Prose";
import { choose, lessonsShown } from "./Lessons";

export function LessonEnd() {
  const { number, of } = narration.value;
  const lesson = lessons.find(({ id }) => id === source.value.id);
  // With commands of one's own, or a changed text, the end is not the lesson's.
  if (!lesson || edited.value || unrun.value || followed.value.length > 0 || of === 0 || number < of) return null;
  const next = lessons[lessons.indexOf(lesson) + 1];
  return (
    <section class="lesson-end" aria-label="The end of the lesson">
      <h3>What you have seen</h3>
      <ul>
        {lesson.learned.map((text) => (
          <li key={text}>
            <Coded text={text} />
          </li>
        ))}
      </ul>
      <p class="lesson-ways">
        {next ? (
          <button class="button due" onClick={() => choose(next)}>
            Next lesson: {next.order} {next.title} ›
          </button>
        ) : (
          <span>That was the last lesson.</span>
        )}
        {next && <span class="count">{next.minutes} minutes</span>}
        <button class="button quiet" onClick={() => (lessonsShown.value = true)}>
          All lessons
        </button>
      </p>
    </section>
  );
}
