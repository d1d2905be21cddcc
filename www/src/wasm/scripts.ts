// In a worker: the wasm module that has the script language and the reader of logs as well.
import * as module from "../../pkg/pageturner_web.js";
import url from "../../pkg/pageturner_web_bg.wasm?url";
import { watched } from "./alive";
import { compile } from "./compile";

/** All that the module can do. */
export const wasm = watched(module, module.__wbg_reset_state);

/** Starts the module, as a worker before has compiled it. Returns it compiled, for the next. */
export async function start(before: WebAssembly.Module | null): Promise<WebAssembly.Module> {
  const compiled = before ?? (await compile("The script language", url));
  await module.default({ module_or_path: compiled });
  return compiled;
}
