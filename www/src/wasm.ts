// The wasm module, typed by the contract in types.ts. Compiled once here; workers get the compiled module.
import * as raw from "../pkg/pageturner_web.js";
import url from "../pkg/pageturner_web_bg.wasm?url";
import type { Changes, ComparisonApi } from "./compare/types";
import type { ErrorDto, MapApi, SessionApi } from "./types";

/** A mark of the map or of the pages' cells; colours are those of uses, a shape is five rows of five bits. */
export type LegendEntry = {
  name: string;
  group: "use" | "page" | "sign";
  label: string;
  meaning: string;
  color: string | null;
  ink: string | null;
  pattern: string | null;
  shape: number[] | null;
};
/** A line that a script printed, after so many steps. */
export type Printed = { step: number; text: string };
export type Counted = { what: string; count: number };
/** What was counted while an strace log was read: where the machine differs from the program, and what was left out. */
export type Reading = { notes: string[]; differs: Counted[]; skipped: Counted[]; mayBeThreads: boolean };

export interface WasmModule {
  default(input: { module_or_path: WebAssembly.Module }): Promise<unknown>;
  loadRecording(text: string): SessionApi;
  newSession(configJson: string): SessionApi;
  runScript(source: string, onProgress: (steps: number) => void): { recording: string; error: ErrorDto | null; early: string | null; printed: Printed[] };
  scriptTitle(source: string): string | undefined;
  importStrace(text: string, lenient: boolean, oneProcess: boolean): { recording: string } & Reading;
  legend(theme: number): LegendEntry[];
  paintSwatch(canvas: HTMLCanvasElement, name: string, theme: number): void;
  /** With the `runs` of `runOnEach` each machine is given what the script asked of it; without, the commands are replayed. */
  Comparison: new (first: SessionApi, changesJson: string, runs?: string) => ComparisonApi;
  /** In a worker: runs a recording's script again on machines with these changes. `why`: why it can't be. */
  runOnEach(recording: string, changesJson: string, onProgress: (steps: number) => void): { runs: string } | { why: string };
  /** The machines that a session's script names, or one that it is likely worth comparing with. */
  partners(session: SessionApi): Changes[];
  MapPainter: new (canvas: HTMLCanvasElement) => MapApi;
}

export const wasm = raw as unknown as WasmModule;

let compiled: WebAssembly.Module | null = null;

/** Fetches, compiles and starts the module. */
export async function startWasm(): Promise<void> {
  compiled = await compile(url);
  await wasm.default({ module_or_path: compiled });
}

/** In a worker: starts the module that the page has compiled. */
export async function startCompiled(module: WebAssembly.Module): Promise<void> {
  await wasm.default({ module_or_path: module });
}

/** The compiled module, to hand to a worker. */
export function compiledModule(): WebAssembly.Module {
  if (!compiled) throw new Error("The machine has not been loaded.");
  return compiled;
}

async function compile(from: string): Promise<WebAssembly.Module> {
  const response = await fetch(from);
  if (!response.ok) throw new Error(`The machine could not be loaded: ${from} answered ${response.status}.`);
  // A server may not know the type of .wasm files, which streaming insists on.
  const typed = response.headers.get("content-type")?.startsWith("application/wasm");
  return typed ? WebAssembly.compileStreaming(response) : WebAssembly.compile(await response.arrayBuffer());
}

/** Whatever was thrown, as an error with a message. */
export function asError(thrown: unknown): ErrorDto {
  if (thrown instanceof WebAssembly.RuntimeError)
    return { message: `The machine stopped: ${thrown.message}.`, hint: "Reload the page to go on." };
  if (typeof thrown === "object" && thrown !== null && "message" in thrown) return thrown as ErrorDto;
  return { message: String(thrown) };
}
