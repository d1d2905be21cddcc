// Starts the page: first the machine, then what the address bar names.
import { effect } from "@preact/signals";
import { render } from "preact";
import { App } from "./App";
import { begin } from "./begin";
import { ready } from "./dom/legend";
import { keepFiles } from "./dom/offline";
import { loaded, unveil } from "./dom/shell";
import { watchKeys } from "./keys";
import { say } from "./model/notices";
import { title } from "./model/source";
import { whenIdle } from "./parts/Later";
import "./style/index.css";
import { Stopped } from "./wasm/alive";
import { asError } from "./wasm/error";
import { scripts, startWasm } from "./wasm/module";

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
  ready.value = true;
  render(<App />, root);
  unveil();
  // Errors that no code caught are still shown on the page.
  window.addEventListener("error", (event) => {
    // No failure: sizes changed again while they were being reported, and are reported in the next frame.
    if (event.message.startsWith("ResizeObserver loop")) return;
    report(event.error ?? event.message);
  });
  window.addEventListener("unhandledrejection", (event) => report(event.reason));
  watchKeys();
  effect(() => {
    document.title = title.value ? `${title.value} · Pageturner` : "Pageturner";
  });
  await begin();
  // The script language, so that it is there when something is run; that it cannot be had is said then.
  whenIdle(() => void scripts().catch(() => {}));
  whenIdle(keepFiles);
}

/** The death of the module is shown in place of its machine. */
function report(thrown: unknown): void {
  if (!(thrown instanceof Stopped)) say("page", asError(thrown));
}

void start();
