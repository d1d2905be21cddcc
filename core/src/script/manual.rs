//! The functions a script can call, for hints, for completion and for `help`; `docs/scripting.md` explains them.

/// One function, as it is called.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Function {
    pub name: &'static str,
    /// How it is called; `p` is a process, `segment` a segment, `h` a heap, `port` a port.
    pub usage: &'static str,
    /// Its effect and its answer.
    pub does: &'static str,
    /// Whether it is called on a process, a segment or a heap.
    pub method: bool,
}

const fn method(name: &'static str, usage: &'static str, does: &'static str) -> Function {
    Function { name, usage, does, method: true }
}

const fn free(name: &'static str, usage: &'static str, does: &'static str) -> Function {
    Function { name, usage, does, method: false }
}

const fn segment(name: &'static str, usage: &'static str, does: &'static str) -> Function {
    Function { name, usage, does, method: true }
}

/// All functions, grouped as in the manual.
pub const FUNCTIONS: &[Function] = &[
    free(
        "machine",
        "machine(#{geometry: \"classroom\", frames: 64, …})",
        "the machine's configuration; before anything else",
    ),
    free("spawn", "spawn(\"name\"), spawn() or spawn(#{pid:, name:})", "a new process with an empty address space"),
    free(
        "load_tables",
        "load_tables(pages, pdbr) or load_tables(pages, pdbr, pid)",
        "a process over a memory given whole: an array of hexadecimal texts, one a frame, and the uppermost table's frame",
    ),
    free("process", "process(pid)", "the process with this number"),
    free("processes", "processes()", "an array of all living processes"),
    method(
        "mmap",
        "p.mmap(pages), p.mmap(pages, \"rw\") or p.mmap(#{addr:, pages:, prot:, flags:, file:, pgoff:})",
        "maps memory; its address",
    ),
    method("munmap", "p.munmap(addr, pages)", "unmaps"),
    method(
        "mprotect",
        "p.mprotect(addr, pages, \"r\") or p.mprotect(addr, pages, \"r\", #{growsdown: true})",
        "changes the protection; of a stack, from its start",
    ),
    method(
        "mremap",
        "p.mremap(addr, pages, new_pages) or p.mremap(addr, pages, new_pages, #{to:, may_move:, dontunmap:, hint:})",
        "resizes or moves; the address",
    ),
    method("brk", "p.brk(addr) or p.brk()", "moves the program break, or asks for it; the break"),
    method(
        "madvise",
        "p.madvise(addr, pages, \"dontneed\"), \"pageout\", \"mergeable\", \"dontfork\", \"wipeonfork\", \"dontdump\", \"hugepage\", \"random\", …",
        "drops pages, swaps them out, lets equal ones be merged, or sets a flag of the VMA",
    ),
    method(
        "mlock",
        "p.mlock(addr, pages) or p.mlock(addr, pages, #{onfault: true})",
        "keeps pages in memory: faulted in now, or once they are touched",
    ),
    method("munlock", "p.munlock(addr, pages)", "lets pages go again"),
    method(
        "mlockall",
        "p.mlockall(#{current: true, future: true, onfault: true})",
        "keeps what is mapped, and what will be, in memory",
    ),
    method("munlockall", "p.munlockall()", "lets all pages go again"),
    method(
        "fork",
        "p.fork(), p.fork(pid), p.fork(\"name\") or p.fork(#{pid:, name:})",
        "a copy of the process, its pages shared until written; called as its parent unless named",
    ),
    method(
        "exec",
        "p.exec(\"name\") or p.exec(\"name\", heap_start)",
        "a new program: the address space becomes empty",
    ),
    method("exit", "p.exit()", "ends the process"),
    method("msync", "p.msync(addr, pages)", "writes back the dirty pages of the files mapped shared there"),
    method("mincore", "p.mincore(addr, pages)", "which pages are in memory: a blob, 1 or 0 for each"),
    method("read", "p.read(addr) or p.read(addr, len)", "reads bytes, as a blob; compares with a text"),
    method("read_text", "p.read_text(addr, len)", "reads bytes as text, up to the first zero byte"),
    method("write", "p.write(addr, \"text\"), a blob or an array of numbers", "writes bytes"),
    method("touch", "p.touch(addr) or p.touch(addr, pages)", "a write to each page that leaves its bytes as they are"),
    free("truncate", "truncate(\"file\", bytes)", "sets a file's size; makes the file if there is none"),
    free("unlink", "unlink(\"file\")", "takes a file's name away; it ends with its last mapping"),
    method("pread", "p.pread(\"file\", offset, len)", "reads from a file through the page cache; a blob"),
    method("pwrite", "p.pwrite(\"file\", offset, \"text\")", "writes to a file through the page cache; how many bytes"),
    method("pid", "p.pid", "its number"),
    method("name", "p.name", "its name"),
    method("alive", "p.alive", "whether it has not ended"),
    method("parent", "p.parent", "its parent's number, or -1: orphans are adopted by process 1 while that lives"),
    free(
        "alloc",
        "alloc(pages) or alloc(pages, #{align:, offset:, zone:, gfp: [\"atomic\"], movable: true})",
        "contiguous frames for the kernel; the first frame, or a segment if they may be moved",
    ),
    free("free", "free(frame, pages) or free(segment)", "gives them back"),
    free(
        "alloc_memarea",
        "alloc_memarea(pages) or alloc_memarea(pages, #{align:, offset:, zone:, gfp: [\"atomic\"], movable: true})",
        "as alloc; with the allocator memarea always the lowest run that a scan finds, also for one block",
    ),
    free("free_memarea", "free_memarea(frame, pages) or free_memarea(segment)", "gives it back"),
    free("pin", "pin(segment) or pin(frame)", "a device uses the run: it is not moved until it is unpinned"),
    free("unpin", "unpin(segment) or unpin(frame)", "the device is done"),
    method(
        "map_run",
        "p.map_run(run), p.map_run(run, \"r\") or p.map_run(run, #{addr:, prot:})",
        "maps a run, a segment or its first frame, whole; its address",
    ),
    method("unmap_run", "p.unmap_run(addr)", "unmaps the run that is mapped there"),
    free("segment", "segment(frame)", "the run that starts there, by a name that stays when it is moved"),
    segment("frame", "segment.frame", "its first frame now"),
    segment("pages", "segment.pages", "frames asked for"),
    segment("given", "segment.given", "frames given: more where the allocator rounds up"),
    segment("pins", "segment.pins", "how often it is pinned"),
    segment("pid", "segment.pid", "the process that maps it, or -1"),
    segment("addr", "segment.addr", "where it is mapped, or -1"),
    segment("alive", "segment.alive", "whether it has not been freed"),
    segment("id", "segment.id", "its number: requests are counted from 1"),
    method(
        "heap",
        "p.heap(\"phk\"), p.heap(\"phk\", #{directory:, options:, …}) or p.heap(number)",
        "a heap in a program: \"phk\", \"kr\", \"dl\", \"mmap_direct\" or \"freelist\"; by a number one that is there",
    ),
    method("heaps", "p.heaps()", "its heaps, as an array"),
    method("malloc", "h.malloc(bytes), where h is p.heap(\"phk\")", "a block of a heap; its address"),
    method("calloc", "h.calloc(count, bytes)", "a block for so many elements, all zero; its address"),
    method("realloc", "h.realloc(addr, bytes)", "makes a block larger or smaller; its address"),
    method("free", "h.free(addr)", "frees a block of a heap; 0, or what the allocator prints"),
    method("trim", "h.trim()", "gives back to the kernel what the allocator can"),
    method("stats", "h.stats()", "a heap's counters, as a map: requests, searched, touched, resident, bytes_copied, …"),
    method("blocks", "h.blocks()", "the blocks in use, as an array of [addr, bytes]"),
    method(
        "free_list",
        "h.free_list()",
        "the free blocks in the order of the allocator's lists, as an array of [addr, bytes]",
    ),
    method("check", "h.check()", "what is wrong with a heap's bookkeeping, as an array of texts"),
    free("kmalloc", "kmalloc(bytes)", "memory for the kernel itself; its physical address"),
    free("kfree", "kfree(addr)", "gives it back; 0, or what the allocator prints"),
    free("kheap", "kheap()", "the kernel's heap, to be asked like one of a program"),
    method(
        "port",
        "q.port(), q.port(#{auto: bytes}) or port(number)",
        "a port that the process receives messages from; by a number one that is there",
    ),
    method(
        "send",
        "p.send(port, segment, header), p.send(port, segment, header, #{by:, bytes:}) or p.send(port, header)",
        "sends a header of up to 128 bytes and a mapped segment, by \"remap\", \"copy\", \"cow\" or \"auto\"",
    ),
    method(
        "receive",
        "q.receive(port), q.receive(port, #{addr:}) or q.receive(port, #{into:})",
        "the oldest message, as a map: header, addr, bytes, from, by; \"EAGAIN\" if there is none",
    ),
    free("ports", "ports()", "the ports, as an array"),
    method("queue", "port.queue()", "the messages that wait at a port, oldest first, as an array of maps"),
    method("owner", "port.owner", "the process that receives from a port"),
    method("number", "port.number", "the number of a port"),
    method("kind", "h.kind", "the kind of a heap"),
    method("process", "h.process", "the process that has a heap"),
    free("reclaim", "reclaim(frames)", "swaps out until so many frames are freed; how many were"),
    free("kswapd", "kswapd()", "a turn of background reclaim, as it has between commands; how many frames it freed"),
    free(
        "references",
        "references(p, \"7 0 1w 2\"), references(p, [7, 0]) or references(p, string, #{addr:})",
        "makes each reference, a step; an array of maps #{page, hit, victim}, victim -1 if no page went",
    ),
    free("future", "future([7, 0, 1])", "tells the policy \"opt\" which pages come"),
    free("merge_pass", "merge_pass()", "merges equal pages of mergeable memory; how many frames that freed"),
    free("migrate", "migrate(from, to)", "moves what is in a frame, a page or a movable run, to a free frame"),
    free(
        "contig_report",
        "contig_report()",
        "what the last request took: a map with frame, pages, inspected, moved, written, zapped, lack",
    ),
    free("compact", "compact()", "compacts memory: pages move from the bottom of each zone to its top; how many moved"),
    free(
        "vmalloc",
        "vmalloc(pages)",
        "single frames that lie together only in the kernel's address space; the address",
    ),
    free("vfree", "vfree(addr)", "gives them back"),
    free(
        "note",
        "note(\"text\") or note(\"text\", #{before: true, title: \"pages\", elsewhere: true, rows: [[\"name\", values]]})",
        "a sentence for the reader, about the command before it or, with `before`, after it; with a chart of numbers",
    ),
    free(
        "show",
        "show(#{select: p, point: [[p, addr], frame], zoom: [first, count], open: [\"console\"], fold: [], counter: \"faults\"})",
        "what the page shows with the note before: a thing selected, others lit up, a part of the map, panels, a counter",
    ),
    free(
        "link",
        "link(thing), link(thing, \"words\"), link(p, addr) or link(p, addr, \"words\")",
        "words of a note that lead to a thing: a process, a page, a frame by its number, a segment, p.vma(addr)",
    ),
    free(
        "ask",
        "ask(\"question\", \"answer\") or ask(\"question\", #{ number: p.rss() })",
        "a question for the reader; one that is judged says what it asks for: number (unit, within), address, text, choice \
         or choices (of), table (with blanks), point, reach or foresee; and why, hint, hints, points, tries",
    ),
    free("seed", "seed()", "the seed of the header line `//! seed: 1`, or the one that was given"),
    free(
        "random",
        "random(n) or random(from, to)",
        "the next number drawn from the seed: 0 to n - 1, or from and to among them",
    ),
    free("shuffle", "shuffle(array)", "its elements in an order drawn from the seed"),
    free(
        "parameter",
        "parameter(\"frames\")",
        "the value of the header line `//! parameter: frames=64`, or the one that was given",
    ),
    free("later", "later()", "in a question: what is right comes later, by answer()"),
    free("answer", "answer(value)", "what is right of the question that was asked with later()"),
    free("blank", "blank(value)", "a cell of a question's table that the reader fills in, and what is right"),
    free(
        "expect",
        "expect(condition, \"text\") or expect(condition)",
        "records whether it holds; a failure is counted and does not stop the script",
    ),
    method("frame", "p.frame(addr)", "the frame a page is in, or -1"),
    method("slot", "p.slot(addr)", "the swap slot a page is in, or -1"),
    method("is_present", "p.is_present(addr)", "whether a page is in a frame"),
    method("is_swapped", "p.is_swapped(addr)", "whether a page is on the swap disk"),
    method("is_zero", "p.is_zero(addr)", "whether a page is the shared page of zeroes"),
    method(
        "pte",
        "p.pte(addr)",
        "a page's PTE as a map: state, frame, slot, writable, accessed, dirty, exec, raw, tag",
    ),
    method("walk", "p.walk(addr)", "the page-table walk as an array of maps: level, table, index, raw, tag, large"),
    method(
        "print_tables",
        "p.print_tables() or p.print_tables(#{blanks: [\"pa\", addr]})",
        "prints its page tables as xv6 does; blanks are left for the reader: index, pte, pa, or a page by its address",
    ),
    method("cr3", "p.cr3()", "the address of its uppermost table in memory"),
    free("peek", "peek(frame, offset)", "a byte of a frame as it lies in memory"),
    method("rss", "p.rss()", "pages in frames"),
    method("swapped", "p.swapped()", "pages on the swap disk"),
    method("tables", "p.tables()", "frames that hold its page tables"),
    method(
        "vmas",
        "p.vmas()",
        "its VMAs as an array of maps: start, end, pages, prot, shared, pgoff, name, flags, id, anon_vma",
    ),
    method("vma", "p.vma(addr)", "the VMA that holds an address as a map, or ()"),
    free("mapcount", "mapcount(frame)", "PTEs that map a frame"),
    free("mappers", "mappers(frame)", "the PTEs that map a frame as an array of maps: pid, addr"),
    free(
        "frame",
        "frame(number)",
        "a frame as a map: use, mapcount, index, anon_vma, object, stable_node, slot, dirty, mlocked",
    ),
    free("slot", "slot(number)", "a swap slot as a map: count, frame"),
    free(
        "way_back",
        "way_back(frame)",
        "what the reverse map stores for a frame, as a map: kind, vma, offset, pointers",
    ),
    free("rmap_bytes", "rmap_bytes()", "bytes that the reverse map takes"),
    free(
        "stale_entries",
        "stale_entries()",
        "entries of vma_offset that lead elsewhere: frame, pid, addr, stored, right",
    ),
    free("cached", "cached(\"file\", page)", "the frame of a file's page in the page cache, or -1"),
    free("file_size", "file_size(\"file\")", "a file's size in bytes, or -1 if it was never set"),
    free("free_frames", "free_frames()", "frames in the free lists"),
    free("largest_free", "largest_free()", "frames of the largest free run; with the buddy, of its largest block"),
    free(
        "boot_runs",
        "boot_runs()",
        "what the kernel asked for at boot, as an array of maps: user, pages, frame of its run or -1, addr from vmalloc or -1",
    ),
    free(
        "colours",
        "colours()",
        "colours of the processor's cache: frames whose numbers differ by a multiple of it compete for the same lines",
    ),
    free(
        "hash_chains",
        "hash_chains()",
        "the page cache's hash table as a map: buckets, pages, used, longest, mean_walk; buckets 0: there is none",
    ),
    free("free_runs", "free_runs()", "the free runs as an array of maps: frame, pages"),
    free("runs", "runs()", "the runs given as an array of maps: id, frame, pages, given, pins, movable"),
    free("area_tree", "area_tree()", "how deep the trees of free areas are: #{areas, depth, least_depth, mean_depth}"),
    free("unusable_index", "unusable_index(pages)", "the share of free memory in runs too short for so many, 0 to 1"),
    free("internal_fragmentation", "internal_fragmentation()", "frames given beyond what was asked for"),
    free("free_blocks", "free_blocks(order)", "free blocks of an order"),
    free(
        "request_lengths",
        "request_lengths()",
        "how often the allocator was asked for each length: #{pages, to, asked, missed}",
    ),
    free("order_of", "order_of(pages)", "the smallest order whose blocks hold so many pages"),
    free("used_slots", "used_slots()", "swap slots in use"),
    free("cost", "cost()", "cycles that the last command took, without the turn of background reclaim after it"),
    free("counter", "counter(\"faults\")", "a counter since the machine's start"),
    free(
        "what_if",
        "what_if(#{rmap: \"none\"})",
        "the script up to here, run again on a machine that differs: all its counters",
    ),
    free(
        "replay_on",
        "replay_on(#{rmap: \"none\"})",
        "the commands so far, replayed on a machine that differs: all its counters",
    ),
    free(
        "over_seeds",
        "over_seeds(n, |seed| …) or over_seeds(n, value, |seed, value| …)",
        "calls a function for each of n seeds, on a machine of its own; min, q1, median, q3, max, mean and all of what it gives",
    ),
    free(
        "sweep",
        "sweep(#{over: #{frames: [4, 8]}, by: #{policy: [\"fifo\", \"lru\"]}, counter: \"disk_reads\", machine: #{}}, || …)",
        "calls a function on a machine for each value of the fields; the counter of each, as rows for a chart",
    ),
    free("check", "check()", "the invariants that are broken, as an array of texts"),
    free("hex", "hex(number)", "a number in hexadecimal"),
    free(
        "plural",
        "plural(n, \"page\") or plural(n, \"entry\", \"entries\")",
        "the number with its noun: \"1 page\", \"2 pages\"",
    ),
    free("exit", "exit() or exit(value)", "ends the script; a number other than 0 says that it failed"),
    free("print", "print(value)", "prints for the reader of the console or the terminal"),
    free("debug", "debug(value)", "prints with types"),
    free("errno", "errno(answer)", "the name of what a failed call answered, or \"\""),
    free("range", "range(from, to)", "numbers for a loop: for i in 0..8 { }"),
    free("len", "text.len(), array.len()", "how many"),
    free("push", "array.push(value)", "adds at the end"),
];

/// The usages of a name: a process's function and a free one where both exist.
pub fn usages(name: &str) -> Vec<&'static Function> {
    FUNCTIONS.iter().filter(|function| function.name == name).collect()
}

/// All names, for finding the nearest.
pub fn names() -> impl Iterator<Item = &'static str> {
    FUNCTIONS.iter().map(|function| function.name)
}
