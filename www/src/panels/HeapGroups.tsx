// What the kernel's allocators have of pages that belong together: slabs, page arrays, the pages of a bucket. Those
// with free blocks first, as the allocator looks for them, each with its share in use and its colour.
import { grouped } from "../model/numbers";
import { hovered, selected } from "../model/selection";
import type { HeapDto, HeapGroupDto, Subject } from "../wasm/types";

/** At most this many of a state are drawn. */
const MOST = 24;

/** What they are called, one and many. */
const NOUNS: Record<string, [string, string]> = {
  slab: ["slab", "slabs"],
  paragraph: ["page array", "page arrays"],
};

const STATES = ["partial", "empty", "full"] as const;
type State = (typeof STATES)[number];

export const stateOf = ({ used, of }: HeapGroupDto): State => (used === 0 ? "empty" : used < of ? "partial" : "full");

export function HeapGroups({ heap: { kind, groups } }: { heap: HeapDto }) {
  if (groups.length === 0) return null;
  const [, many] = NOUNS[kind] ?? ["page", "pages"];
  const sizes = [...new Set(groups.map(({ size }) => size))].sort((a, b) => a - b);
  const title = many[0]!.toUpperCase() + many.slice(1);
  return (
    <table class="heap-groups">
      <caption>{kind === "paragraph" ? `${title}: paragraphs in use` : `${title} of each size: blocks in use`}</caption>
      <tbody>
        {sizes.map((size) => (
          <Row key={size} kind={kind} size={size} groups={groups.filter((group) => group.size === size)} />
        ))}
      </tbody>
    </table>
  );
}

function Row({ kind, size, groups }: { kind: string; size: number; groups: HeapGroupDto[] }) {
  return (
    <tr>
      <th scope="row">{kind === "paragraph" ? "16-byte paragraphs" : `${grouped(size)} bytes`}</th>
      {STATES.map((state) => {
        const some = groups.filter((group) => stateOf(group) === state);
        return (
          <td key={state} class={some.length === 0 ? "none" : ""}>
            <span class="count">
              {some.length === 0 ? "no" : grouped(some.length)} {state}
            </span>{" "}
            {some.slice(0, MOST).map((group) => (
              <Group key={group.frame} group={group} />
            ))}
            {some.length > MOST && <span class="count">+{grouped(some.length - MOST)}</span>}
          </td>
        );
      })}
    </tr>
  );
}

function Group({ group }: { group: HeapGroupDto }) {
  const { frame, used, of, colour } = group;
  const subject: Subject = { kind: "frame", pfn: frame };
  const words = `frame ${frame}: ${used} of ${of} in use${colour === null ? "" : `, colour ${colour}`}`;
  return (
    <button
      class="heap-group"
      aria-label={words}
      title={words}
      onClick={() => (selected.value = subject)}
      onPointerEnter={() => (hovered.value = subject)}
      onPointerLeave={() => (hovered.value = null)}
    >
      <i style={{ width: `${(100 * used) / of}%` }} />
      <span>
        {used}/{of}
        {colour !== null && <small> +{colour}</small>}
      </span>
    </button>
  );
}
