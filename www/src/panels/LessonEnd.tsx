// After a lesson's last note: what has been learned, and the way on.
import { computed } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { followed } from "../model/followed";
import { lessons } from "../model/lessons";
import { narration } from "../model/narration";
import { edited, source, unrun } from "../model/source";
import { Coded } from "../parts/Prose";
import { choose, lessonsShown } from "./Lessons";

/** The lesson whose last words are on show; null if it is not over. With commands of one's own, or a changed text, the
 *  end is not the lesson's. */
const over = computed(() => {
  const { number, of } = narration.value;
  if (edited.value || unrun.value || followed.value.length > 0 || of === 0 || number < of) return null;
  return lessons.find(({ id }) => id === source.value.id) ?? null;
});
const following = computed(() => (over.value ? lessons[lessons.indexOf(over.value) + 1] : undefined));

/** In place of the way to the next note, where there is none. */
export function NextLesson({ before }: { before: ComponentChildren }) {
  const next = following.value;
  if (!next) return <>{before}</>;
  return (
    <button class="button next" onClick={() => choose(next)} title={`${next.order} ${next.title}`}>
      Next lesson ›
    </button>
  );
}

export function LessonEnd() {
  const [lesson, next] = [over.value, following.value];
  if (!lesson) return null;
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
