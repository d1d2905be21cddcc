// A process that was ended by a signal: it stays where it was, with what it did and why that could not be, in C's
// terms.

import { grouped } from "../model/numbers";
import { still } from "../model/player";
import { seek } from "../model/session";
import type { KilledDto } from "../wasm/types";

/** In place of the process, once it is gone. */
export function Killed({ of }: { of: KilledDto }) {
  return (
    <article class="strip killed" aria-label={`Process ${of.pid}, ${of.name}, ended by ${of.signal}`}>
      <header>
        <span>
          <b>{of.name || "process"}</b> <span class="facts">(pid {of.pid})</span>
        </span>
        <span class="facts">
          ended by {of.signal} in{" "}
          <button class="goto-thing" onClick={still(() => seek(of.step + 1))} title="Go to the state after this step">
            step {grouped(of.step + 1)}
          </button>
        </span>
      </header>
      <Told of={of} />
    </article>
  );
}

/** What happened. */
export function Told({ of }: { of: KilledDto }) {
  return (
    <div class="end" role="note">
      <p class="headline">✗ {of.headline}</p>
      <p>{of.story}</p>
      <p class="in-c">
        <b>In C:</b> {of.inC}
      </p>
      {of.addr !== null && <Around of={of} />}
    </div>
  );
}

/** The address among the VMAs around it. */
function Around({ of: { addr, holds, below, above, guard } }: { of: KilledDto }) {
  return (
    <p class="around" role="img" aria-label={inWords(below, above, addr!)}>
      {below && <Area of={below} end={below.endAddr} />}
      {below && <Gap pages={below.pages} />}
      {holds ? (
        <span class="area holds">
          <b>{holds.perms}</b> {holds.name} <code class="bad">✗ {addr}</code>
        </span>
      ) : (
        <code class="bad">✗ {addr}</code>
      )}
      {above && <Gap pages={above.pages} guard={guard} />}
      {above && <Area of={above} end={above.startAddr} />}
    </p>
  );
}

type Near = NonNullable<KilledDto["above"]>;

function Area({ of: { name, perms }, end }: { of: Near; end: string }) {
  return (
    <span class="area" title={end}>
      <b>{perms}</b> {name}
    </span>
  );
}

/** Further away than this a stack's guard gap has nothing to do with it. */
const NEAR = 10_000;

/** So many pages of no VMA; `guard`: of these the stack above keeps so many free. */
function Gap({ pages, guard = null }: { pages: number; guard?: number | null }) {
  if (pages === 0) return null;
  return (
    <span class="distance">
      {inShort(pages)}
      {guard !== null && pages < NEAR && <small>, guard gap {grouped(guard)}</small>}
    </span>
  );
}

/** `3 pages`, `34 billion pages`. */
function inShort(pages: number): string {
  if (pages >= 1e9) return `${Math.round(pages / 1e9)} billion pages`;
  if (pages >= 1e6) return `${Math.round(pages / 1e6)} million pages`;
  return pages === 1 ? "1 page" : `${grouped(pages)} pages`;
}

function inWords(below: Near | null, above: Near | null, addr: string): string {
  const parts = [
    below && `${inShort(below.pages)} above the end of ${below.name}`,
    above && `${inShort(above.pages)} below the start of ${above.name}`,
  ].filter(Boolean);
  return parts.length ? `${addr} lies ${parts.join(" and ")}` : addr;
}
