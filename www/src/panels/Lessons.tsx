// The index of lessons: by topic, what each teaches, how long it takes, and how far the reader has come.
import { type Lesson, lessons, topics } from "../model/lessons";
import { type Far, forgetProgress, progress } from "../model/progress";
import { source } from "../model/source";
import { Dialog } from "../parts/Dialog";
import { Coded } from "../parts/Prose";
import { choose, lessonsShown } from "./LessonPicker";

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
