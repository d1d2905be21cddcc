// What the last step split: each block above its two parts, on one scale. Seen also if the parts are used at once, when
// no list shows that they were ever one.

import { hoveredRun } from "../../model/selection";
import { state } from "../../model/session";

/** More splits than this in one step are counted, not drawn. */
const MOST = 8;

export function Splits() {
  const splits = state.value?.changed.seams.filter(({ joined }) => !joined) ?? [];
  if (splits.length === 0) return null;
  const low = Math.min(...splits.map(({ pfn }) => pfn));
  const high = Math.max(...splits.map(({ pfn, left, right }) => pfn + left + right));
  const place = (frames: number) => `${(100 * frames) / (high - low)}%`;
  return (
    <div class="splits">
      <p class="group-name">split in the last step</p>
      <ol>
        {splits.slice(0, MOST).map(({ pfn, left, right }, i) => (
          <li
            key={i}
            title={`Frames ${pfn} to ${pfn + left + right - 1}`}
            onPointerEnter={() => (hoveredRun.value = [pfn, left + right])}
            onPointerLeave={() => (hoveredRun.value = null)}
          >
            <span class="split-text">
              {left + right} → {left} + {right}
            </span>
            <span class="split-line" aria-hidden="true">
              <span style={{ left: place(pfn - low), width: place(left) }} />
              <span style={{ left: place(pfn + left - low), width: place(right) }} />
            </span>
          </li>
        ))}
      </ol>
      {splits.length > MOST && <p class="hint">and {splits.length - MOST} more</p>}
    </div>
  );
}
