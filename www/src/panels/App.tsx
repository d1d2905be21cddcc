// The page: header, three columns, timeline. On narrow screens the columns become tabs.
import { effect, signal } from "@preact/signals";
import { Compare } from "../compare/Compare";
import { others } from "../compare/model";
import { noMachine } from "../model/session";
import { Allocator } from "./alloc/Allocator";
import { Drop } from "./Drop";
import { Header } from "./Header";
import { Inspector } from "./Inspector";
import { Keys } from "./Keys";
import { Links } from "./Links";
import { MemoryMap } from "./MemoryMap";
import { Notice } from "./Notice";
import { Processes } from "./Processes";
import { Share } from "./Share";
import { Step } from "./Step";
import { Swap } from "./Swap";
import { Timeline } from "./Timeline";
import { Unrun } from "./Unrun";
import { Words } from "./Words";

const places = [
  ["lesson", "Lesson"],
  ["memory", "Memory"],
  ["inspect", "Inspect"],
  ["script", "Script"],
] as const;

const place = signal<(typeof places)[number][0]>("lesson");

// Who opens a comparison wants to see the machines.
effect(() => {
  if (others.value) place.value = "memory";
});

export function App() {
  return (
    <div class="app" data-place={place.value} data-comparing={others.value && !noMachine.value ? "" : undefined}>
      <Header />
      <Notice />
      <nav class="places" aria-label="Panels">
        {places.map(([id, text]) => (
          <button key={id} aria-current={place.value === id ? "page" : undefined} onClick={() => (place.value = id)}>
            {text}
          </button>
        ))}
      </nav>
      {others.value && !noMachine.value ? <Compare /> : <Workspace />}
      <Unrun />
      <footer class="time">
        <Timeline />
        <Step />
      </footer>
      <Keys />
      <Share />
      <Drop />
    </div>
  );
}

function Workspace() {
  return (
    <main class="workspace">
      <Words />
      <div class="column machine-view">
        <MemoryMap />
        <Processes />
      </div>
      <div class="column details">
        <Inspector />
        <Allocator />
        <Swap />
      </div>
      <Links />
    </main>
  );
}
