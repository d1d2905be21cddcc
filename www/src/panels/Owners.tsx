// The end of the way back: the blocks of heaps that lie in a frame or a page, and the calls that gave them.
import { chooseBlock, chosen } from "../model/heaps";
import { grouped } from "../model/numbers";
import { leapTo } from "../model/places";
import type { InspectDto, OwnerDto, Subject } from "../wasm/types";

export function Owners({ of: { owners, owned, subject } }: { of: InspectDto }) {
  if (owners.length === 0) return null;
  const heaps = [...new Set(owners.map(whose))];
  return (
    <section class="owners" aria-label="Blocks of the heap">
      <h3>
        {owned === 1 ? "The block" : `${grouped(owned)} blocks`} that {owned === 1 ? "lies" : "lie"} in it
      </h3>
      {heaps.map((heap) => (
        <div key={heap}>
          <p class="count">{heap}</p>
          <ul>
            {owners
              .filter((owner) => whose(owner) === heap)
              .map((owner) => (
                <Owner key={`${owner.pid} ${owner.heap} ${owner.block}`} owner={owner} subject={subject} />
              ))}
          </ul>
        </div>
      ))}
      {owned > owners.length && <p class="hint">and {grouped(owned - owners.length)} more</p>}
    </section>
  );
}

const whose = ({ pid, heap, kind }: OwnerDto) =>
  pid === 0 ? `the kernel's ${kind}` : `process ${pid}, ${kind}${heap > 0 ? `, its heap ${heap}` : ""}`;

function Owner({ owner, subject }: { owner: OwnerDto; subject: Subject }) {
  const { pid, heap, block, bytes, at, vpn, given } = owner;
  const now = chosen.value;
  const isChosen = now?.pid === pid && now.heap === heap && now.block === block;
  const page: Subject = vpn === null ? subject : { kind: "page", pid, vpn };
  return (
    <li class={isChosen ? "is-chosen" : ""}>
      <button class="goto-thing" aria-pressed={isChosen} onClick={() => chooseBlock({ pid, heap, block }, page)}>
        {block}
      </button>
      <span>
        {grouped(bytes)} bytes{at > 0 && <span class="count"> from byte {grouped(at)}</span>}
      </span>
      {given && (
        <button class="goto-thing" title="To the call that gave it" onClick={() => leapTo(given[0] + 1)}>
          {given[1]}, step {grouped(given[0] + 1)}
        </button>
      )}
    </li>
  );
}
