// The wasm module, with the types that its build has written beside it. Compiled once here; workers get the compiled
// module.
import * as module from "../../pkg/pageturner_web.js";
import url from "../../pkg/pageturner_web_bg.wasm?url";
import { watched } from "./alive";
import type { ErrorDto } from "./types";

export { Tick } from "../../pkg/pageturner_web.js";

/** All that the module can do. */
export const wasm = watched(module, module.__wbg_reset_state);

let compiled: WebAssembly.Module | null = null;

/** Fetches, compiles and starts the module. `loaded` is told how many bytes of it have come. */
export async function startWasm(loaded: (bytes: number) => void): Promise<void> {
  compiled = await compile(url, loaded);
  await module.default({ module_or_path: compiled });
}

/** In a worker: starts the module that the page has compiled. */
export async function startCompiled(compiled: WebAssembly.Module): Promise<void> {
  await module.default({ module_or_path: compiled });
}

/** The compiled module, to hand to a worker. */
export function compiledModule(): WebAssembly.Module {
  if (!compiled) throw new Error("The machine has not been loaded.");
  return compiled;
}

async function compile(from: string, loaded: (bytes: number) => void): Promise<WebAssembly.Module> {
  const response = await fetch(from);
  if (!response.ok) throw new Error(`The machine could not be loaded: ${from} answered ${response.status}.`);
  void count(response.clone(), loaded);
  // A server may not declare the type of .wasm files, which streaming requires.
  const typed = response.headers.get("content-type")?.startsWith("application/wasm");
  return typed ? WebAssembly.compileStreaming(response) : WebAssembly.compile(await response.arrayBuffer());
}

/** Counts the bytes of a response as they come. That it breaks off is reported by whoever uses it. */
async function count({ body }: Response, loaded: (bytes: number) => void): Promise<void> {
  const reader = body?.getReader();
  let bytes = 0;
  try {
    for (let part = await reader?.read(); part && !part.done; part = await reader?.read())
      loaded((bytes += part.value.length));
  } catch {}
}

/** Whatever was thrown, as an error with a message. */
export function asError(thrown: unknown): ErrorDto {
  if (typeof thrown === "object" && thrown !== null && "message" in thrown) return thrown as ErrorDto;
  return { message: String(thrown) };
}
