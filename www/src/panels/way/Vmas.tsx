// The VMAs of an anon_vma or object, as a list or as an interval tree lying on its side: the root to the left, smaller
// first indices above. Beside each VMA the indices it maps, as a bar on one scale; a line across all is the one sought.

import { address, hex } from "../../model/address";
import { grouped } from "../../model/numbers";
import { view } from "../../model/panels";
import { Goto } from "../../parts/Goto";
import type { NodeDto, VmasDto, WayBackDto } from "../../wasm/types";
import { Pte, Visit, visitClass } from "./Pte";
import { type Rail, rails } from "./rails";

export function Vmas({ of, vmas }: { of: WayBackDto; vmas: VmasDto }) {
  const { nodes, index, count, looks, mapcount } = vmas;
  const ends = nodes.flatMap((node) => [node.index, node.first, node.last]);
  const low = Math.min(...ends);
  const high = Math.max(...ends) + 1;
  const place = (n: number) => (100 * (n - low)) / (high - low);
  const short = shortener([...ends, ...nodes.map((node) => node.max)]);
  // A VMA may be met at several indices.
  const what = vmas.stable !== null ? "place" : "VMA";
  const drawn = vmas.tree ? rails(nodes.map((node) => node.depth)) : [];
  return (
    <>
      <p class="descriptor">
        <span class="of">frame {of.pfn}</span>
        <code>{owner(vmas)}</code>
        {vmas.stable === null && <code>index {hex(index)}</code>}
      </p>
      <p class="lead">
        {vmas.parent !== null && `anon_vma ${vmas.anonVma} was forked from ${vmas.parent}. `}
        {vmas.stable !== null
          ? "Merged from several pages: the items of its stable node lead to"
          : vmas.tree
            ? "Its interval tree has"
            : "Its list has"}{" "}
        {count === 1 ? (
          `one ${what}`
        ) : (
          <>
            <b>{grouped(count)}</b> {what}s
          </>
        )}
        ; a search looks at <b>{looks === count ? (count === 1 ? "it" : "all") : grouped(looks)}</b>
        {looks > 0 &&
          looks < count &&
          mapcount > 0 &&
          `, and ends when it has found ${mapcount === 1 ? "the one PTE" : `all ${mapcount} PTEs`}`}
        .
      </p>
      <ol class={vmas.tree ? "nodes tree" : "nodes"}>
        {nodes.map((node, i) => (
          <Node
            key={`${node.vma}:${node.index}`}
            of={of}
            vmas={vmas}
            node={node}
            short={short}
            rail={drawn[i]}
            from={place(node.first)}
            to={place(node.last + 1)}
            at={place(node.index + 0.5)}
          />
        ))}
      </ol>
      {count > nodes.length && (
        <p class="hint">
          {grouped(count - nodes.length)} more are not drawn
          {vmas.tree && nodes.length === looks ? ": the search does not come to them" : ""}.
        </p>
      )}
    </>
  );
}

/** Long numbers with the same first digits are distinguished by their last. */
function shortener(numbers: number[]): (n: number) => string {
  const length = Math.max(...numbers).toString(16).length;
  const digits = numbers.map((n) => n.toString(16).padStart(length, "0"));
  let same = 0;
  while (same < length - 3 && digits.every((text) => text[same] === digits[0]![same])) same++;
  return same < 3 ? hex : (n) => `…${n.toString(16).padStart(length, "0").slice(same)}`;
}

function owner({ stable, anonVma, name }: VmasDto): string {
  if (stable !== null) return `stable node ${stable}`;
  return anonVma !== null ? `anon_vma ${anonVma}` : name;
}

type NodeProps = {
  of: WayBackDto;
  vmas: VmasDto;
  node: NodeDto;
  short: (n: number) => string;
  rail: Rail | undefined;
  from: number;
  to: number;
  at: number;
};

function Node({ of, vmas, node, short, rail, from, to, at }: NodeProps) {
  return (
    <li class={`node${node.looked ? "" : " passed-over"}${node.covers ? " covers" : ""}${visitClass(node.visit, of)}`}>
      {rail && <RailView rail={rail} />}
      <div class="node-body">
        <div class="node-head">
          <Visit visit={node.visit} of={of} />
          <Goto subject={{ kind: "vma", id: node.vma }} text={`VMA ${node.vma}`} />
          <span class="facts">
            process {node.pid}
            {vmas.anonVma !== null && node.name && ` ${node.name.slice(node.name.lastIndexOf("/") + 1)}`}
          </span>
          {!node.looked ? (
            <span class="facts">not looked at</span>
          ) : (
            !node.covers && <span class="facts">✗ outside</span>
          )}
          <code
            class="interval"
            title={`Indices ${hex(node.first)} to ${hex(node.last)}${vmas.tree ? `; no VMA below it in the tree goes beyond ${hex(node.max)}` : ""}`}
          >
            [{short(node.first)},{short(node.last)}]{vmas.tree && view.value === "working" && ` max ${short(node.max)}`}
          </code>
        </div>
        {node.item !== null && (
          <div class="facts">
            item: anon_vma {node.item}, index {hex(node.index)}
          </div>
        )}
        {node.covers && (
          <div>
            {node.pte ? (
              <Pte pte={node.pte} of={of} />
            ) : (
              <span class="outcome">✗ no page table at {address(node.start + node.index - node.first)}</span>
            )}
          </div>
        )}
        {vmas.anonVma !== null && node.chain.length > 1 && (
          <div class="facts">
            anon_vma chain: {node.chain.map((id) => (id === node.own ? `${id} (its own)` : id)).join(", ")}
          </div>
        )}
      </div>
      <div class="span" aria-hidden="true">
        <span class="bar" style={{ left: `${from}%`, width: `${to - from}%` }} />
        <span class="stab" style={{ left: `${at}%` }} />
      </div>
    </li>
  );
}

/** A row's part of the tree's lines. */
function RailView({ rail }: { rail: Rail }) {
  return (
    <svg class="rail" width={rail.width} aria-hidden="true">
      {rail.lines.map(({ x, from, to }, i) => (
        <line key={i} x1={x} x2={x} y1={from} y2={to} />
      ))}
      {rail.branch && <line x1={rail.branch} x2={rail.dot} y1={MIDDLE} y2={MIDDLE} />}
      <circle cx={rail.dot} cy={MIDDLE} r="3.5" />
    </svg>
  );
}

/** The height in a row at which its dot stands: that of its first line of text. */
const MIDDLE = 13;
