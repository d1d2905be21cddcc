// The page is drawn for the first time in parts, each a task of its own, so that none holds the browser up for long.
import { signal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { picture } from "../model/slices";

/** The number of the last part. */
const LAST = 5;

const drawn = signal(0);

/** What is drawn as part number `n`, from 0 to [`LAST`]. */
export function Part({ n, children }: { n: number; children: ComponentChildren }) {
  return <>{drawn.value >= n && children}</>;
}

/** Draws one part after the other. */
export async function drawParts(): Promise<void> {
  while (drawn.peek() < LAST) {
    await picture();
    drawn.value++;
  }
  await picture();
}
