// Addresses from page numbers.
import { state } from "./session";

/** A number of pages, as bytes in hexadecimal: a page's address, or an offset. */
export function address(pages: number): string {
  return `0x${(BigInt(pages) * BigInt(state.peek()?.machine.pageSize ?? 4096)).toString(16)}`;
}

/** Hexadecimal, as the field writes page offsets. */
export const hex = (n: number) => `0x${n.toString(16)}`;
