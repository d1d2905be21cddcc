// After a jump over several steps: what is different from the place that was on show before, in place of what the last
// step changed.
import type { Session, StateDto } from "../wasm/types";

/** More steps than this are not looked through for those that only speak. */
const FEW = 64;

/** The state `at`, come to from the place `before`; with more than one acting step between the two its changes are
 *  those between them. */
export function fromPlace(machine: Session, before: StateDto["cursor"] | undefined, at: StateDto): StateDto {
  if (!before) return at;
  const [first, end] = [Math.min(before.step, at.cursor.step), Math.max(before.step, at.cursor.step)];
  if (end - first <= 1) return at;
  const acting = end - first > FEW ? FEW : machine.steps(first, end - first).filter((step) => !step.speaks).length;
  const changed = acting > 1 ? machine.changedBetween(before.event, at.cursor.event) : undefined;
  return changed ? { ...at, changed } : at;
}
