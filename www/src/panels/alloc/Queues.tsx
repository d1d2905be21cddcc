// Many lists at a glance: a column for each, as high as it has runs; empty ones are ticks.
import { listLabel } from "../../model/alloc";
import { counted } from "../../model/numbers";
import type { AllocListDto } from "../../wasm/types";

const HEIGHT = 26;
const WIDTH = 5;

export function Queues({ lists, changed }: { lists: AllocListDto[]; changed: ReadonlySet<number> }) {
  const most = Math.max(1, ...lists.map((list) => list.count));
  // By magnitude: a list of a thousand runs must not press those of one into the ground.
  const height = (count: number) => (count === 0 ? 1 : 4 + (HEIGHT - 4) * (Math.log(count + 1) / Math.log(most + 1)));
  const filled = lists.filter((list) => list.count > 0);
  const about = `${lists.length} lists, ${filled.length} of them filled`;
  return (
    <figure class="queues">
      <svg viewBox={`0 0 ${lists.length * WIDTH} ${HEIGHT}`} preserveAspectRatio="none" role="img" aria-label={about}>
        {lists.map((list, i) => (
          <rect
            key={list.id}
            class={changed.has(list.id) ? "changed" : list.count === 0 ? "none" : ""}
            x={i * WIDTH + 0.5}
            width={WIDTH - 1}
            y={HEIGHT - height(list.count)}
            height={height(list.count)}
          >
            <title>{`${list.name}: ${counted(list.count, "run")}`}</title>
          </rect>
        ))}
      </svg>
      <figcaption>
        <span>{listLabel(lists[0]!.kind)}</span>
        <span>{about}</span>
        <span>{listLabel(lists.at(-1)!.kind)}</span>
      </figcaption>
    </figure>
  );
}
