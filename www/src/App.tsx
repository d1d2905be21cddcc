// The page: header, words, machine, details, timeline. In the reading view words and machine alone, and what was opened
// beside them; in the working view all of it, in columns that become tabs on narrow screens.
import { effect, signal } from "@preact/signals";
import { bindings } from "./keys";
import { others } from "./model/compare";
import { embedded, readOnly, shows } from "./model/embed";
import { staged } from "./model/figure";
import { lost } from "./model/lost";
import { notices, say } from "./model/notices";
import { isOpen, view } from "./model/panels";
import { place as replacement } from "./model/references";
import { job } from "./model/runner";
import { inspected, pointed } from "./model/selection";
import { noMachine, state } from "./model/session";
import { Drop } from "./panels/Drop";
import { EmbedBar } from "./panels/EmbedBar";
import { Figure } from "./panels/Figure";
import { Happening } from "./panels/Happening";
import { Header } from "./panels/Header";
import { InspectorHead } from "./panels/InspectorHead";
import { Keys } from "./panels/Keys";
import { Links } from "./panels/Links";
import { MemoryMap } from "./panels/MemoryMap";
import { Notice } from "./panels/Notice";
import { Processes } from "./panels/Processes";
import { Sheet } from "./panels/Sheet";
import { Step } from "./panels/Step";
import { Swap } from "./panels/Swap";
import { Timeline } from "./panels/Timeline";
import { Unrun } from "./panels/Unrun";
import { Words } from "./panels/Words";
import { Guarded } from "./parts/Guarded";
import { later } from "./parts/Later";
import { Part } from "./parts/Part";

const places = [
  ["lesson", "Lesson"],
  ["memory", "Memory"],
  ["inspect", "Inspect"],
  ["script", "Script"],
] as const;

const place = signal<(typeof places)[number][0]>("lesson");

// A comparison is opened in order to see the machines; that one was lost is said in its place.
effect(() => {
  if (others.value || lost.value) place.value = "memory";
});

const couldNot = ({ message }: { message: string }) =>
  say("page", { message: `A part of the page could not be loaded: ${message}` });
const nothing = () => null;
const Five = later(() => import("./panels/way/Five").then(({ Five }) => Five), nothing, couldNot);
const Open = later(() => import("./panels/Open").then(({ Open }) => Open), nothing, couldNot);
const Inspector = later(
  () => import("./panels/Inspector").then(({ Inspector }) => Inspector),
  () => (
    <section class="panel inspector" aria-labelledby="inspector-title">
      <InspectorHead />
    </section>
  ),
  couldNot,
);
const Allocator = later(() => import("./panels/alloc/Allocator").then(({ Allocator }) => Allocator), nothing, couldNot);
const Ports = later(() => import("./panels/Ports").then(({ Ports }) => Ports), nothing, couldNot);
const Heap = later(() => import("./panels/Heap").then(({ Heap }) => Heap), nothing, couldNot);
const Reclaim = later(() => import("./panels/Reclaim").then(({ Reclaim }) => Reclaim), nothing, couldNot);
const Lessons = later(() => import("./panels/Lessons").then(({ Lessons }) => Lessons), nothing, couldNot);
const Share = later(() => import("./panels/Share").then(({ Share }) => Share), nothing, couldNot);
const Tour = later(() => import("./panels/Tour").then(({ Tour }) => Tour), nothing, couldNot);
const Compare = later(() => import("./compare/Compare").then(({ Compare }) => Compare), Workspace, couldNot);
const PartingMarks = later(
  () => import("./compare/Partings").then(({ PartingMarks }) => PartingMarks),
  nothing,
  couldNot,
);

export function App() {
  return (
    <div
      class="app"
      aria-busy={job.value !== null}
      data-view={view.value}
      data-place={place.value}
      data-pointing={pointed.value.length > 0 ? "" : undefined}
      data-comparing={others.value && !noMachine.value ? "" : undefined}
      data-embed={embedded ? (shows("lesson") ? "words" : "machine") : undefined}
    >
      {!embedded && <Header />}
      <Notice />
      <nav class="places" aria-label="Panels">
        {places.map(([id, text]) => (
          <button key={id} aria-current={place.value === id ? "page" : undefined} onClick={() => (place.value = id)}>
            {text}
            {id === "script" && notices.value.editor && (
              <span class="wrong" role="img" aria-label="with a message">
                !
              </span>
            )}
          </button>
        ))}
      </nav>
      <Guarded>{others.value && !noMachine.value ? <Compare /> : <Workspace />}</Guarded>
      <Unrun />
      {embedded && <EmbedBar />}
      <Part n={4}>
        <footer class="time" hidden={embedded && !shows("timeline")}>
          <Guarded>
            <Timeline marks={others.value && <PartingMarks />} />
            {(isOpen("steps") || isOpen("counters")) && <Step />}
          </Guarded>
        </footer>
      </Part>
      <Part n={5}>
        <Keys bindings={bindings} />
        <Share />
        <Lessons />
        <Open />
        {!embedded && <Tour />}
        <Five />
        {!readOnly && <Drop />}
      </Part>
    </div>
  );
}

/** Whether an embedded page has a column of words. */
const wordy = () => shows("lesson") || shows("script") || shows("console");

function Workspace() {
  // What is selected is looked at, while it exists.
  const inspecting = isOpen("inspector") || inspected.value !== null;
  const clockAlone = replacement.value === "narrow";
  return (
    <main class="workspace">
      <Part n={1}>{(!embedded || wordy()) && <Words />}</Part>
      <Part n={2}>
        <div class="column machine-view">
          <Guarded>
            {staged.value ? (
              <Figure />
            ) : (
              <>
                {replacement.value === "wide" && <Reclaim />}
                {isOpen("memory") && <MemoryMap />}
                <Happening />
                {!!state.value?.heaps && isOpen("heap") && <Heap />}
                {!!state.value?.ports.length && <Ports />}
                {isOpen("processes") && <Processes />}
              </>
            )}
          </Guarded>
        </div>
      </Part>
      <Part n={3}>
        {!staged.value && (inspecting || isOpen("allocator") || isOpen("swap") || clockAlone) && (
          <Sheet>
            <Guarded>
              {inspecting && <Inspector />}
              {isOpen("allocator") && <Allocator />}
              {isOpen("swap") && <Swap />}
              {clockAlone && <Reclaim />}
            </Guarded>
          </Sheet>
        )}
        <Links />
      </Part>
    </main>
  );
}
