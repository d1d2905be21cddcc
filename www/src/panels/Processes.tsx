// Address spaces: each process a strip of VMAs, each VMA its pages.
import { linkCounts } from "../dom/lines";
import { hovered, selected } from "../model/selection";
import { state } from "../model/session";
import type { ProcessDto, Subject } from "../wasm/types";
import { PageLegend } from "./Legend";
import { Vma } from "./Vma";

export function Processes() {
  const processes = state.value?.processes ?? [];
  const { linksHidden, changesHidden } = linkCounts.value;
  return (
    <section class="panel processes" aria-labelledby="processes-title">
      <div class="panel-head">
        <h2 id="processes-title">Processes</h2>
        <span class="count">
          {state.value && (processes.length === 1 ? "1 address space" : `${processes.length} address spaces`)}
        </span>
        <span class="spring" />
        {linksHidden > 0 && <span class="chip">{linksHidden} linked out of view</span>}
        {changesHidden > 0 && <span class="chip">{changesHidden} changed out of view</span>}
      </div>
      <div
        class={processes.length > 2 ? "strips many" : "strips"}
        tabIndex={0}
        role="group"
        aria-label="Address spaces"
      >
        {state.value && processes.length === 0 && (
          <p class="hint">
            No process is running. A process appears here with its first step: an address space, its areas (VMAs) and
            their pages.
          </p>
        )}
        {processes.map((process) => (
          <Strip key={process.pid} process={process} />
        ))}
      </div>
      <PageLegend />
    </section>
  );
}

function Strip({ process }: { process: ProcessDto }) {
  const subject: Subject = { kind: "process", pid: process.pid };
  return (
    <article class="strip" aria-label={`Process ${process.pid}, ${process.name}`}>
      <header>
        <button
          class="thing process"
          data-subject={`process:${process.pid}`}
          onClick={() => (selected.value = subject)}
          onPointerEnter={() => (hovered.value = subject)}
          onPointerLeave={() => (hovered.value = null)}
        >
          <b>{process.pid}</b> {process.name}
        </button>
        <span class="facts">
          {process.parent !== null && <>child of {process.parent} · </>}
          <span title="Pages of this process that are in memory (resident set size)">{process.rss} resident</span>
          {process.swapped > 0 && <span title="Pages on the swap disk"> · {process.swapped} swapped</span>}
          <span title="Frames that hold this process's page tables">
            {" · "}
            {process.tables === 1 ? "1 table" : `${process.tables} tables`}
          </span>
        </span>
      </header>
      <div class="vmas">
        {process.vmas.map((vma, i) => (
          <Vma key={vma.id} pid={process.pid} vma={vma} joined={process.vmas[i + 1]?.start === vma.end} />
        ))}
        {process.vmas.length === 0 && <p class="hint">An empty address space: no VMA yet.</p>}
      </div>
    </article>
  );
}
