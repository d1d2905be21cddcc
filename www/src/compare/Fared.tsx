// The machines at this place in time, in figures, the best of each row marked; then every request that failed on one of
// them.

import { type Compared, LETTERS } from "../model/compare";
import { place } from "../model/lockstep";
import { stop } from "../model/player";
import { seek } from "../model/session";
import type { CompareDto } from "../wasm/types";
import { HeapCosts } from "./HeapCosts";

export function Fared({ all }: { all: Compared }) {
  const { comparison, found, first, sessions } = all;
  const { step } = place.value;
  const machines = [first, ...sessions];
  const figures = machines.map((session, n) => comparison.figures(first, n, session, step));
  return (
    <div
      class="fared"
      data-many={machines.length > 2 ? "" : undefined}
      tabIndex={0}
      role="group"
      aria-label="Figures and failed requests"
    >
      <table>
        <caption class="unseen">Figures after step {step}</caption>
        <thead>
          <tr>
            <th scope="col" class="unseen-head">
              <span class="unseen">Figure</span>
            </th>
            {found.machines.map(({ label }, n) => (
              <th key={n} scope="col" title={label}>
                <span class="letter">{LETTERS[n]}</span> <span class="name">{label}</span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {found.figures.map((figure) => {
            const values = figures.map((each) => each[figure.name] ?? 0);
            const best = bestOf(values, figure.more);
            const sound = soundOf(figures);
            return (
              <tr key={figure.name}>
                <th scope="row" title={meaning(figure.name, found.size)}>
                  {named(figure, found.size)}
                </th>
                {values.map((value, n) => (
                  <td key={n} class={value === best && sound[n] ? "best" : ""}>
                    {value === best && sound[n] && <span class="unseen">best: </span>}
                    <Value value={value} share={figure.name === "unusable"} />
                  </td>
                ))}
              </tr>
            );
          })}
        </tbody>
        {found.failedCount > 0 && (
          <Failed found={found} step={step} answer={(n, at) => comparison.answer(n, machines[n]!, at - 1) ?? ""} />
        )}
      </table>
      <HeapCosts all={all} />
    </div>
  );
}

type Answer = (machine: number, step: number) => string;

function Failed({ found, step, answer }: { found: CompareDto; step: number; answer: Answer }) {
  const more = found.failedCount - found.failed.length;
  return (
    <tbody class="failed-requests">
      <tr>
        <th scope="rowgroup" colSpan={found.machines.length + 1}>
          {found.failedCount === 1
            ? "1 request failed somewhere"
            : `${found.failedCount.toLocaleString("en")} requests failed somewhere`}
        </th>
      </tr>
      {found.failed.map((request) => (
        <tr key={request.step} class={request.step === step ? "now" : ""}>
          <th scope="row">
            <button
              class="goto-thing"
              title={`To step ${request.step}: ${request.text}`}
              onClick={() => {
                stop();
                seek(request.step);
              }}
            >
              {request.step.toLocaleString("en")} <code>{request.text}</code>
            </button>
          </th>
          {request.served.map((served, n) => (
            <td key={n} class={served === null ? "" : served ? "served" : "not-served"} title={answer(n, request.step)}>
              {served === null ? "– not asked" : served ? "✓ served" : "✗ failed"}
            </td>
          ))}
        </tr>
      ))}
      {more > 0 && (
        <tr>
          <th scope="row" colSpan={found.machines.length + 1}>
            and {more.toLocaleString("en")} more
          </th>
        </tr>
      )}
    </tbody>
  );
}

/** A number in full; on narrow screens a large number is shortened. */
function Value({ value, share }: { value: number; share: boolean }) {
  if (share) return <>{(value / 10).toFixed(1)} %</>;
  if (value < 100_000) return <>{value.toLocaleString("en")}</>;
  return (
    <>
      <span class="in-full">{value.toLocaleString("en")}</span>
      <span class="in-short">{value.toLocaleString("en", { notation: "compact", maximumSignificantDigits: 3 })}</span>
    </>
  );
}

/** The machines where fewest things went wrong: only their figures can be the best, since a machine that does less has
 *  less to pay for. */
function soundOf(figures: Record<string, number>[]): boolean[] {
  const wrong = figures.map((each) => each.ended! * 2 ** 40 + each.failures!);
  return wrong.map((each) => each === Math.min(...wrong));
}

/** The best value; null if all have the same. */
function bestOf(values: number[], more: boolean): number | null {
  const best = more ? Math.max(...values) : Math.min(...values);
  return values.every((value) => value === best) ? null : best;
}

function named({ name, text }: { name: string; text: string }, size: number): string {
  return name === "unusable" ? `${text} ${size.toLocaleString("en")}` : text;
}

function meaning(name: string, size: number): string {
  const meanings: Record<string, string> = {
    served: "Contiguous requests served so far",
    failed: "Contiguous requests not served so far",
    free: "Frames that are free now",
    largest: "Frames of the largest free run now",
    unusable: `The share of free memory in pieces too small for ${size} frames, the largest request of these commands`,
    lost: "Internal fragmentation: frames given over what was asked for",
    moved: "Frames moved so far to make room in one piece",
    inspected: "Frames, words, runs or nodes that the allocator looked at so far",
    cycles: "Modelled time so far",
    failed_calls: "Calls that failed so far, with an errno",
    signals: "Processes ended so far by an access that is not allowed",
    oom_kills: "Processes killed so far because no memory was left",
    not_given: "Commands that could not be given to this machine",
    heap_failed: "Requests that a heap did not serve so far",
    heap_held: "Pages that heaps have of the kernel now, and frames that the kernel's heap has",
    heap_searched: "Free blocks, runs or list elements that heaps examined so far",
    heap_touched: "Pages that heaps read or wrote for their bookkeeping, added up over all calls",
    heap_copied: "Bytes copied so far for a page directory made anew, and of blocks that realloc moved",
    rmap_vmas: "VMAs, or without a reverse map processes, that were looked at on the way back from frames",
    rmap_ptes: "Page-table entries that were looked at on the way back from frames",
    rmap_links: "Links of PTE chains that were read",
    rmap_entries: "Entries written to keep the reverse map",
    frames_scanned: "Frames that the clock's hand, or another policy, looked at",
    ptes_scanned: "Page-table entries that were read by scans of the processes' tables",
    tlb_flushes: "Translations that were dropped from the TLB",
    victims: "Pages that the replacement policy chose to go",
    swap_in_faults: "Faults for which a page was read from the swap disk",
    cache_faults: "Faults answered from the swap cache or the page cache, without the disk",
    tlb_misses: "Accesses whose translation the TLB did not have",
  };
  return meanings[name] ?? name;
}
