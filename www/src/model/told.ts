// A command, or the micro-step of it that has just happened, in a sentence.

import type { EventDto } from "../wasm/types";
import type { Group } from "./groups";
import type { Now } from "./session";

/** `at`: the command; `micro`: inside it, where. */
export function tell(at: Now, micro: { group: Group; event: EventDto } | null): string {
  const { acted } = at;
  if (micro) return `${capital(micro.group.name)}: ${micro.event.text}`;
  if (acted.speaks) return "Switched on; no command has run yet.";
  const answer = acted.reply ? ` ${acted.failed ? "✗" : "→"} ${acted.reply}` : "";
  return `${acted.text}${answer}`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
