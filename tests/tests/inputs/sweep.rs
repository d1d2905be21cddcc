//! Sweeps: a trace, a recording and a script on many machines, and what is counted there. What is held against others'
//! figures is in `references`; how an axis is read, and what is wrong with one, beside it.

use pageturner::config::{Config, KernelPlace};
use pageturner::hw::geometry::GeometryKind;
use pageturner::import::refs::{self, References};
use pageturner::lab::compare::{Changes, changed, parse_changes};
use pageturner::lab::recording::Recording;
use pageturner::lab::sweep::{Axis, Fared, Plan, Replayed, Sweep};
use pageturner::script::{Counted, Limits, run_script};

fn plan(counters: &[&str], every: Option<u32>) -> Plan {
    Plan { counters: counters.iter().map(|name| name.to_string()).collect(), every }
}

fn changes(text: &str) -> Changes {
    parse_changes(text).expect("changes")
}

fn apart() -> Config {
    Config { kernel: KernelPlace::Apart, swap_slots: 0, ..Config::default() }
}

fn trace(text: &str) -> References {
    refs::read(text, GeometryKind::X86_64.geometry()).expect("a trace")
}

fn of_recording(recording: &Recording, with: &str, plan: &Plan) -> Fared {
    let replayed = Replayed::new(recording.clone());
    let config = changed(replayed.config(), &changes(with)).expect("a machine");
    replayed.fare(&config, plan, &mut |_| true).expect("a machine").expect("nobody cancels")
}

fn counted(script: &str) -> Counted {
    Counted::new(script, &Limits::default(), |_| true).expect("a script").0
}

fn of_script(script: &str, with: &str, plan: &Plan) -> Fared {
    counted(script).fare(&changes(with), plan, |_| true).expect("a machine").expect("nobody cancels")
}

/// A recording of a trace says what comes under any policy, so `opt` can be among the machines.
#[test]
fn a_trace_and_its_recording_fare_alike() {
    let string = "7 0 1 2 0 3 0 4 2 3 0 3 2 1 2 0 1 7 0 1w\n";
    let references = trace(string);
    let text = refs::recording(&references, &apart(), Some("string"), &mut |_| true).expect("not too long");
    let recording = Recording::parse(&text.expect("nobody cancels")).expect("a recording");
    assert_eq!(recording.title.as_deref(), Some("string"));
    let plan = plan(&["disk_reads", "accesses"], None);
    for with in ["frames=3,policy=fifo", "frames=3,policy=lru", "frames=3,policy=opt", "frames=4,policy=clock"] {
        let config = changed(&apart(), &changes(with)).expect("a machine");
        let made = refs::fare(&references, &config, &plan, &mut |_| true).expect("a machine").expect("not cancelled");
        assert_eq!(of_recording(&recording, with, &plan).counts, made.counts, "{with}");
    }
    let misses = of_recording(&recording, "frames=3,policy=opt", &plan).counts[0];
    assert_eq!(misses, 9, "the textbooks' string");
}

#[test]
fn rows_add_up_to_what_is_counted_in_all() {
    let references = trace(&(0..1000).map(|n| format!("{} ", n * n % 37)).collect::<String>());
    let config = Config { frames: 8, ..apart() };
    let fared = |every| {
        let plan = plan(&["disk_reads", "faults"], every);
        refs::fare(&references, &config, &plan, &mut |_| true).expect("a machine").expect("nobody cancels")
    };
    let (whole, rows) = (fared(None), fared(Some(300)));
    assert_eq!((whole.commands, whole.rows.len()), (1000, 0));
    assert_eq!(rows.rows.iter().map(|row| row.after).collect::<Vec<_>>(), [300, 600, 900, 1000]);
    for which in 0..2 {
        assert_eq!(rows.rows.iter().map(|row| row.counts[which]).sum::<u64>(), whole.counts[which]);
    }
    assert_eq!(rows.counts, whole.counts);
    assert_eq!(fared(Some(500)).rows.len(), 2, "an end at a row's end is one row");
}

