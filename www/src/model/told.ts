// A command, or the micro-step of it that has just happened, in a sentence.

import type { EventDto, StepDto } from "../wasm/types";
import type { Group } from "./groups";
import { isFolded } from "./micro";
import type { Now } from "./session";

/** `at`: the command; `micro`: inside it, where. */
export function tell(at: Now, micro: { group: Group; event: EventDto } | null): string {
  const { acted } = at;
  if (micro) return `${capital(micro.group.name)}: ${ofGroup(acted, micro)}`;
  if (acted.speaks) return "Switched on; no command has run yet.";
  const answer = acted.reply ? ` ${acted.failed ? "✗" : "→"} ${acted.reply}` : "";
  return `${acted.text}${answer}`;
}

/** At the end of a group that is gone through in one, what came of it. */
function ofGroup(acted: StepDto, { group, event }: { group: Group; event: EventDto }): string {
  return isFolded(acted, group) && event === group.events.at(-1) ? group.title.text : event.text;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
