//! `over_seeds`: a function called for many seeds, each on a machine of its own.

use super::{all_hold, error, run};
use pageturner::script::{ConsoleScope, Limits, console_line, run_script};

#[test]
fn it_sums_up() {
    all_hold(
        r#"
        let seeds = over_seeds(10, |seed| seed);
        expect(seeds.all[0] == 1896895516 && seeds.all.len() == 10, "upper 31 bits of SplitMix64 from 0");
        expect(over_seeds(4, |seed| seed).all == seeds.all.extract(0, 4), "fewer are the first of more");
        let sorted = seeds.all;
        sorted.sort();
        expect(seeds.min == sorted[0] && seeds.median == sorted[4] && seeds.max == sorted[9], "the lower of two in the middle");
        expect(seeds.q1 == sorted[2] && seeds.q3 == sorted[7], "a quarter of ten numbers is three of them");
        let both = over_seeds(3, 5, |seed, value| #{ given: value, third: if seed == 1896895516 { 1 } else { 0 } });
        expect(both.given == #{ min: 5, q1: 5, median: 5, q3: 5, max: 5, mean: 5.0, all: [5, 5, 5] });
        expect(both.third == #{ min: 0, q1: 0, median: 0, q3: 1, max: 1, mean: 0.33, all: [1, 0, 0] });
        expect(over_seeds(2, |seed| 0.5).max == 0.5);
        "#,
    );
}

/// The function's machines are not the script's, and what it does there is not in the script's history.
#[test]
fn each_call_has_a_machine_of_its_own() {
    all_hold(
        r#"
        machine(#{ frames: 64 });
        fn other(seed) {
            machine(#{ frames: 32 });
            note("not shown");
            print("nor this");
            expect(FRAMES == 32, "its own");
            alloc(2 + seed % 2);
            let asked = what_if(#{ allocator: "memarea" });
            #{ free: free_frames(), replayed: if asked.replayed { 1 } else { 0 }, there: asked.free_frames }
        }
        alloc(1);
        let cycles = counter("cycles");
        let seen = over_seeds(8, |seed| other(seed));
        expect(FRAMES == 64 && counter("cycles") == cycles && counter("allocations") == 1, "this one has not changed");
        expect(seen.free.min < seen.free.max && seen.replayed.min == 1 && seen.there.max == seen.free.max);
        "#,
    );
    let printed = run("over_seeds(2, |seed| { print(1); 1 });").printed;
    assert_eq!(printed, []);
}

/// A run on another machine gets the first one's answer; an early end does not miss what was expected in a function.
#[test]
fn what_if_and_early_ends_know_it() {
    let outcome = run(r#"machine(#{ frames: 64 });
        let least = over_seeds(5, |seed| { expect(seed > 0); seed }).min;
        let there = what_if(#{ frames: 32 });
        expect(there.ended == "" && there.free_frames == 31);
        exit(0);"#);
    assert_eq!((outcome.error, outcome.failed_expects), (None, 0));
    assert_eq!(outcome.early.expect("an early end").unreached, 0);
}

/// An error can be caught; the script's own machine is there again.
#[test]
fn an_error_in_the_function_leaves_the_script_its_machine() {
    all_hold(
        r#"
        machine(#{ frames: 64 });
        let said = "";
        try { over_seeds(2, |seed| { machine(#{ frames: 32 }); free(3, 1); 1 }); } catch (mistake) { said = mistake.to_string(); }
        expect(said.starts_with("over_seeds: with seed 1896895516: free:") && FRAMES == 64);
        "#,
    );
}

/// All its machines together stay below the limits, and no script goes on after one.
#[test]
fn it_counts_for_the_limits() {
    let ends = |limits: Limits, source: &str| {
        let error = run_script(source, &limits, |_| true).error.expect("a limit").to_string();
        assert!(error.contains("more than"), "{error}");
    };
    let source = "try { over_seeds(4, |seed| { for n in 0..30 { note(n); } 1 }); } catch (e) { }";
    ends(Limits { seed_commands: 100, ..Limits::default() }, source);
    let source = "over_seeds(4, |seed| { let n = 0; while n < 2000 { n += 1; } n });";
    ends(Limits { operations: 20_000, ..Limits::default() }, source);
    let source = "over_seeds(4, |seed| { machine(#{ frames: 64 }); for n in 0..100 { frame(n % 64); mapcount(1); free_runs(); } 1 });";
    ends(Limits { looks: 1000, ..Limits::default() }, source);
    let cancelled = run_script("over_seeds(9, |seed| { loop {} });", &Limits::default(), |_| false);
    assert!(cancelled.error.expect("it was cancelled").message.contains("cancelled"));
    assert!(error("fn deep(n) { over_seeds(1, n, |seed, n| deep(n)) } deep(1);").contains("cannot call it"));
}

#[test]
fn the_console_has_it() {
    let mut session = run("machine(#{ frames: 64 });").session.expect("a machine");
    let mut scope = ConsoleScope::default();
    let mut line = |text: &str| console_line(&mut session, &mut scope, text).expect("a line");
    assert_eq!(line("over_seeds(3, |seed| { machine(#{ frames: 32 }); free_frames() }).max"), "31");
    assert_eq!(line("FRAMES"), "64");
}
