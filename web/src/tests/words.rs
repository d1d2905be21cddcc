//! What a script says to the page: notes and what is shown with them, and its names of things.

use crate::dto::ProcessDto;
use crate::session::JsSession;
use pageturner::config::Config;
use pageturner::lab::time::session::Session;
use pageturner::script::{Limits, run_script};
use pageturner::units::Pfn;
use pageturner::vocabulary::command::{Command, Note};
use pageturner::vocabulary::show::{Panel, Show};
use pageturner::vocabulary::thing::Thing;

#[test]
fn what_is_shown_is_sent_by_name() {
    let mut core = Session::new(Config { frames: 64, ..Config::default() }).unwrap();
    core.run(Command::Note(Note { before: true, ..Note::new("Look.") })).unwrap();
    let show =
        Show { select: Some(Thing::Frame(Pfn(6))), zoom: Some([4, 8]), open: vec![Panel::Console], ..Show::default() };
    core.run(Command::Show(show.into())).unwrap();
    let steps = JsSession::new(core, None, None).steps_dto(0, u32::MAX);
    assert!(steps[0].before && steps[0].show.is_none() && steps[1].speaks && !steps[1].before);
    let show = steps[1].show.as_ref().expect("it shows something");
    assert_eq!((show.select.as_deref(), show.zoom), (Some("frame 6"), Some([4, 8])));
    assert_eq!((show.open.as_slice(), show.fold.len()), ([Panel::Console].as_slice(), 0));
}

#[test]
fn things_are_called_as_the_script_calls_them() {
    let script = r#"machine(#{ frames: 64, swap_slots: 8 });
let shell = spawn("sh");
let a = shell.mmap(4);
let b = shell.mmap(2);
shell.touch(a + PAGE, 2);
let child = shell.fork();
child.write(b, "0x7000");
for i in 0..2 { let each = spawn("other"); each.touch(each.mmap(1)); }
let a = child.mmap(1);
shell.madvise(a + 8, 1, "dontneed");
child = shell.fork();
child.read(b);
"#;
    let outcome = run_script(script, &Limits::default(), |_| true);
    assert_eq!(outcome.error, None);
    let mut session = JsSession::new(outcome.session.expect("it ran"), None, Some(script.into()));
    let texts: Vec<String> = session.steps_dto(0, u32::MAX).into_iter().map(|step| step.text).collect();
    assert_eq!(
        texts,
        [
            "spawn(\"sh\")",
            "shell.mmap(4)",
            "shell.mmap(2)",
            "shell.touch(a + PAGE, 2)",
            "shell.fork()",
            "child.write(b, \"0x7000\")",
            "spawn(\"other\")",
            "each.mmap(1)",
            "each.touch(0x7ffff7ffe000)",
            "spawn(\"other\")",
            "each.mmap(1)",
            "each.touch(0x7ffff7ffe000)",
            "child.mmap(1)",
            "shell.madvise(0x7ffff7ff8008, 1, \"dontneed\")",
            "shell.fork()",
            "child.read(b, 1)",
        ]
    );
    let mut at = |step: u32| {
        session.seek(step);
        let named = |process: ProcessDto| {
            let areas = process.vmas.iter().flat_map(|vma| &vma.areas);
            let areas: Vec<_> = areas.map(|area| format!("{}[{}]", area.name, area.end - area.start)).collect();
            format!("{} {}: {}", process.pid, process.variable.unwrap_or_default(), areas.join(" "))
        };
        session.state_dto().processes.into_iter().map(named).collect::<Vec<_>>()
    };
    assert_eq!(at(1), ["1 shell: "]);
    assert_eq!(at(5), ["1 shell: b[2] a[4]", "2 child: b[2] a[4]"]);
    assert_eq!(at(u32::MAX), ["1 shell: b[2]", "2 : a[1] b[2]", "3 : ", "4 each: ", "5 child: b[2]"]);
    assert_eq!(at(4), ["1 shell: b[2] a[4]"]);
}

/// A command given in the past cuts what was assigned after it.
#[test]
fn a_variable_is_gone_with_the_command_that_gave_it() {
    let script = "let p = spawn(\"p\");\nlet q = spawn(\"q\");\n";
    let core = run_script(script, &Limits::default(), |_| true).session.expect("it ran");
    let mut session = JsSession::new(core, None, Some(script.into()));
    session.state_dto();
    session.seek(1);
    session.run_lines("{\"do\":\"spawn\",\"name\":\"r\"}").expect("a proper line");
    let names: Vec<_> = session.state_dto().processes.into_iter().map(|process| process.variable).collect();
    assert_eq!(names, [Some("p".into()), None]);
}
