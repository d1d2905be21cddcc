// Address spaces: each process a strip of VMAs, each VMA its pages; between VMAs what belongs to none. Who was ended by
// a signal stays.
import { useComputed } from "@preact/signals";
import { Fragment, type VNode } from "preact";
import { outOfSight, showNext } from "../dom/lines";
import { grouped } from "../model/numbers";
import { hovered, pointed, selected } from "../model/selection";
import { state } from "../model/session";
import { Nearby } from "../parts/Nearby";
import type { KilledDto, ProcessDto, Subject, VmaDto } from "../wasm/types";
import { Killed, Told } from "./Killed";
import { PageLegend } from "./Legend";
import { LineLegend } from "./LineLegend";
import { Vma } from "./Vma";

export function Processes() {
  const processes = state.value?.processes ?? [];
  const killed = state.value?.killed ?? [];
  const { links, changes } = outOfSight.value;
  return (
    <section class="panel processes" aria-labelledby="processes-title">
      <div class="panel-head">
        <h2 id="processes-title">Processes</h2>
        <span class="count">
          {state.value && (processes.length === 1 ? "1 address space" : `${processes.length} address spaces`)}
        </span>
        <LineLegend />
        <span class="spring" />
        <OutOfView kind="links" text="linked" count={links} />
        <OutOfView kind="changes" text="changed" count={changes} />
      </div>
      <div
        class={processes.length > 2 ? "strips many" : "strips"}
        tabIndex={0}
        role="group"
        aria-label="Address spaces"
      >
        {state.value && processes.length === 0 && killed.length === 0 && (
          <p class="hint">
            No process is running. A process appears here with its first step: an address space, its areas (VMAs) and
            their pages.
          </p>
        )}
        {strips(processes, killed).map((one, n) =>
          "vmas" in one ? stripOf(one, n < FIRST) : <Killed key={`${one.pid} ${one.step}`} of={one} />,
        )}
      </div>
      <PageLegend />
    </section>
  );
}

/** How many are out of view; pressed, it brings one after another. */
function OutOfView({ kind, text, count }: { kind: "links" | "changes"; text: string; count: number }) {
  if (count === 0) return null;
  return (
    <button
      class="chip"
      aria-label={`${count} ${text} out of view`}
      title="Out of view: show the next one"
      onClick={(event) => showNext(event.currentTarget.closest<HTMLElement>(".workspace")!, kind)}
    >
      {count} {text}
      <span class="where"> out of view</span>
    </button>
  );
}

/** The processes, and among them those that were ended by a signal, each at its place. */
function strips(processes: ProcessDto[], killed: KilledDto[]): (ProcessDto | KilledDto)[] {
  const gone = killed.filter(({ pid }) => !processes.some((process) => process.pid === pid));
  return [...processes, ...gone].sort((a, b) => a.pid - b.pid);
}

/** What lies between the end of one VMA and the start of the next. */
function Between({ last, next }: { last: VmaDto | undefined; next: VmaDto }) {
  const free = next.start - (last?.end ?? 0);
  const guard = state.value?.machine.guardGap ?? 0;
  if (free === 0) return null;
  const stack = next.flags.includes("growsdown");
  const grew = state.value?.changed.grown.find(([id]) => id === next.id)?.[1];
  if (!stack)
    return last ? (
      <span
        class="hole"
        title={`${grouped(free)} pages of no VMA: an access to them is a segmentation fault`}
        aria-hidden="true"
      />
    ) : null;
  return (
    <span
      class={`guard${last && free <= guard ? " short" : ""}`}
      title={`The stack grows down when a page below it is touched, but keeps ${grouped(guard)} pages free above what lies below it: the guard gap`}
    >
      <span class="guard-gap">guard gap {grouped(guard)}</span>
      <span aria-hidden="true">⇠</span>
      {grew !== undefined && <b class="fresh">grew by {grew === 1 ? "1 page" : `${grouped(grew)} pages`}</b>}
    </span>
  );
}

/** This many address spaces are made at once; and how tall one is that has not been seen. */
const FIRST = 24;
const USUAL_HEIGHT = 84;

