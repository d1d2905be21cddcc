// Long work in slices between two pictures, so that the page answers meanwhile and the work can be cancelled.

/** Milliseconds of work between two pictures. */
const SLICE = 12;
/** A slice is at most so many times as large as the one before: what comes next may be slower. */
const GROWTH = 4;

/** How much work a slice may be, in the caller's units. */
export type Amounts = { first: number; least: number; most: number };

/** Calls `work` with an amount of work, as much as fits into a slice, until it returns true. Resolves to false if the
 *  work is not wanted any more. */
export async function inSlices(
  work: (amount: number) => boolean,
  { first, least, most }: Amounts,
  wanted: () => boolean,
): Promise<boolean> {
  let amount = first;
  for (;;) {
    const began = performance.now();
    const last = work(amount);
    const took = Math.max(0.1, performance.now() - began);
    amount = Math.round(Math.min(most, amount * GROWTH, Math.max(least, (amount * SLICE) / took)));
    await picture();
    if (!wanted()) return false;
    // Only now: what the caller does next is a slice of its own.
    if (last) return true;
  }
}

/** Lets the browser paint and hand over what the reader did. */
export const picture = () => new Promise<void>((resolve) => setTimeout(resolve));
