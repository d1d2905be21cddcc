// The index of lessons: by topic, what each teaches, how long it takes, and how far the reader has come.
import { signal } from "@preact/signals";
import { type Lesson, lessons, topics } from "../model/lessons";
import { type Far, forgetProgress, progress } from "../model/progress";
import { openLesson } from "../model/runner";
import { edited, setLesson, source, title } from "../model/source";
import { Dialog } from "../parts/Dialog";
import { Icon } from "../parts/Icon";
import { Coded } from "../parts/Prose";

export const lessonsShown = signal(false);

/** What is open, and the way to all lessons. */
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

export function Lessons() {
  const done = lessons.filter(({ id }) => progress.value[id] === "done").length;
  return (
    <Dialog
      shown={lessonsShown}
      kind="lessons-dialog"
      title="Lessons"
      beside={
        <span class="count">
          {done} of {lessons.length} done
        </span>
      }
    >
      {topics.map(([topic, list]) => (
        <section key={topic}>
          <h3>{topic}</h3>
          <ol class="shelf">
            {list.map((lesson) => (
              <li key={lesson.id}>
                <Entry lesson={lesson} />
              </li>
            ))}
          </ol>
        </section>
      ))}
      {Object.keys(progress.value).length > 0 && (
        <p class="shelf-foot">
          <button
            class="button small quiet"
            onClick={() => {
              lessonsShown.value = false;
              forgetProgress();
            }}
          >
            Forget how far I have come
          </button>
        </p>
      )}
    </Dialog>
  );
}

function Entry({ lesson }: { lesson: Lesson }) {
  const here = lesson.id === source.value.id;
  const far = progress.value[lesson.id];
  return (
    <button class="entry" onClick={() => choose(lesson)} aria-current={here ? "true" : undefined}>
      <span class="entry-number">{lesson.order}</span>
      <span class="entry-text">
        <span class="entry-title">{lesson.title}</span>
        <span class="entry-teaches">
          <Coded text={lesson.teaches} />
        </span>
      </span>
      <span class="entry-facts">
        <span>{lesson.minutes} min</span>
        <Reached far={far} />
      </span>
    </button>
  );
}

function Reached({ far }: { far: Far | undefined }) {
  if (far === "done") return <span class="far done">✓ done</span>;
  return <span class="far">{far === "begun" ? "◐ begun" : "○ new"}</span>;
}

export function choose(lesson: Lesson): void {
  lessonsShown.value = false;
  setLesson(lesson);
  void openLesson();
}