/** Strips by what they show: a process that is as it was is the same object, and its strip is not even looked at. */
const strip = new WeakMap<ProcessDto, { first: boolean; node: VNode }>();

function stripOf(process: ProcessDto, first: boolean): VNode {
  const known = strip.get(process);
  if (known?.first === first) return known.node;
  const node = <Strip key={process.pid} process={process} first={first} />;
  strip.set(process, { first, node });
  return node;
}

function Strip({ process, first }: { process: ProcessDto; first: boolean }) {
  const forced = useComputed(() => isChosen(process));
  return (
    <Nearby
      root=".strips"
      first={first}
      forced={forced.value}
      height={USUAL_HEIGHT}
      attributes={{
        class: "strip",
        "aria-label": `Process ${process.pid}, ${process.name}`,
        "data-strip": String(process.pid),
      }}
    >
      {() => <Space process={process} />}
    </Nearby>
  );
}

/** Whether what is selected, pointed at, or visited by a search lies in this process: it is made wherever it is. */
function isChosen({ pid, vmas }: ProcessDto): boolean {
  const chosen = selected.value;
  if (state.value?.search?.page?.[0] === pid) return true;
  if (pointed.value.some((subject) => "pid" in subject && subject.pid === pid)) return true;
  if (chosen?.kind === "vma") return vmas.some(({ id }) => id === chosen.id);
  return (chosen?.kind === "page" || chosen?.kind === "process") && chosen.pid === pid;
}

/** Pages that map a run of the kernel's: as with Linux's VM_PFNMAP they are in nobody's resident set. */
function OfRuns({ vmas }: { vmas: VmaDto[] }) {
  const pages = vmas.filter(({ flags }) => flags.includes("run")).reduce((sum, { start, end }) => sum + end - start, 0);
  if (pages === 0) return null;
  return (
    <span title="Pages that map a run of frames which the kernel has given as one: it is never reclaimed, so they count as nobody's resident pages">
      {" "}
      · {grouped(pages)} of a run
    </span>
  );
}

/** What the script calls it, then its own name, if that is another, and its number. */
function Called({ process: { variable, name, pid } }: { process: ProcessDto }) {
  if (variable === null)
    return (
      <>
        <b>{name || "process"}</b> <span class="facts">(pid {pid})</span>
      </>
    );
  return (
    <>
      <b>{variable}</b>{" "}
      <span class="facts">
        {name && name !== variable ? `${name} ` : ""}(pid {pid})
      </span>
    </>
  );
}

function Space({ process }: { process: ProcessDto }) {
  const subject: Subject = { kind: "process", pid: process.pid };
  // In the middle of its last step it is still there.
  const ending = state.value?.killed.find(({ pid }) => pid === process.pid);
  return (
    <>
      <header>
        <button
          class="thing process"
          data-subject={`process:${process.pid}`}
          onClick={() => (selected.value = subject)}
          onPointerEnter={() => (hovered.value = subject)}
          onPointerLeave={() => (hovered.value = null)}
        >
          <Called process={process} />
        </button>
        <span class="facts">
          {process.parent !== null && <>child of {process.parent} · </>}
          <span title="Pages of this process that are in memory (resident set size)">{process.rss} resident</span>
          <OfRuns vmas={process.vmas} />
          {process.swapped > 0 && <span title="Pages on the swap disk"> · {process.swapped} swapped</span>}
          <span class="tables" title="Frames that hold this process's page tables">
            {" · "}
            {process.tables === 1 ? "1 table" : `${process.tables} tables`}
          </span>
        </span>
      </header>
      {ending && <Told of={ending} />}
      <div class="vmas">
        {process.vmas.map((vma, i) => (
          <Fragment key={vma.id}>
            <Between last={process.vmas[i - 1]} next={vma} />
            <Vma pid={process.pid} vma={vma} joined={process.vmas[i + 1]?.start === vma.end} />
          </Fragment>
        ))}
        {process.vmas.length === 0 && <p class="hint">An empty address space: no VMA yet.</p>}
      </div>
    </>
  );
}
