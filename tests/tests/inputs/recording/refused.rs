//! What is not a recording: refused with its place and what would be right.

use super::{HEAD, SCRIPT, recorded};
use pageturner::lab::recording::{MAX_LINE, MAX_TEXT, Recording};

/// The error without the quoted line: `line:column message = hint`.
fn error(text: &str) -> String {
    let error = match Recording::parse(text) {
        Err(error) => error,
        Ok(recording) => recording.replay().expect_err("not a recording"),
    };
    assert!(error.to_string().len() < 1500, "short enough to read");
    let hint = error.hint.map(|hint| format!(" = {hint}")).unwrap_or_default();
    format!("{}:{} {}{hint}", error.line, error.column, error.message)
}

#[test]
fn bad_first_lines_are_refused_with_their_place() {
    const EXAMPLE: &str = r#"the first line is the machine: {"pageturner":1,"machine":{}}"#;
    for (text, expected) in [
        ("", format!("1:1 the line is empty = {EXAMPLE}")),
        ("\0", format!("1:1 not JSON: expected value = a recording has one JSON object a line; {EXAMPLE}")),
        ("hello", format!("1:1 not JSON: expected value = a recording has one JSON object a line; {EXAMPLE}")),
        ("{}", format!("1:1 this is not a recording: the first line has no field `pageturner` = {EXAMPLE}")),
        (r#"{"do":"exit","pid":1}"#, format!("1:1 this is not a recording: the first line has no field `pageturner` = {EXAMPLE}")),
        (r#"{"pageturner":2}"#, "1:15 version 2 of the format is unknown = this reads version 1".into()),
        (r#"{"pageturner":"1"}"#, "1:15 version \"1\" of the format is unknown = this reads version 1".into()),
        (r#"{"pageturner":1,"titel":"x"}"#, "1:17 the first line has no field `titel` = did you mean `title`? There are `pageturner`, `machine`, `title` and `script`".into()),
        (r#"{"pageturner":1,"title":7}"#, "1:25 `title`: expected a string, found 7".into()),
        (r#"{"pageturner":1,"machine":[]}"#, "1:27 `machine`: expected an object = for example {\"frames\":1024}".into()),
        (r#"{"pageturner":1,"machine":{"frames":"x"}}"#, "1:37 `frames`: expected a whole number, found string \"x\" = docs/recording.md lists the fields of a machine".into()),
        (r#"{"pageturner":1,"machine":{"frames":4}}"#, "1:28 frames: 4 is outside 16 to 33554432 = choose a size between, or kernel: \"apart\", whose tables take none of these frames".into()),
        (r#"{"pageturner":1,"machine":{"frames":99999999999}}"#, "1:37 `frames`: expected a whole number, found integer `99999999999` = docs/recording.md lists the fields of a machine".into()),
        (r#"{"pageturner":1,"machine":{"rmap":"objekt"}}"#, "1:35 `objekt` is not known = did you mean `object`? There are `none`, `vma_offset`, `pte_chain`, `object_list` and `object`".into()),
        (r#"{"pageturner":1,"machine":{"zones":[["a",0,1024]]}}"#, "1:36 `zones`: expected an object = for example {\"frames\":1024}".into()),
    ] {
        assert_eq!(error(text), expected, "{text}");
    }
    assert!(
        error(r#"{"pageturner":1,"machine":{"frame":64}}"#)
            .starts_with("1:28 the machine has no field `frame` = did you mean `frames`? There are `geometry`")
    );
}

#[test]
fn bad_commands_are_refused_with_their_place() {
    for (line, expected) in [
        ("", "2:1 the line is empty = a recording has one JSON object a line; delete empty lines"),
        (
            "[]",
            "2:1 a line must be a JSON object = a command looks like {\"do\":\"touch\",\"pid\":1,\"addr\":\"0x1000\"}",
        ),
        (
            r#"{"do":"touch","pid":1,"addr":"0x1000""#,
            "2:37 the line ends in the middle of an object = is the file cut off? Every line must be a whole JSON object",
        ),
        (r#"{"do":"exit","pid":1} x"#, "2:23 not JSON: trailing characters = a recording has one JSON object a line"),
        (r#"{"do":'exit'}"#, "2:7 not JSON: expected value = a recording has one JSON object a line"),
        (r#"{"pid":1}"#, "2:1 the field `do` is missing = add it: a string"),
        (r#"{"do":7}"#, "2:7 `do`: expected a string, found 7"),
        (r#"{"do":"tuoch","pid":1}"#, "2:7 there is no command `tuoch` = did you mean `touch`?"),
        (
            r#"{"do":"touch","pid":1,"adr":"0x1000"}"#,
            "2:23 the field `addr` is missing = is it `adr`, misspelt? It should be an address such as \"0x7f0000000000\"",
        ),
        (
            r#"{"do":"touch","pid":1}"#,
            "2:1 the field `addr` is missing = add it: an address such as \"0x7f0000000000\"",
        ),
        (
            r#"{"do":"touch","pid":1,"addr":0,"size":1}"#,
            "2:32 `touch` has no field `size` = use one of `at`, `do`, `pid`, `addr` and `pages`",
        ),
        (r#"{"do":"touch","pid":1,"pid":1,"addr":0}"#, "2:23 the field `pid` is there twice = keep one of them"),
        (r#"{"do":"touch","pid":-1,"addr":0}"#, "2:21 `pid`: expected a process number, found -1"),
        (r#"{"do":"touch","pid":null,"addr":0}"#, "2:21 `pid`: expected a process number, found null"),
        (
            r#"{"do":"touch","pid":1,"addr":"1g"}"#,
            "2:30 `addr`: expected an address such as \"0x7f0000000000\", found \"1g\"",
        ),
        (
            r#"{"do":"touch","pid":1,"addr":0,"pages":1e3}"#,
            "2:40 `pages`: expected a whole number from 0 to 18446744073709551615, found 1e3",
        ),
        (
            r#"{"do":"alloc","pages":4294967296}"#,
            "2:23 `pages`: expected a whole number from 0 to 4294967295, found 4294967296",
        ),
        (
            r#"{"do":"mprotect","pid":1,"addr":0,"pages":1,"prot":"rq"}"#,
            "2:52 `prot`: expected a protection such as \"rw\", found \"rq\" = protection `rq` has the letter `q`; use r, w and x, or none",
        ),
        (
            r#"{"do":"mmap","pid":1,"pages":1,"prot":"r","flags":["fixd"]}"#,
            "2:51 `flags`: expected an array of flags such as [\"private\",\"anonymous\"], found [\"fixd\"] = there is no flag `fixd`; did you mean `fixed`?",
        ),
        (
            r#"{"do":"madvise","pid":1,"addr":0,"pages":1,"advice":"x"}"#,
            "2:53 `advice`: expected an advice such as \"dontneed\", found \"x\" = there is no advice `x`; there are `dontneed`, `pageout`, `mergeable`, `unmergeable`, `normal`, `random`, `sequential`, `dontfork`, `dofork`, `dontdump`, `dodump`, `hugepage`, `nohugepage`, `wipeonfork` and `keeponfork`",
        ),
        (
            r#"{"do":"write","pid":1,"addr":0,"bytes":[256]}"#,
            "2:40 `bytes`: expected an array of bytes, numbers from 0 to 255, found [256]",
        ),
        (r#"{"do":"note","text":"\ud800"}"#, "2:21 `text`: expected a string, found \"\\ud800\""),
        (
            r#"{"do":"note","text":"é","at":[1]}"#,
            "2:30 `at`: expected a place in the script, [line, column], found [1]",
        ),
        (
            r#"{"do":"note","text":"","chart":{"title":"pages","rows":[]}}"#,
            "2:32 `chart`: expected a chart such as {\"title\":\"frames moved\",\"rows\":[{\"name\":\"the heap\",\"values\":[1,2]}]}, \
             found {\"title\":\"pages\",\"rows\":[]} = the chart has 0 rows; use 1 to 12",
        ),
        (
            r#"{"do":"show","select":"frame six"}"#,
            "2:23 `select`: expected a thing such as \"frame 6\" or \"page 1 0x7000\", found \"frame six\" = a thing is named as \
             `frame 6`, `slot 3`, `process 1`, `page 1 0x7000` or `vma 1 0x7000`",
        ),
        (
            r#"{"do":"show","open":["terminal"]}"#,
            "2:21 `open`: expected an array of panels such as [\"memory\", \"console\"], found [\"terminal\"] = there is no panel \
             `terminal`; there are `memory`, `processes`, `inspector`, `allocator`, `swap`, `reclaim`, `script`, `console`, \
             `timeline`, `steps`, `counters` and `heap`",
        ),
        (
            r#"{"do":"show","open":["swap"],"fold":["swap"]}"#,
            "2:1 the panel `swap` is opened and folded = name it once",
        ),
        (
            r#"{"do":"show","zoom":[8]}"#,
            "2:21 `zoom`: expected the first frame and how many, such as [8, 4], found [8]",
        ),
        // Proper lines that the machine refuses.
        (
            r#"{"do":"free","pfn":3,"pages":1}"#,
            "2:1 free: no run from alloc starts at frame 3 = freed twice, moved, or never given by alloc",
        ),
        (r#"{"do":"exit","pid":7}"#, "2:1 there is no process 7 = alive: 1"),
    ] {
        assert_eq!(error(&format!("{HEAD}{line}\n")), expected, "{line}");
    }
}

#[test]
fn texts_without_an_end_are_refused_quickly() {
    let long = format!("{HEAD}{{\"do\":\"note\",\"text\":\"{}\"}}", "x".repeat(MAX_LINE));
    assert_eq!(
        error(&long),
        format!("2:1 the line has {} bytes; the most is {MAX_LINE} = split long texts and writes", MAX_LINE + 23)
    );
    let deep = format!("{HEAD}{{\"do\":{}", "[".repeat(MAX_LINE - 10));
    assert!(error(&deep).contains("the line ends in the middle of an object"));
    let deep = format!("{HEAD}{{\"do\":{}{}}}", "[".repeat(100_000), "]".repeat(100_000));
    assert!(error(&deep).starts_with("2:7 `do`: expected a string, found [[["));
    let wide = format!("{HEAD}{{{}\"do\":\"exit\"}}", (0..50_000).map(|n| format!("\"f{n}\":0,")).collect::<String>());
    assert!(error(&wide).starts_with("2:1 the line has more than 32 fields"));
    assert!(
        error(&"x".repeat(MAX_TEXT + 1))
            .starts_with(&format!("1:1 the recording has {} bytes; the most is {MAX_TEXT}", MAX_TEXT + 1))
    );
    assert!(error(&"[".repeat(10 << 20)).starts_with("1:1 the line has 10485760 bytes"));
    assert!(error(&format!("{HEAD}{}", "\n".repeat(10 << 20))).starts_with("2:1 the line is empty"));
}

#[test]
fn too_many_commands_are_refused() {
    let text = format!("{HEAD}{}", "{\"do\":\"note\",\"text\":\"\"}\n".repeat((1 << 20) + 1));
    assert_eq!(error(&text), "1048578:1 there are more than 1048576 commands = split the recording");
}

#[test]
fn a_cut_off_recording_is_told_from_a_whole_one() {
    let (recording, _) = recorded(SCRIPT);
    let text = recording.to_jsonl();
    for cut in 1..text.len() - 1 {
        if text.is_char_boundary(cut) && !matches!(text.as_bytes()[cut], b'\n') && text.as_bytes()[cut - 1] != b'\n' {
            let error = Recording::parse(&text[..cut]).expect_err("cut in the middle of a line");
            assert!(error.message.contains("ends in the middle"), "{cut}: {error}");
        }
    }
}
