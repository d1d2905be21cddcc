// The page's wasm module: the machine and its time, with the types that the build has written beside it. The script
// language is in another, which only workers start: fetched and compiled here, once, when it is first asked for.
import * as module from "../../pkg/pageturner_machine.js";
import url from "../../pkg/pageturner_machine_bg.wasm?url";
import withScripts from "../../pkg/pageturner_web_bg.wasm?url";
import { watched } from "./alive";
import { once } from "./once";

export { Tick } from "../../pkg/pageturner_machine.js";

/** All that the module can do. */
export const wasm = watched(module, module.__wbg_reset_state);

/** Fetches, compiles and starts the module. `loaded` is told how many bytes of it have come. */
export async function startWasm(loaded: (bytes: number) => void): Promise<void> {
  await module.default({ module_or_path: await compile("The machine", url, loaded) });
}

/** The module that has the script language, to hand to a worker. */
export const scripts = once(() => compile("The script language", withScripts));

async function compile(what: string, from: string, loaded?: (bytes: number) => void): Promise<WebAssembly.Module> {
  const response = await fetch(from);
  if (!response.ok) throw new Error(`${what} could not be loaded: ${from} answered ${response.status}.`);
  if (loaded) void count(response.clone(), loaded);
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
