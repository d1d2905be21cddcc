//! The command line as a user meets it: what it prints, where, and its exit status.
#![cfg(feature = "cli")]

use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

/// What came of one call.
struct Run {
    status: i32,
    out: String,
    err: String,
}

/// Calls the program with arguments and standard input.
fn pageturner(args: &[&str], input: &str) -> Run {
    let mut command = Command::new(env!("CARGO_BIN_EXE_pageturner"));
    let mut child = command
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts");
    // A program that does not read its input closes the pipe; that is no failure of the test.
    let _ = child.stdin.take().expect("a pipe").write_all(input.as_bytes());
    let Output { status, stdout, stderr } = child.wait_with_output().expect("it ends");
    let text = |bytes| String::from_utf8(bytes).expect("text");
    Run { status: status.code().expect("not ended by a signal"), out: text(stdout), err: text(stderr) }
}

/// A file of this test's own.
fn file(name: &str, text: &str) -> PathBuf {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::write(&path, text).expect("the test's directory can be written");
    path
}

const SCRIPT: &str = r#"// Two pages
machine(#{ geometry: "classroom", frames: 64, swap_slots: 16 });
note("A process writes.");
let p = spawn("p");
let a = p.mmap(2);
p.write(a, "hi");
print("printed");
ask("How many frames?", p.rss());
let c = p.fork();
expect(mapcount(p.frame(a)) == 2, "shared");
p.munmap(a + 1, 1);
"#;

/// As it is drawn on paper: the references, hits and misses, what went, and the frames after each.
#[test]
fn references_are_a_table() {
    let script = "machine(#{ kernel: \"apart\", frames: 2, swap_slots: 0, policy: \"fifo\", max_order: 0 }); \
        let p = spawn(\"p\"); references(p, \"7 0 7 1w 0\");";
    let table = "
| reference | 7     | 0     | 7   | 1w    | 0   |
| --------- | ----- | ----- | --- | ----- | --- |
|           | miss  | miss  | hit | miss  | hit |
| goes      |       |       |     | 7     |     |
| frame 0   | **7** | 7     | 7   | **1** | 1   |
| frame 1   |       | **0** | 0   | 0     | 0   |

5 references: 2 hits, 3 misses (60.0 %)
";
    let run = pageturner(&["run", "-", "--references"], script);
    assert_eq!((run.status, run.err.as_str()), (0, ""));
    assert!(run.out.ends_with(table), "{}", run.out);
    let run = pageturner(&["run", "-", "--references=2"], script);
    assert!(run.out.contains("| reference | 1w    | 0   |\n"), "{}", run.out);
    let run = pageturner(&["run", "-", "--references"], "let p = spawn(\"p\");");
    assert!(run.out.ends_with("\nNo references to single pages.\n"), "{}", run.out);
}

/// The page draws it; here it is a table below the note, indented as the note is.
#[test]
fn a_chart_is_a_table() {
    let script = "note(\"Two.\", #{ title: \"pages\", along: \"n\", rows: [[\"squares\", [0, 1, 4]], [\"doubles\", [0, 2, 4]]] });";
    let run = pageturner(&["run", "-"], script);
    assert_eq!((run.status, run.err.as_str()), (0, ""));
    let lines: Vec<&str> = run.out.lines().take(7).collect();
    let table = ["      pages:", "      n        0  1  2", "      squares  0  1  4", "      doubles  0  2  4"];
    assert_eq!((lines[1], &lines[3..]), ("      Two.", &table[..]));
}

#[test]
fn a_script_is_told_in_text() {
    let run = pageturner(&["run", "-"], SCRIPT);
    assert_eq!((run.status, run.err.as_str()), (0, ""));
    let expected = r#"
      A process writes.
    2 let p1 = spawn("p")
    3 p1.mmap(2)                                                   0x77c0
    4 p1.write(0x77c0, "hi")
      > printed
    ? How many frames?
      (1)
    6 let p2 = p1.fork()
   ok shared
    8 p1.munmap(0x77c1, 1)                                         EINVAL (an argument makes no sense, such as an address that is not at a page's start)

Memory: 64 frames (2048 bytes), 58 free
 0 |0TTATT..........................................................|
    . free · A anonymous, shared by several PTEs · T page table · 0 page of zeroes

Process 1 p: 1 resident, 0 zero, 0 swapped; 2 page tables
  000077c0-00007800 rw-p 2 pages
Process 2 p: 1 resident, 0 zero, 0 swapped; 2 page tables
  000077c0-00007800 rw-p 2 pages
"#;
    assert!(run.out.starts_with(expected), "{}", run.out);
    assert!(
        run.out.contains("Free blocks in zone Normal: ")
            && run.out.contains("Swap: 0 of 16 slots in use")
            && run.out.contains("Counters: cycles ")
            && run.out.contains("Requests by length:\n         1 frame        5 (100.00 %)\n")
    );
}

#[test]
fn a_script_and_its_recording_say_the_same_to_programs() {
    let recording = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("same.jsonl");
    let path = recording.to_str().expect("a plain path");
    let script = pageturner(&["run", "-", "--record", path, "--json", "--check", "--events"], SCRIPT);
    let replay = pageturner(&["replay", path, "--json", "--check", "--events"], "");
    assert_eq!((script.status, replay.status), (0, 0));
    assert_eq!(script.out, replay.out);
    let lines: Vec<serde_json::Value> =
        script.out.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(lines[0]["command"]["do"], "note");
    let summary = &lines.last().expect("a summary")["summary"];
    assert_eq!(
        (summary["steps"].as_u64(), summary["failed_expects"].as_u64(), &summary["broken"]),
        (Some(8), Some(0), &serde_json::Value::Null)
    );
    assert_eq!(summary["events"].as_u64(), Some(lines.iter().filter(|line| line["change"].is_object()).count() as u64));
    assert!(
        fs::read_to_string(&recording)
            .expect("it was written")
            .starts_with("{\"pageturner\":1,\"machine\":{\"geometry\":\"classroom\"")
    );
}

#[test]
fn dumps_are_one_object_a_line() {
    let all = "vmas,pagemap,frames,rmap,free,slots";
    let run = pageturner(&["run", "-", "--dump", all], SCRIPT);
    let expected = r#"{"dump":"vmas","after":8,"pid":1,"vmas":[[958,960,"rw-",958]]}
{"dump":"vmas","after":8,"pid":2,"vmas":[[958,960,"rw-",958]]}
{"dump":"pagemap","after":8,"pid":1,"pages":[[958,"frame",3]]}
{"dump":"pagemap","after":8,"pid":2,"pages":[[958,"frame",3]]}
{"dump":"frames","after":8,"frames":[{"pfn":0,"use":"zero"},{"pfn":1,"use":"table","pid":1,"level":1},{"pfn":2,"use":"table","pid":1,"level":0},{"pfn":3,"use":"page","mapcount":2,"mapping":{"anon_vma":1},"index":958,"slot":null,"dirty":false,"mlocked":false},{"pfn":4,"use":"table","pid":2,"level":1},{"pfn":5,"use":"table","pid":2,"level":0}]}
{"dump":"rmap","after":8,"rmap":[[3,[[1,958],[2,958]]]]}
{"dump":"free","after":8,"frames":58,"lists":[{"zone":"Normal","list":1,"runs":[[6,2]]},{"zone":"Normal","list":3,"runs":[[8,8]]},{"zone":"Normal","list":4,"runs":[[16,16]]},{"zone":"Normal","list":5,"runs":[[32,32]]}]}
{"dump":"slots","after":8,"slots":[]}
"#;
    assert_eq!(run.out, expected);
    let each = pageturner(&["run", "-", "--dump", "vmas", "--each"], SCRIPT);
    let afters: Vec<&str> =
        each.out.lines().map(|line| line.split("\"after\":").nth(1).map_or("", |rest| &rest[..1])).collect();
    assert_eq!(afters, ["2", "3", "4", "5", "6", "6", "7", "7", "8", "8"], "one line for each process after each step");
}

#[test]
fn a_failing_expectation_is_exit_status_1() {
    let run = pageturner(&["run", "-", "-q"], "expect(1 == 2, \"one is two\"); note(\"on\");");
    assert_eq!(
        (run.status, run.out.as_str(), run.err.as_str()),
        (1, "", "pageturner: 1 expectation failed: one is two\n")
    );
    let run = pageturner(&["run", "-"], "expect(false, \"no\");");
    assert!(run.out.starts_with("FAILED no (line 1)\n"), "{}", run.out);
    let run =
        pageturner(&["replay", "-", "-q"], "{\"pageturner\":1}\n{\"do\":\"expect\",\"text\":\"no\",\"held\":false}\n");
    assert_eq!(run.status, 1);
}

#[test]
fn bad_files_and_arguments_are_exit_status_2() {
    let run = pageturner(&["run", "-"], "note(\"x\");\nspwan();");
    assert_eq!(run.status, 2);
    assert!(run.out.contains("      x\n"), "what ran before is told: {}", run.out);
    assert_eq!(
        run.err,
        "pageturner: standard input: line 2, column 1: `spwan` is not a function\n  | spwan();\n  | ^\n  = did you mean `spawn`? spawn(\"name\"), spawn() or spawn(#{pid:, name:})\n"
    );
    for (args, input, message) in [
        (
            &["replay", "-"][..],
            "{\"pageturner\":1}\n{\"do\":\"exit\"",
            "line 2, column 12: the line ends in the middle of an object",
        ),
        (
            &["replay", "-"],
            "{\"pageturner\":1}\n{\"do\":\"free\",\"pfn\":1,\"pages\":1}",
            "line 2, column 1: free: no run",
        ),
        (&["replay", "/nowhere"], "", "/nowhere: No such file"),
        (&["run", "-", "--record", "/nowhere/x"], "", "/nowhere/x: No such file"),
        (&["run", "-", "--dump", "vma"], "", "did you mean `vmas`?"),
        (&["run", "-", "--each"], "", "--dump"),
        (&["run"], "", "<FILE>"),
        (&["teleport"], "", "teleport"),
        (&["import", "strace", "-"], "this is no log\n", "standard input"),
    ] {
        let run = pageturner(args, input);
        assert_eq!(run.status, 2, "{args:?}: {}", run.err);
        assert!(run.err.contains(message), "{args:?}: {}", run.err);
    }
    let path = file("bytes.rhai", "");
    fs::write(&path, b"note(\"\xff\");").expect("the test's directory can be written");
    let run = pageturner(&["run", path.to_str().expect("a plain path")], "");
    assert!(run.err.contains("line 1, column 7: the byte 0xff here is not UTF-8 text"), "{}", run.err);
}

#[test]
fn a_reader_that_goes_away_is_no_panic() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_pageturner"));
    let path = file("long.rhai", "for i in 0..20000 { note(\"a line that nobody reads\"); }");
    let mut child =
        command.arg("run").arg(&path).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("it ends");
    assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(0), &b""[..]));
}

