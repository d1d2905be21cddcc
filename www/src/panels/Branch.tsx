// That the reader has left the history which was there, by commands of their own, and the ways back to it and from it.
import { followed, undone } from "../model/followed";
import { grouped } from "../model/numbers";
import { busy, leaveBranch, onBranch, toBranch, trunk } from "../model/undo";

export function Branch() {
  const at = onBranch.value;
  const aside = followed.value.length === 0 ? undone.value.length : 0;
  if (!at && aside === 0) return null;
  return (
    <aside class="branch" aria-label="Branch">
      <p role="status">
        {at
          ? `You are on a branch: ${commands(at.commands)} of your own after ${at.cut ? `step ${grouped(at.after)}` : "the end"}.`
          : `You are back in the ${trunk.value}. ${aside === 1 ? "A line" : `${grouped(aside)} lines`} of your own can be taken up again.`}
      </p>
      <button class="button small" disabled={busy.value} onClick={() => void (at ? leaveBranch() : toBranch())}>
        {at ? `Back to the ${trunk.value}` : "Back to the branch"}
      </button>
    </aside>
  );
}

function commands(count: number): string {
  return count === 1 ? "1 command" : `${grouped(count)} commands`;
}
