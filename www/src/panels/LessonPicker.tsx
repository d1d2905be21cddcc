// Which lesson is open, and the way to all lessons, whose index is fetched later.
import { signal } from "@preact/signals";
import { type Lesson, lessons } from "../model/lessons";
import { openLesson } from "../model/runner";
import { edited, setLesson, source, title } from "../model/source";
import { Icon } from "../parts/Icon";

export const lessonsShown = signal(false);

export function LessonPicker() {
  const lesson = lessons.find(({ id }) => id === source.value.id);
  return (
    <div class="picker" data-lesson={lesson?.id}>
      <button
        class="button"
        onClick={() => (lessonsShown.value = true)}
        aria-label="Lessons"
        aria-haspopup="dialog"
        title="All lessons: what each teaches, and how far you have come"
      >
        <Icon name="lessons" /> <span>Lessons</span>
      </button>
      <p class="opened">
        {lesson && !edited.value && <b class="number">{lesson.order}</b>} {title.value || "—"}
        {lesson && edited.value && " (edited)"}
      </p>
    </div>
  );
}

export async function choose(lesson: Lesson): Promise<void> {
  lessonsShown.value = false;
  if (await setLesson(lesson)) await openLesson();
}
