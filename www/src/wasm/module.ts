// The page's wasm module: the machine and its time, with the types that the build has written beside it. The script
// language is in another, which only workers start: scripts.ts.
import * as module from "../../pkg/pageturner_machine.js";
import url from "../../pkg/pageturner_machine_bg.wasm?url";
import { watched } from "./alive";
import { compile } from "./compile";

export { Tick } from "../../pkg/pageturner_machine.js";

/** All that the module can do. */
export const wasm = watched(module, module.__wbg_reset_state);

/** Fetches, compiles and starts the module. `loaded` is told how many bytes of it have come. */
export async function startWasm(loaded: (bytes: number) => void): Promise<void> {
  await module.default({ module_or_path: await compile("The machine", url, loaded) });
}
