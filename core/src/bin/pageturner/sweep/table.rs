//! What was counted in a sweep, as text, as CSV, or for programs.

use super::load::Load;
use crate::Fatal;
use crate::args::SweepArgs;
use crate::output::Output;
use pageturner::lab::sweep::{Fared, Plan, Sweep};
use pageturner::lab::tell::dump::JsonLine;
use serde_json::Value;

/// Writes it as was asked for.
pub fn write(
    out: &mut Output,
    args: &SweepArgs,
    load: &Load,
    (sweep, plan): (&Sweep, &Plan),
    fared: &[Fared],
) -> Result<(), Fatal> {
    if args.json {
        return json(out, load, (sweep, plan), fared);
    }
    let table = if plan.every.is_some() { over_time(load, sweep, plan, fared) } else { at_ends(sweep, plan, fared) };
    out.text(&if args.csv { csv(&table) } else { aligned(&table) })
}

/// A row for each value of the first axis, and in it a column for each of the second, and in that for each counter.
fn at_ends(sweep: &Sweep, plan: &Plan, fared: &[Fared]) -> Vec<Vec<String>> {
    let columns = match &sweep.by {
        None => plan.counters.clone(),
        Some(by) => by.values.iter().flat_map(|value| headed(&word(value), plan)).collect(),
    };
    let mut table = vec![[sweep.over.field.clone()].into_iter().chain(columns).collect()];
    for (value, row) in sweep.over.values.iter().zip(fared.chunks(sweep.columns())) {
        let counts = row.iter().flat_map(|one| {
            // Of a load that ended early its counters say nothing beside the others'.
            one.counts.iter().map(|count| if one.ended.is_some() { "-".into() } else { count.to_string() })
        });
        table.push([word(value)].into_iter().chain(counts).collect());
    }
    table
}

/// A row for each stretch, and in it a column for each machine and counter.
fn over_time(load: &Load, sweep: &Sweep, plan: &Plan, fared: &[Fared]) -> Vec<Vec<String>> {
    let name = |n: usize| {
        let over = word(&sweep.over.values[n / sweep.columns()]);
        let by = sweep.by.as_ref().map(|by| word(&by.values[n % sweep.columns()]));
        format!("{}={over}{}", sweep.over.field, by.map(|by| format!(" {by}")).unwrap_or_default())
    };
    let columns = (0..fared.len()).flat_map(|n| headed(&name(n), plan));
    let mut table = vec![[format!("{}s", load.noun())].into_iter().chain(columns).collect::<Vec<_>>()];
    let longest = fared.iter().map(|one| &one.rows).max_by_key(|rows| rows.len());
    for (n, row) in longest.into_iter().flatten().enumerate() {
        let counts = fared.iter().flat_map(|one| {
            let counts = one.rows.get(n).map(|row| &row.counts);
            (0..plan.counters.len()).map(move |which| counts.map_or("-".into(), |counts| counts[which].to_string()))
        });
        table.push([row.after.to_string()].into_iter().chain(counts).collect());
    }
    table
}

/// What stands above the counters of a machine.
fn headed(name: &str, plan: &Plan) -> Vec<String> {
    match plan.counters.len() {
        1 => vec![name.to_string()],
        _ => plan.counters.iter().map(|counter| format!("{name} {counter}")).collect(),
    }
}

fn json(out: &mut Output, load: &Load, (sweep, plan): (&Sweep, &Plan), fared: &[Fared]) -> Result<(), Fatal> {
    for (n, one) in fared.iter().enumerate() {
        let head = || {
            let line = JsonLine::new().field(&sweep.over.field, &sweep.over.values[n / sweep.columns()]);
            match &sweep.by {
                None => line,
                Some(by) => line.field(&by.field, &by.values[n % sweep.columns()]),
            }
        };
        let counted = |line: JsonLine, counts: &[u64]| {
            plan.counters.iter().zip(counts).fold(line, |line, (name, count)| line.field(name, count))
        };
        for row in &one.rows {
            out.line(counted(head().field("after", row.after), &row.counts).end())?;
        }
        if one.rows.is_empty() {
            let line = counted(head(), &one.counts).field(&format!("{}s", load.noun()), one.commands);
            let line = if one.skipped > 0 { line.field("skipped", one.skipped) } else { line };
            let line = if one.ended.is_some() { line.field("ended", &one.ended) } else { line };
            out.line(line.end())?;
        }
    }
    Ok(())
}

/// A value as it is typed.
fn word(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_string)
}

fn csv(table: &[Vec<String>]) -> String {
    let cell = |cell: &String| if cell == "-" { String::new() } else { cell.clone() };
    table.iter().map(|row| row.iter().map(cell).collect::<Vec<_>>().join(",") + "\n").collect()
}

fn aligned(table: &[Vec<String>]) -> String {
    let width = |column: usize| table.iter().map(|row| row[column].len()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..table[0].len()).map(width).collect();
    let line = |row: &Vec<String>| {
        let cells = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:>width$}"));
        cells.collect::<Vec<_>>().join("  ") + "\n"
    };
    table.iter().map(line).collect()
}
