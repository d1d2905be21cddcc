//! `compare`: a file's commands on several machines, and how they fared.

use crate::args::CompareArgs;
use crate::output::Output;
use crate::{Fatal, Verdict, console};
use pageturner::lab::command::Refusal;
use pageturner::lab::compare::{Comparison, Figures, labels, parse_changes, report};
use pageturner::lab::dump::JsonLine;
use pageturner::lab::session::Session;

/// Compares, and writes the table or, for programs, an object for each machine.
pub fn compare(args: &CompareArgs) -> Verdict {
    let refused = |refusal: Refusal| Fatal(refusal.to_string());
    let changes = args.with.iter().map(|text| parse_changes(text)).collect::<Result<Vec<_>, _>>().map_err(refused)?;
    let first = console::start(Some(&args.file))?;
    let mut comparison = Comparison::new(&first, &changes).map_err(refused)?;
    while !comparison.advance(&first, usize::MAX).map_err(refused)? {}
    let labels = labels(first.config(), &changes);
    let (others, findings) = comparison.finish();
    let sessions: Vec<&Session> = std::iter::once(&first).chain(&others).collect();
    let mut out = Output::new();
    if !args.json {
        out.text(&report(&findings, &sessions, &labels))?;
        out.flush()?;
        return Ok(true);
    }
    for (machine, (label, session)) in labels.iter().zip(&sessions).enumerate() {
        let parting = findings.parting(machine);
        let figures = Figures::of(&findings, &first, machine, session, first.steps().len() as u32);
        let line = JsonLine::new().field("machine", label).field("figures", figures);
        // Steps count from 1, as in the table; `first_place` 0 is the start.
        let line = line.field("first_outcome", parting.outcome.map(|step| step + 1));
        out.line(line.field("first_place", parting.place).end())?;
    }
    out.flush()?;
    Ok(true)
}