/// Blocks and processes are elsewhere there, or not there at all: names are translated, and what has none is skipped.
#[test]
fn a_recordings_names_are_translated() {
    let script = "machine(#{ frames: 256, swap_slots: 0 });\nlet p = spawn(\"p\");\nlet h = p.heap(\"kr\");\n\
                  let a = h.malloc(64);\nlet b = h.malloc(64);\nh.free(a);\nlet c = p.fork();\nc.exit();\n\
                  let r = alloc(16);\nfree(r, 16);\n";
    let outcome = run_script(script, &Limits::default(), |_| true);
    assert_eq!(outcome.error, None);
    let recording = Recording { script: None, ..outcome.recording(script).expect("a machine") };
    let plan = plan(&["heap_loads", "failed_calls", "heap_calls"], None);
    let own = of_recording(&recording, "frames=256", &plan);
    assert_eq!(own.skipped, 0);
    for with in ["heap=dl", "heap=phk", "allocator=gravity"] {
        let fared = of_recording(&recording, with, &plan);
        assert_eq!((fared.skipped, fared.counts[1], fared.commands), (0, 0, own.commands), "{with}");
        let again = of_script(script, with, &plan);
        assert_eq!(again.counts, fared.counts, "{with}: run again it asks the same");
    }
    let none = of_recording(&recording, "max_order=2", &plan);
    assert_eq!(none.skipped, 2, "a request that no block serves, and its end");
}

#[test]
fn a_script_reacts_on_each_machine_and_its_questions_are_asked_once() {
    let reacts = "machine(#{ frames: 64, swap_slots: 0 });\nlet f = alloc(40);\nif f != \"ENOMEM\" { free(f, 40); }\n\
                  for n in 0..9 { note(n); }\n";
    let plan = plan(&["allocations"], Some(4));
    let (here, there) = (of_script(reacts, "frames=64", &plan), of_script(reacts, "allocator=memarea", &plan));
    assert_eq!((here.counts[0], there.counts[0]), (0, 1));
    assert_eq!((here.commands + 1, here.ended, there.ended), (there.commands, None, None));
    assert_eq!(there.rows.iter().map(|row| row.counts[0]).sum::<u64>(), 1);
    let asks = "machine(#{ frames: 64 });\nlet p = spawn(\"p\");\np.touch(p.mmap(4), 4);\n\
                let other = what_if(#{ frames: 32 });\nnote(other.faults);\n";
    assert_eq!(of_script(asks, "frames=128", &plan).ended, None);
    let ends = of_script("let a = alloc(8);\nfree(a, 8);\n", "max_order=2", &plan).ended.expect("no such block");
    assert!(ends.starts_with("line 1: alloc: "), "{ends}");
}

#[test]
fn what_a_sweep_cannot_be_is_refused() {
    let recording = Recording { steps: Vec::new(), ..Recording::default() };
    let config = changed(&recording.config, &changes("policy=opt")).expect("a machine");
    let refused = Replayed::new(recording).fare(&config, &plan(&["faults"], None), &mut |_| true);
    assert!(refused.expect_err("it cannot know").what.contains("has to be told what comes"));
    let wrong = |plan: Plan| plan.check().expect_err("no plan").to_string();
    assert!(wrong(plan(&["fault"], None)).starts_with("there is no counter `fault`; did you mean `faults`?"));
    assert!(wrong(plan(&[], None)).starts_with("nothing is to be counted"));
    assert!(wrong(plan(&["faults"], Some(0))).starts_with("a row of no commands"));
    let over = Axis::parse("frames=64,8").expect("an axis");
    let sweep = Sweep { over, by: None, all: Changes::new() };
    let limit = sweep.configs(&Config::default()).expect_err("too small").to_string();
    assert!(limit.starts_with("frames 8: frames: 8 is outside"), "{limit}");
}

#[test]
fn a_sweep_can_be_cancelled() {
    let references = trace(&"1 2 3 4 5 6 7 8\n".repeat(4096));
    let plan = plan(&["faults"], None);
    assert_eq!(refs::fare(&references, &apart(), &plan, &mut |_| false).expect("a machine"), None);
    let text = refs::recording(&references, &apart(), None, &mut |_| false).expect("not too long");
    assert_eq!(text, None);
    let loops = counted("for n in 0..600 { note(n); }\n");
    assert_eq!(loops.fare(&Changes::new(), &plan, |_| false).expect("a machine"), None);
}

/// A recording that could not be read again is not written.
#[test]
fn too_many_references_are_refused() {
    let references = trace(&"7 ".repeat((1 << 20) + 1));
    let refused = refs::recording(&references, &apart(), None, &mut |_| true).expect_err("too many");
    assert_eq!(refused.what, "1,048,577 references make a recording that is too long");
}
