// Which marks of the legend the cell of a page has: one list for the cell and for what its legend lists.
import { computed } from "@preact/signals";
import type { PageDto, VmaDto } from "../wasm/types";
import { cachedFrames, pointed } from "./selection";
import { state } from "./session";

/** The names, as in the legend, of the marks that draw a page's state; null is a page without a PTE. */
export function marksOf(page: PageDto | null, vma: VmaDto): string[] {
  if (!page) return ["untouched"];
  if (page.state === "swap") return ["swap", ...(page.shared ? ["shared"] : [])];
  const marks = [page.state === "zero" ? "zero" : page.writable ? "writable" : "read-only"];
  if (page.accessed) marks.push("accessed");
  if (page.dirty) marks.push("pte-dirty");
  if (page.shared) marks.push("shared");
  if (vma.flags.includes("locked")) marks.push("locked");
  if (page.state === "frame" && cachedFrames.value.has(page.at)) marks.push("in-swap-cache");
  return marks;
}

/** What backs a page: the colour of its frame on the map. */
export function useOf(page: PageDto, vma: VmaDto): string {
  const kind = vma.name === "[shared]" ? "shmem" : vma.name === "" || vma.name.startsWith("[") ? "anon" : "file";
  if (page.state === "run") return "run";
  if (page.state === "frame" && cachedFrames.value.has(page.at)) return "swapcache";
  // A page of a private file that has been written is the process's own copy.
  return kind === "file" && (page.writable || page.dirty) ? "anon" : kind;
}

/** The marks on the cells of the pages that are drawn at first. */
export const marksOnShow = computed(() => {
  const shown = new Set<string>();
  for (const process of state.value?.processes ?? [])
    for (const vma of process.vmas) {
      for (const page of vma.pages) for (const mark of marksOf(page, vma)) shown.add(mark);
      if (vma.ptes < vma.end - vma.start) shown.add("untouched");
    }
  const { changed } = state.value ?? {};
  if (changed && pointed.value.length === 0 && changed.pages.length + changed.vmas.length > 0) shown.add("changed");
  return shown;
});
