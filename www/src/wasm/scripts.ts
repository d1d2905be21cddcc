// In a worker: the wasm module that has the script language and the reader of logs as well.
import * as module from "../../pkg/pageturner_web.js";
import { watched } from "./alive";

/** All that the module can do. */
export const wasm = watched(module, module.__wbg_reset_state);

/** Starts the module, which the page has compiled. */
export async function start(compiled: WebAssembly.Module): Promise<void> {
  await module.default({ module_or_path: compiled });
}