#[test]
fn a_log_becomes_a_recording_that_replays() {
    let log = "100 execve(\"/bin/true\", [\"true\"], 0x7ffe /* 1 var */) = 0\n\
               100 brk(NULL) = 0x555555559000\n\
               100 mmap(NULL, 8192, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = 0x7ffff7fb8000\n\
               100 exit_group(0) = ?\n\
               100 +++ exited with 0 +++\n";
    let import = pageturner(&["import", "strace", "-"], log);
    assert_eq!(import.status, 0, "{}", import.err);
    assert!(import.err.contains("commands from"), "{}", import.err);
    let replay = pageturner(&["replay", "-", "--check", "-q"], &import.out);
    assert_eq!((replay.status, replay.err.as_str()), (0, ""));
}

#[test]
fn the_same_requests_are_compared_on_machines_that_differ() {
    let script = "machine(#{ frames: 64 }); let a = alloc(8); alloc(3); free(a, 8);";
    let on_each = ["compare", "-", "--with", "max_order=2", "--with", r#"{"rmap":"none"}"#];
    let run = pageturner(&on_each, script);
    assert_eq!((run.status, run.err.as_str()), (0, ""));
    for said in [
        "the script run on each of max_order 10, rmap object (3 commands) · max_order 2, rmap object (0 commands) · ",
        "max_order 2, rmap object: ended at line 1: alloc: 8 pages are more than a block of order 2 holds\n",
    ] {
        assert!(run.out.contains(said), "{said}: {}", run.out);
    }
    let replay = pageturner(&[&on_each[..], &["--replay"]].concat(), script);
    assert_eq!((replay.status, replay.err.as_str()), (0, ""));
    for said in [
        "3 commands replayed on max_order 10, rmap object · max_order 2, rmap object · max_order 10, rmap none\n",
        "first difference in outcome: step 1, alloc(8): frame 8; here not given: ",
        "first difference in outcome: none",
    ] {
        assert!(replay.out.contains(said), "{said}: {}", replay.out);
    }
    let json = pageturner(&["compare", "-", "--with", "max_order=2", "--replay", "--json"], script);
    let lines: Vec<serde_json::Value> =
        json.out.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!((lines.len(), &lines[1]["first_outcome"], &lines[1]["figures"]["failed"]), (2, &1.into(), &1.into()));
    let bad = pageturner(&["compare", "-", "--with", "alocator=none"], script);
    assert_eq!(bad.status, 2);
    assert!(bad.err.contains("alocator"), "{}", bad.err);
}

#[test]
fn the_console_talks_and_travels() {
    let input = "let p = spawn(\"shell\")\nlet a = p.mmap(2)\np.write(a,\n  \"hi\")\np.read(a, 2)\np.mumap(a, 1)\n:back 2\np.rss()\n:steps\n:check\n:nonsense\n:help munmap\n:quit\n";
    let run = pageturner(&["console"], input);
    assert_eq!((run.status, run.err.as_str()), (0, ""));
    for said in [
        "pid 1\n",
        "0x7ffff7ffd000\n",
        "\"hi\"\n",
        "line 1, column 3: `mumap` is not a function of a process\n  | p.mumap(a, 1)\n  |   ^\n  = did you mean `munmap`?",
        "after step 2 of 4\n",
        ">    2 p1.mmap(2)\n",
        "all invariants hold\n",
        "there is no :nonsense",
        "p.munmap(addr, pages)\n    unmaps\n",
    ] {
        assert!(run.out.contains(said), "{said}: {}", run.out);
    }
}

#[test]
fn the_console_starts_from_a_script_or_a_recording() {
    let script = file("start.rhai", SCRIPT);
    let script = script.to_str().expect("a plain path");
    let recording = pageturner(&["run", script, "-q", "--record", "-"], "").out;
    let recording = file("start.jsonl", &recording);
    for path in [script, recording.to_str().expect("a plain path")] {
        let run = pageturner(&["console", path], "p2.parent\n");
        assert!(run.out.ends_with("\n1\n"), "{}", run.out);
    }
}

/// The table, CSV and JSON of the same sweeps; what is wrong is said with what would be right.
#[test]
fn a_sweep_is_a_table() {
    let trace = file("string.txt", "7 0 1 2 0 3 0 4 2 3 0 3 2 1 2 0 1 7 0 1\n");
    let trace = trace.to_str().expect("a plain path");
    let run = |more: &[&str]| pageturner(&[&["sweep", trace], more].concat(), "");
    let table = run(&["--frames", "3,4"]);
    assert_eq!((table.status, table.err.as_str()), (0, ""));
    assert_eq!(table.out, "frames  fifo  lru  opt\n     3    15   12    9\n     4    10    8    8\n");
    let csv = run(&[
        "--over",
        "policy=fifo,lru",
        "--machine",
        r#"{"frames":3,"kernel":"apart"}"#,
        "--counter",
        "faults",
        "--csv",
    ]);
    assert_eq!(csv.out, "policy,faults\nfifo,15\nlru,12\n");
    let time = run(&["--over", "frames=3", "--by", "policy=fifo,opt", "--every", "8", "--csv"]);
    assert_eq!(time.out, "references,frames=3 fifo,frames=3 opt\n8,7,6\n16,5,2\n20,3,1\n");
    let json =
        run(&["--frames", "3", "--policy", "opt", "--counter", "disk_reads", "--counter", "disk_writes", "--json"]);
    assert_eq!(json.out, "{\"frames\":3,\"policy\":\"opt\",\"disk_reads\":9,\"disk_writes\":0,\"references\":20}\n");
    for (more, what) in [
        (&["--over", "framse=3"][..], "there is no field `framse` (did you mean `frames`?"),
        (&["--policy", "lri"], "policy cannot be `lri` (did you mean `lru`?"),
        (&["--frames", ""], "frames: there is no value (write frames=4,8,16)"),
        (&["--over", "frames=1..2000", "--by", "replacement.seed=1,2,3,4,5"], "frames"),
        (&["--counter", "misses"], "there is no counter `misses`"),
        (&["--over", "frames=4", "--by", "frames=8"], "`frames` is on both axes"),
    ] {
        let run = run(more);
        if what != "frames" {
            assert_eq!((run.status, run.out.as_str()), (2, ""), "{more:?}");
        }
        assert!(run.err.contains(what) || what == "frames", "{more:?}: {}", run.err);
    }
}

#[test]
fn a_script_and_its_recording_are_swept_too() {
    let script = "machine(#{ frames: 64, swap_slots: 64 });\nlet p = spawn(\"p\");\nlet a = p.mmap(40);\np.touch(a, 40);\nalloc(16);\n";
    let path = file("swept.rhai", script);
    let recording = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("swept.jsonl");
    let (path, recording) = (path.to_str().expect("a plain path"), recording.to_str().expect("a plain path"));
    assert_eq!(pageturner(&["run", path, "-q", "--record", recording], "").status, 0);
    let over = ["--over", "frames=32,64", "--counter", "disk_writes", "--csv"];
    let of = |file: &str, more: &[&str]| pageturner(&[&["sweep", file], &over[..], more].concat(), "");
    let first = of(path, &[]);
    assert_eq!((first.status, first.err.as_str()), (0, ""));
    assert_eq!(of(recording, &[]).out, first.out);
    assert_eq!(of(recording, &["--replay"]).out, first.out);
    assert!(first.out.ends_with("64,0\n"), "{}", first.out);
    let none = pageturner(&["sweep", path], "");
    assert_eq!(none.status, 2);
    assert!(none.err.contains("over what? Say --over FIELD=VALUES"), "{}", none.err);
    let ended = pageturner(&["sweep", path, "--over", "max_order=2,10"], "");
    assert_eq!(ended.status, 0);
    assert!(ended.out.contains("  2           -\n"), "{}", ended.out);
    assert!(ended.err.starts_with("max_order 2: ended after 3 commands: line 5: alloc: "), "{}", ended.err);
}
