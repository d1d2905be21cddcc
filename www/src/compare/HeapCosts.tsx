// What each call of a heap costs on each machine, the same calls above each other.
import { useEffect, useMemo, useRef } from "preact/hooks";
import { type Compared, LETTERS } from "../model/compare";
import { callsDone, callsOf, type HeapCalls } from "../model/heaps";
import { grouped } from "../model/numbers";
import { drawnLater } from "../panels/heapdrawing";

/** At most this many heaps are drawn. */
const MOST = 3;
/** A process has at most this many. */
const MOST_OF_ONE = 16;
/** Processes before this one are looked through. */
const FIRST = 64;

type Same = { name: string; calls: HeapCalls[] };

export function HeapCosts({ all }: { all: Compared }) {
  const heaps = useMemo(() => sameHeaps(all), [all]);
  return (
    <>
      {heaps.map((heap) => (
        <One key={heap.name} all={all} heap={heap} />
      ))}
    </>
  );
}

/** The heaps that all machines have had calls of: the kernel's, and those of the first processes. */
function sameHeaps({ first, sessions }: Compared): Same[] {
  const found: Same[] = [];
  for (let pid = 0; pid < FIRST && found.length < MOST; pid++)
    for (let heap = 0; heap < MOST_OF_ONE; heap++) {
      const calls = [first, ...sessions].map((machine) => callsOf(machine, pid, heap));
      if (!calls[0]) break;
      const name = pid === 0 ? "the kernel's heap" : `heap ${heap} of process ${pid}`;
      if (calls.every((of) => of !== null)) found.push({ name, calls });
    }
  return found;
}

function One({ all, heap: { name, calls } }: { all: Compared; heap: Same }) {
  const host = useRef<HTMLDivElement>(null);
  const { machines } = all.found;
  useEffect(() => {
    const parts = machines.flatMap(({ outcome }) => (outcome === null ? [] : [callsDone(calls[0]!, outcome - 1)]));
    const names = machines.map(({ label }, n) => `${LETTERS[n]} ${label}`);
    return drawnLater(host.current!, (code) => code.beside(host.current!, calls, names, parts));
  }, [calls]);
  return (
    <figure class="heap-curve heap-costs">
      <figcaption>Cycles of each call, {name}</figcaption>
      <div class="curves" ref={host} aria-hidden="true" />
      <table>
        <thead>
          <tr>
            <th scope="col">Machine</th>
            <th scope="col">calls</th>
            <th scope="col">half within</th>
            <th scope="col">99 % within</th>
            <th scope="col">at most</th>
          </tr>
        </thead>
        <tbody>
          {calls.map((of, n) => (
            <tr key={n}>
              <th scope="row" title={machines[n]?.label}>
                <span class="letter">{LETTERS[n]}</span>
              </th>
              <td>{grouped(of.count)}</td>
              <td>{grouped(of.half)}</td>
              <td>{grouped(of.p99)}</td>
              <td>{grouped(of.most)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </figure>
  );
}
