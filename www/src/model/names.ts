// What a process is called where it is spoken of: by the variable that holds it, else by its own name.
import { state } from "./session";

/** The name of a process; of one that has ended its number. */
export function processName(pid: number): string {
  const process = state.value?.processes.find((one) => one.pid === pid);
  return process?.variable ?? process?.name ?? `process ${pid}`;
}
