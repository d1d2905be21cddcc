//! Recorded kernel runs: what was asked, and what the kernel answered and showed after each call. They test the model
//! where no kernel can be asked.
//!
//! ```text
//! {"pageturner":1,"machine":{...},"title":"..."}     a run begins: the first line of a recording
//! = frames object_pages                              what could be seen
//! {"do":"mmap","pid":1,...}                          a call, as in a recording
//! > 0x1000001e0000                                   its reply
//! 1 480-484rw-p | 480f0*2 481z                       a process that looks different now: VMAs, pages
//! 2 gone                                             a process that has ended
//! ```

use crate::model;
use crate::seen::{Depth, Seen, difference};
use pageturner::lab::recording::{Recording, step_json};
use pageturner::lab::time::session::Session;
use pageturner::vocabulary::command::Command;
use std::collections::{BTreeMap, BTreeSet};

/// Writes a run down: the first line of its recording, then each call with what was seen after it.
pub fn write(header: &str, depth: Depth, steps: &[(Command, Seen)]) -> String {
    let mut out = format!("{header}\n=");
    for (seen, name) in [(depth.frames, " frames"), (depth.object_pages, " object_pages")] {
        out += if seen { name } else { "" };
    }
    out.push('\n');
    let mut last = BTreeMap::new();
    for (command, seen) in steps {
        out += &format!("{}\n> {}\n", step_json(command, None), seen.reply);
        let gone = last.keys().filter(|pid| !seen.spaces.contains_key(pid)).map(|pid| format!("{pid} gone\n"));
        out.extend(gone);
        for (pid, space) in seen.spaces.iter().filter(|(pid, space)| last.get(*pid) != Some(*space)) {
            out += &format!("{pid} {space}\n");
        }
        last.clone_from(&seen.spaces);
    }
    out
}

/// Replays every run of a text on the model and compares after each call. Answers how many calls there were, or where
/// and how the model differs.
pub fn check(text: &str) -> Result<usize, String> {
    let mut calls = 0;
    for run in runs(text) {
        let (recording, depth, seen) = read(&run)?;
        let title = recording.title.clone().unwrap_or_default();
        let mut session = Session::new(recording.config).map_err(|refusal| refusal.to_string())?;
        for ((command, _), kernel) in recording.steps.into_iter().zip(seen) {
            calls += 1;
            let at = format!("{title}: {}", step_json(&command, None));
            let reply = session.run(command).map_err(|refusal| format!("{at}: {refusal}"))?;
            if let Some(what) = difference(&kernel, &model::seen(&session, &reply, depth)) {
                return Err(format!("{at}\n{what}"));
            }
        }
    }
    Ok(calls)
}

/// The kinds of calls in a text: the values of `do`.
pub fn kinds(text: &str) -> BTreeSet<&str> {
    text.lines().filter_map(|line| line.strip_prefix("{\"do\":\"")?.split('"').next()).collect()
}

fn runs(text: &str) -> Vec<Vec<&str>> {
    let mut runs: Vec<Vec<&str>> = Vec::new();
    for line in text.lines() {
        if line.starts_with("{\"pageturner\"") {
            runs.push(Vec::new());
        }
        if let Some(run) = runs.last_mut() {
            run.push(line);
        }
    }
    runs
}

fn read(run: &[&str]) -> Result<(Recording, Depth, Vec<Seen>), String> {
    let commands: Vec<&str> = run.iter().copied().filter(|line| line.starts_with('{')).collect();
    let recording = Recording::parse(&commands.join("\n")).map_err(|error| error.to_string())?;
    let has = |name: &str| run.get(1).is_some_and(|line| line.split(' ').any(|part| part == name));
    let depth = Depth { frames: has("frames"), object_pages: has("object_pages") };
    let mut all: Vec<Seen> = Vec::new();
    for line in run.iter().skip(2) {
        if line.starts_with('{') {
            let spaces = all.last().map(|seen| seen.spaces.clone()).unwrap_or_default();
            all.push(Seen { reply: String::new(), spaces });
            continue;
        }
        let seen = all.last_mut().ok_or("a line before the first call")?;
        let (what, rest) = line.split_once(' ').unwrap_or((line, ""));
        if what == ">" {
            rest.clone_into(&mut seen.reply);
            continue;
        }
        let pid = what.parse().map_err(|_| format!("not understood: {line}"))?;
        if rest == "gone" {
            seen.spaces.remove(&pid);
        } else {
            seen.spaces.insert(pid, rest.parse()?);
        }
    }
    Ok((recording, depth, all))
}
