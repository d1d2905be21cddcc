// The machine's reverse-mapping scheme with its settings, in words.
import type { MachineDto } from "../wasm/types";

/** The scheme for the top line. */
export function inShort(machine: MachineDto): string {
  const anon = machine.familyAnonVma ? "one anon_vma a family" : "anon_vma chains";
  switch (machine.rmap) {
    case "none":
      return "no reverse map";
    case "vma_offset":
      return `a (VMA, offset) in each frame, from ${machine.offsetFromStart ? "vm_start" : "vm_pgoff"}${machine.trustCount ? ", counts trusted" : ""}`;
    case "pte_chain":
      return `PTE chains, ${pointers(machine)} a link`;
    case "object_list":
      return `lists of VMAs, ${anon}`;
    case "object":
      return `interval trees of VMAs, ${anon}`;
  }
}

/** The scheme in a sentence or two. */
export function inFull(machine: MachineDto): string {
  const anon = machine.familyAnonVma
    ? "A fork’s child stands in its parent’s anon_vma, as in Linux 2.6.7 to 2.6.33."
    : "A fork’s child stands in its parent’s anon_vmas and in one of its own, as in Linux since 2.6.34.";
  switch (machine.rmap) {
    case "none":
      return "none. Every page table of every process is searched, as in Linux 2.0 to 2.4.";
    case "vma_offset":
      return `one VMA and offset in each frame, useless once shared: the scheme of 1998. ${
        machine.offsetFromStart
          ? "Offsets count from vm_start, where the VMA begins."
          : "Offsets count from vm_pgoff, which moves with the VMA."
      }${machine.trustCount ? " A frame whose count nobody raised is taken for unshared." : ""}`;
    case "pte_chain":
      return `pointers from each frame to all of its PTEs, ${pointers(machine)} to a link of one cache line, as in Linux 2.5.`;
    case "object_list":
      return `a frame names its anon_vma or object, and that lists its VMAs: objrmap, 2003. ${anon}`;
    case "object":
      return `a frame names its anon_vma or object, and that keeps its VMAs in an interval tree, as Linux does today. ${anon}`;
  }
}

function pointers({ chainPointers: n }: MachineDto): string {
  return n === 1 ? "1 pointer" : `${n} pointers`;
}
