//! Scripts without an end in time, depth or memory: each is refused soon, on a stack as small as WebAssembly's.

use super::run;
use pageturner::script::{Limits, run_script};
use std::time::{Duration, Instant};

/// Runs a hostile script on a stack as small as WebAssembly's; it must end soon, with an error.
fn hostile(script: &str, message: &str) {
    let (script, started) = (script.to_string(), Instant::now());
    let shown: String = script.chars().take(80).collect();
    let thread = std::thread::Builder::new().stack_size(1 << 20).spawn(move || run(&script).error);
    let error = thread
        .expect("a thread")
        .join()
        .expect("no panic, no overflow")
        .unwrap_or_else(|| panic!("no error in {shown}"));
    assert!(error.message.contains(message), "{shown}: {error}");
    assert!(started.elapsed() < Duration::from_secs(60), "{shown}: {:?}", started.elapsed());
}

#[test]
fn loops_without_an_end_do_end() {
    hostile("loop { }", "more than 40000000 operations");
    hostile("loop { print(\"again and again and again\"); }", "more than 40000000 operations");
    hostile("loop { note(\"x\"); }", "more than 200000 commands");
    hostile("let p = spawn(\"x\"); loop { p.rss(); }", "looked at more than 500000000");
    hostile("fn f() { f() } f();", "call each other more than 24 deep");
    hostile("fn f(n) { 1 + (2 + (3 + (4 + f(n + 1)))) } f(0);", "call each other more than 24 deep");
}

#[test]
fn nesting_without_an_end_is_refused() {
    for (open, middle, close, n) in [
        ("(", "1", ")", 30_000),
        ("[", "1", "]", 30_000),
        ("#{a:", "1", "}", 10_000),
        ("{", "1", "}", 30_000),
        ("if true {", "1", "}", 6_000),
        ("!", "true", "", 60_000),
        ("- ", "1", "", 30_000),
        ("`${", "1", "}`", 20_000),
    ] {
        hostile(&format!("{}{middle}{}", open.repeat(n), close.repeat(n)), "expressions are nested more than 48 deep");
    }
    for (start, again) in [
        ("1", "+1"),
        ("let a = 1; a", ".b"),
        ("let a = 1; a", "[0]"),
        ("true", "&&true"),
        ("if false {}", " else if false {}"),
    ] {
        hostile(&format!("{start}{}", again.repeat(5_000)), "expressions are nested more than 48 deep");
    }
    hostile("let s = \"[\"; for i in 0..16 { s += s; } parse_json(s)", "nested more than 48 deep");
    hostile("let a = []; loop { a = [a]; }", "nest more than 64 deep");
    hostile("let a = [0]; loop { a[0] = a; }", "nest more than 64 deep");
    hostile("let m = #{ x: 0 }; loop { m.x = m; }", "nest more than 64 deep");
}

#[test]
fn memory_without_an_end_is_refused() {
    hostile(&"x".repeat(10 << 20), "the script has 10485760 bytes; the most is 131072");
    hostile("let s = \"a\"; loop { s += s; }", "a text has more bytes than a script may hold, 131072");
    hostile("let a = [1]; loop { a += a; }", "an array has more elements than a script may hold, 16384");
    hostile("let a = []; loop { a.push(a); }", "an array has more elements than a script may hold, 16384");
    hostile("let a = []; a.pad(1000000000, 0);", "an array has more elements");
    hostile("let b = blob(1000000000);", "an array has more elements");
    hostile("let s = \"\"; s.pad(1000000000, \"x\");", "a text has more bytes");
    hostile("let m = #{}; let i = 0; loop { m[\"k\" + i] = i; i += 1; }", "the variables hold more than 4194304 bytes");
    hostile(
        "let b = []; b.pad(16000, 0); let a = []; a.pad(16000, 0); let i = 0; while i < 16000 { a[i] = b; i += 1; }",
        "the variables hold more",
    );
    hostile(
        "let s = \"\"; s.pad(130000, \"y\"); let a = []; a.pad(16000, 0); let i = 0; while i < 16000 { a[i] = s + i; i += 1; }",
        "the variables hold more",
    );
    hostile("let f = |x| x; f = f.curry(f);", "a name is missing");
    hostile("let f = |x| x; f = curry(f, f);", "there is no `curry`");
    hostile(&(0..300).map(|n| format!("let x{n} = 1; ")).collect::<String>(), "more than 256 variables");
    hostile(&(0..300).map(|n| format!("fn f{n}() {{}} ")).collect::<String>(), "more than 256 functions");
    hostile("let s = \"\"; s.pad(100000, \"x\"); note(s);", "the text has 100000 bytes; the most is 65536");
    hostile("let p = spawn(\"x\"); p.read(0, 1 << 40);", "bytes are more than 16384");
    hostile("machine(#{ frames: 34000000 });", "outside 16 to 33554432");
}

/// Lists of maps, as many as fit into a value and one more.
#[test]
fn a_list_has_as_many_maps_as_a_value_holds() {
    let limits = Limits { map: 40, ..Limits::default() };
    let error = |script: &str| run_script(script, &limits, |_| true).error.map(|error| error.message);
    let runs = |count: u32| error(&format!("machine(#{{ frames: 64 }}); for n in 0..{count} {{ alloc(1); }} runs();"));
    assert_eq!(runs(5), None);
    for more in [6, 7] {
        assert_eq!(runs(more), Some(format!("runs: {more} are more than a script can hold, 5")));
    }
    // 63 frames are free in six blocks.
    assert_eq!(error("machine(#{ frames: 64 }); alloc(1); free_runs();"), None);
    let too_many = "free_runs: 6 are more than a script can hold, 5";
    assert_eq!(error("machine(#{ frames: 64 }); free_runs();"), Some(too_many.into()));
}

#[test]
fn a_runner_can_allow_less() {
    let limits = Limits { frames: 1000, ..Limits::default() };
    let error = run_script("machine(#{ frames: 1001 });", &limits, |_| true).error.expect("too large");
    assert_eq!(error.message, "frames: 1001 is over 1000, the most here");
    // The machine that is there by default is small enough for anybody.
}
