// The table that is drawn on paper: a column a reference, a row a frame. Filled is what was missed and came, a ring is
// a hit and where; what stays as it was is quiet.
import { useEffect, useRef } from "preact/hooks";
import { keepInSight } from "../dom/columns";
import { rove } from "../dom/roving";
import { processName } from "../model/names";
import { grouped } from "../model/numbers";
import { hovered, same, selected } from "../model/selection";
import { seek } from "../model/session";
import type { ReferenceDto, ReferencesDto, Subject } from "../wasm/types";

export function References({ all }: { all: ReferencesDto }) {
  const box = useRef<HTMLDivElement>(null);
  const { columns, current, rows, moreRows, areas } = all;
  const step = columns[current]?.step;
  useEffect(() => {
    const table = box.current;
    const head = table?.querySelector("thead [aria-current]");
    if (table && head) keepInSight(table, head, table.querySelector("tbody .now :is(.came, .hit)"));
  }, [step, rows.length]);
  return (
    <>
      <div class="references" ref={box} tabIndex={0} role="group" aria-label="References and frames">
        <table>
          <caption class="unseen">
            References of {processName(all.pid)}, and the page in each frame after each of them
          </caption>
          <thead>
            <tr onKeyDown={rove}>
              <th scope="col">reference</th>
              {columns.map((one, n) => (
                <Asked key={one.step} one={one} now={n === current} />
              ))}
            </tr>
            <tr>
              <th scope="row">
                <i class="mark miss" aria-hidden="true" /> miss <i class="mark hit" aria-hidden="true" /> hit
              </th>
              {columns.map((one, n) => (
                <td key={one.step} class={n === current ? "now" : ""}>
                  {one.hit !== null && (
                    <i class={one.hit ? "mark hit" : "mark miss"} role="img" aria-label={one.hit ? "hit" : "miss"} />
                  )}
                </td>
              ))}
            </tr>
            <tr>
              <th scope="row">goes out</th>
              {columns.map((one, n) => (
                <td key={one.step} class={n === current ? "now" : ""}>
                  {one.victims.length > 0 && (
                    <span class="victim" title={one.victims.join(" ")}>
                      {one.victims[0]}
                      {one.victims.length > 1 && `+${one.victims.length - 1}`}
                    </span>
                  )}
                </td>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map(({ frame, pages }, row) => (
              <tr key={frame}>
                <th scope="row">
                  <Frame pfn={frame} />
                </th>
                {columns.map((one, n) => {
                  const page = pages[n + 1] ?? null;
                  const came = page !== null && page !== pages[n];
                  const hit = !!one.hit && one.row === row;
                  return (
                    <td key={one.step} class={n === current ? "now" : ""}>
                      {page !== null && (
                        <span class={came ? "held came" : hit ? "held hit" : "held"}>
                          {page}
                          {came && <span class="unseen"> came</span>}
                          {hit && <span class="unseen"> hit</span>}
                        </span>
                      )}
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {(moreRows > 0 || areas.length > 0) && (
        <p class="hint lettered">
          {areas.map(([letters, name]) => (
            <span key={letters}>
              <b>{letters}</b>: {name}
            </span>
          ))}
          {moreRows > 0 && <span>{grouped(moreRows)} more frames, used longer ago</span>}
        </p>
      )}
    </>
  );
}

/** A reference as its string has it; a click goes to it. */
function Asked({ one: { step, page, writes, hit, victims }, now }: { one: ReferenceDto; now: boolean }) {
  const went = victims.length > 0 ? `, ${victims.join(" and ")} went out` : "";
  const result = hit === null ? "yet to come" : `${hit ? "hit" : "miss"}${went}`;
  return (
    <th scope="col" class={now ? "now" : ""} aria-current={now ? "step" : undefined}>
      <button
        class={hit === null ? "asked ahead" : "asked"}
        data-rove
        tabIndex={now ? 0 : -1}
        aria-label={`Page ${page}${writes ? ", written" : ""}: ${result}`}
        title={`Page ${page}${writes ? ", written" : ""}: ${result}. Click to go there`}
        onClick={() => seek(step)}
      >
        {page}
        {writes && <small>w</small>}
      </button>
    </th>
  );
}

function Frame({ pfn }: { pfn: number }) {
  const subject: Subject = { kind: "frame", pfn };
  return (
    <button
      class="frame-head"
      data-linked={same(selected.value, subject) ? "" : undefined}
      onClick={() => (selected.value = subject)}
      onPointerEnter={() => (hovered.value = subject)}
      onPointerLeave={() => (hovered.value = null)}
    >
      frame {pfn}
    </button>
  );
}
