//! What scripts do to the machine and ask of it.

use super::all_hold;

#[test]
fn processes_map_write_fork_and_end() {
    all_hold(
        r#"
        machine(#{ frames: 256, swap_slots: 64, rmap: "object" });
        let p = spawn("shell");
        expect(p.pid == 1 && p.alive && p.name == "shell" && p.parent == -1, "it is there");
        let a = p.mmap(8);
        expect(a % PAGE == 0 && PAGE == 4096 && FRAMES == 256, "aligned");
        expect(p.frame(a) == -1 && !p.is_present(a) && p.rss() == 0, "nothing is there before the first touch");
        expect(p.read(a, 3) == blob(3, 0), "unwritten memory reads as zeroes");
        expect(p.is_zero(a), "from the shared page of zeroes");
        expect(p.write(a, "hello") == 0, "done is 0, as in C");
        expect(p.read(a, 5) == "hello" && "hello" == p.read_text(a, 99), "bytes compare with texts");
        let c = p.fork();
        expect(c.parent == p.pid && c != p && c == process(2) && processes() == [p, c], "a child");
        expect(p.frame(a) == c.frame(a) && mapcount(p.frame(a)) == 2, "sharing a frame");
        expect(!p.pte(a).writable && p.pte(a).state == "frame", "which nobody may write");
        expect(mappers(p.frame(a)) == [#{ pid: 1, addr: a }, #{ pid: 2, addr: a }], "found from the frame");
        let before = counter("cow_faults");
        c.write(a, [72, 73]);
        expect(p.read_text(a, 5) == "hello" && c.read_text(a, 5) == "HIllo", "copy on write");
        expect(counter("cow_faults") == before + 1 && counter("cycles") > 0, "counted");
        expect(p.exec("ls") == 0 && p.name == "ls" && p.vmas() == [], "a new program");
        expect(c.exit() == 0 && !c.alive, "the end");
        "#,
    );
}

#[test]
fn vmas_are_as_on_linux() {
    all_hold(
        r#"
        let p = spawn();
        let a = p.mmap(#{ addr: 0x10000000, pages: 8, flags: ["private", "anonymous", "fixed"] });
        expect(a == 0x10000000, "fixed");
        expect(p.mprotect(a + 2 * PAGE, 2, "r") == 0, "");
        let v = p.vmas();
        expect(v.len() == 3 && v[1].prot == "r--" && v[1].pages == 2 && v[1].start == a + 2 * PAGE, "split in three");
        p.mprotect(a, 8, "rw");
        expect(p.vmas().len() == 1 && p.vma(a + 5 * PAGE).pages == 8 && p.vma(0) == (), "and merged again");
        expect(p.munmap(a + 1, 1) == "EINVAL" && p.munmap(a + 1, 1) != 0, "not at a page's start");
        expect(errno(p.munmap(1, 1)) == "EINVAL" && errno(p.munmap(a, 1)) == "", "by name");
        expect(p.mmap(#{ addr: a + PAGE, pages: 1, flags: ["private", "anonymous", "fixed_noreplace"] }) == "EEXIST", "taken");
        let b = p.mremap(a + PAGE, 7, 9, #{ to: 0x20000000 });
        expect(b == 0x20000000 && p.mremap(b, 9, 4) == b && p.vma(b).pages == 4, "moved, then made smaller");
        let heap = p.brk();
        expect(p.brk(heap + 3 * PAGE) == heap + 3 * PAGE && p.vma(heap).name == "[heap]", "the heap");
        let f = p.mmap(#{ pages: 2, prot: "r", flags: ["shared"], file: "data", pgoff: 5 });
        expect(p.vma(f).name == "data" && p.vma(f).pgoff == 5 && p.vma(f).shared, "a file");
        "#,
    );
}

#[test]
fn swapping_and_kernel_runs() {
    all_hold(
        r#"
        machine(#{ geometry: "classroom", frames: 64, swap_slots: 16 });
        expect(PAGE == 32 && free_frames() == 63 && largest_free() == 32 && free_blocks(5) == 1, "the machine");
        let p = spawn("p");
        let a = p.mmap(4);
        for i in 0..4 { p.write(a + i * PAGE, [i + 1]); }
        expect(p.rss() == 4 && p.tables() == 2 && p.walk(a).len() == 2, "resident");
        p.madvise(a, 2, "pageout");
        expect(p.is_swapped(a) && p.swapped() == 2 && p.slot(a) >= 0 && used_slots() == 2, "swapped out");
        expect(slot(p.slot(a)).count == 1 && p.frame(a) == -1 && p.pte(a).state == "swap", "its slot");
        expect(p.read(a)[0] == 1, "read back");
        expect(!p.is_swapped(a) && p.is_swapped(a + PAGE), "one of the two");
        expect(reclaim(2) >= 2, "freed");
        let r = alloc(3);
        expect(frame(r).use == "run" && order_of(3) == 2 && order_of(1) == 0 && order_of(4) == 2 && order_of(5) == 3, "a run");
        free(r, 3);
        expect(frame(r).use == "free" && check() == [], "sound");
        expect(alloc(32) >= 0 && alloc(32) == "ENOMEM", "only one such run");
        "#,
    );
}

#[test]
fn segments_name_runs_wherever_they_are() {
    all_hold(
        r#"
        machine(#{ frames: 64, zones: [#{ name: "DMA", start: 0, end: 16 }, #{ name: "Normal", start: 16, end: 64 }] });
        let s = alloc(3, #{ movable: true });
        let r = alloc(4, #{ align: 4, zone: 1 });
        expect(r % 4 == 0, "aligned");
        expect(s.alive && s.pages == 3 && s.given == 4 && s.pins == 0 && s.id == 1, "what it is");
        expect(segment(s.frame) == s && segment(r) != s && s != "ENOMEM", "by its frame");
        let of_s = runs().filter(|run| run.id == 1);
        expect(runs().len() == 2 && of_s[0] == #{ id: 1, frame: s.frame, pages: 3, given: 4, pins: 0, pid: -1, movable: true }, "all runs");
        expect(internal_fragmentation() == 1, "one frame lost to rounding");
        pin(s);
        pin(s.frame);
        expect(s.pins == 2, "pinned twice");
        unpin(s.frame);
        unpin(s);
        let first = s.frame;
        expect(free(s) == 0 && !s.alive && frame(first).use == "free", "freed");
        free(r, 4);
        alloc(32, #{ zone: 1 });
        expect(alloc(32, #{ zone: 1, movable: true }) == "ENOMEM" && alloc(16, #{ movable: true }) != s, "failed calls answer as ever");
        "#,
    );
}

#[test]
fn fragmentation_has_figures() {
    all_hold(
        r#"
        machine(#{ frames: 64 });
        let held = [];
        loop {
            let r = alloc(1);
            if r == "ENOMEM" { break; }
            held.push(r);
        }
        expect(free_frames() == 0 && unusable_index(1) == 1.0 && largest_free() == 0 && free_runs() == [], "all taken");
        for frame in held {
            if frame % 2 == 0 { free(frame, 1); }
        }
        expect(free_frames() > 20 && largest_free() == 1, "every other frame");
        expect(unusable_index(1) == 0.0 && unusable_index(2) == 1.0, "enough, and no use for two");
        expect(free_runs().len() == free_frames() && free_runs()[0].pages == 1, "one by one");
        "#,
    );
}
