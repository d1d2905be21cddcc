//! `compare`: a file's commands on several machines, and how they fared.

use crate::args::CompareArgs;
use crate::output::Output;
use crate::{Fatal, Verdict, console};
use pageturner::lab::compare::{Comparison, figures, labels, parse_changes, report, size_asked};
use pageturner::lab::dump::JsonLine;

/// Compares, and writes the table or, for programs, an object for each machine.
pub fn compare(args: &CompareArgs) -> Verdict {
    let refused = |refusal: pageturner::lab::command::Refusal| Fatal(refusal.to_string());
    let changes = args.with.iter().map(|text| parse_changes(text)).collect::<Result<Vec<_>, _>>().map_err(refused)?;
    let first = console::start(Some(&args.file))?;
    let mut comparison = Comparison::new(&first, &changes).map_err(refused)?;
    while !comparison.advance(&first, usize::MAX).map_err(refused)? {}
    let labels = labels(first.config(), &changes);
    let mut out = Output::new();
    if !args.json {
        out.text(&report(&comparison, &first, &labels))?;
        out.flush()?;
        return Ok(true);
    }
    let figures = figures(&comparison, &first, comparison.done(), size_asked(&first));
    for (n, (label, figures)) in labels.iter().zip(figures).enumerate() {
        let parting = n.checked_sub(1).map(|n| comparison.parting(n)).unwrap_or_default();
        let line = JsonLine::new().field("machine", label).field("figures", figures);
        // Steps count from 1, as in the table; `first_place` 0 is the start.
        let line = line.field("first_outcome", parting.outcome.map(|step| step + 1));
        out.line(line.field("first_place", parting.place).end())?;
    }
    out.flush()?;
    Ok(true)
}
