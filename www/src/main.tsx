// Starts the page: first the machine, then what the address bar names.
import { effect } from "@preact/signals";
import { render } from "preact";
import { App } from "./App";
import { begin } from "./begin";
import { ready } from "./dom/legend";
import { keepFiles } from "./dom/offline";
import { watchProgress } from "./dom/reader";
import { loaded, unveil } from "./dom/shell";
import { watchUndo } from "./dom/undokeys";
import { watchKeys } from "./keys";
import { say } from "./model/notices";
import { picture } from "./model/slices";
import { title } from "./model/source";
import { whenIdle } from "./parts/Later";
import { drawParts } from "./parts/Part";
import "./style/index.css";
import { Stopped } from "./wasm/alive";
import { asError } from "./wasm/error";
import { startWasm } from "./wasm/module";

/** How long the first machine may take before the page is drawn without it, in milliseconds. */
const PATIENCE = 500;

const root = document.getElementById("app")!;

async function start(): Promise<void> {
  try {
    await startWasm(loaded);
  } catch (thrown) {
    unveil();
    root.textContent = `Pageturner could not start. ${asError(thrown).message} A browser of 2023 or later, with WebAssembly, is needed.`;
    root.className = "broken";
    root.setAttribute("role", "alert");
    return;
  }
  // Errors that no code caught are still shown on the page.
  window.addEventListener("error", (event) => {
    // No failure: sizes changed again while they were being reported, and are reported in the next frame.
    if (event.message.startsWith("ResizeObserver loop")) return;
    report(event.error ?? event.message);
  });
  window.addEventListener("unhandledrejection", (event) => report(event.reason));
  await picture();
  ready.value = true;
  // What is drawn with its machine is drawn once. A machine that takes longer is waited for with its progress in sight.
  const begun = begin().catch(report);
  await Promise.race([begun, new Promise((late) => setTimeout(late, PATIENCE))]);
  await picture();
  render(<App />, root);
  await drawParts();
  unveil();
  watchKeys();
  watchProgress();
  watchUndo();
  effect(() => {
    document.title = title.value ? `${title.value} · Pageturner` : "Pageturner";
  });
  await begun;
  whenIdle(keepFiles);
}

/** The death of the module is shown in place of its machine. */
function report(thrown: unknown): void {
  if (!(thrown instanceof Stopped)) say("page", asError(thrown));
}

void start();
