//! The fair table: every allocator with the same requests, the same frames and the same seeds. It stands in
//! docs/kmalloc.md as this writes it: `UPDATE_EXPECT=1` with this test.

use crate::kernel::kinds;
use crate::row::{Row, Who, row};
use crate::workloads::{GENERATED, Op, churn, day, generated, spike};
use pageturner::config::{AllocatorKind, KmallocConfig};
use std::fmt::Write;

const DOC: &str = "../docs/kmalloc.md";
const SEEDS: [u64; 3] = [1, 2, 3];

fn rows() -> Vec<(String, Who)> {
    let mut rows: Vec<(String, Who)> = kinds()
        .into_iter()
        .map(|(name, kmalloc)| (name.to_string(), Who::Kernel(AllocatorKind::Buddy, kmalloc)))
        .collect();
    let on_arrays = Who::Kernel(AllocatorKind::PageArray, KmallocConfig::default());
    rows.insert(1, ("paragraph, on page_array".into(), on_arrays));
    rows.push(("phk, in a process".into(), Who::Phk));
    rows
}

/// A workload's name in the document, and its requests by seed.
struct Workload {
    name: &'static str,
    ops: fn(u64) -> Vec<Vec<Op>>,
}

const WORKLOADS: [Workload; 4] = [
    Workload { name: "day", ops: |seed| vec![day(seed)] },
    Workload { name: "generated", ops: |seed| GENERATED.iter().map(|kind| generated(*kind, seed)).collect() },
    Workload { name: "churn", ops: |seed| vec![churn(seed)] },
    Workload { name: "spike", ops: |seed| vec![spike(seed)] },
];

/// All rows of a workload: of each allocator one row for each list of requests.
fn measure(workload: &Workload) -> Vec<(String, Vec<Row>)> {
    let lists: Vec<Vec<Op>> = SEEDS.into_iter().flat_map(|seed| (workload.ops)(seed)).collect();
    rows().into_iter().map(|(name, who)| (name, lists.iter().map(|ops| row(who, ops)).collect())).collect()
}

/// The least and the most of some figures, with so many decimals; once if they are equal.
fn spread(rows: &[Row], decimals: usize, of: impl Fn(&Row) -> f64) -> String {
    let least = rows.iter().map(&of).fold(f64::INFINITY, f64::min);
    let most = rows.iter().map(&of).fold(0.0, f64::max);
    let (least, most) = (format!("{least:.decimals$}"), format!("{most:.decimals$}"));
    if least == most { least } else { format!("{least}-{most}") }
}

fn text(measured: &[(String, Vec<Row>)]) -> String {
    let mut text = String::from(
        "| | Use at the peak, % | over time, % | Rounding, % | Bookkeeping, KiB | Largest, bytes | Held at the end | \
         empty of these | Steps | Pages | Cycles: half below | 99 % below | most |\n\
         |---|---|---|---|---|---|---|---|---|---|---|---|---|\n",
    );
    for (name, rows) in measured {
        let whole = |of: fn(&Row) -> u64| spread(rows, 0, |row| of(row) as f64);
        let cells = [
            spread(rows, 0, |row| row.peak),
            spread(rows, 0, |row| row.over_time),
            spread(rows, 1, |row| row.rounding),
            spread(rows, 1, |row| row.metadata as f64 / 1024.0),
            whole(|row| row.largest),
            whole(|row| row.held),
            whole(|row| row.empty),
            spread(rows, 1, |row| row.steps),
            spread(rows, 1, |row| row.touched),
            whole(|row| row.cycles[0]),
            whole(|row| row.cycles[1]),
            whole(|row| row.cycles[2]),
        ];
        writeln!(text, "| {name} | {} |", cells.join(" | ")).expect("a string");
    }
    text
}

/// Of each generated trace by itself: use at the peak, and what is lost by rounding, in per cent.
fn by_trace(measured: &[(String, Vec<Row>)]) -> String {
    let mut text = String::from("| Use at the peak, rounding, % |");
    (1..=GENERATED.len()).for_each(|n| write!(text, " trace {n} |").expect("a string"));
    text += "\n|---|---|---|---|---|---|\n";
    for (name, rows) in measured {
        write!(text, "| {name} |").expect("a string");
        for n in 0..GENERATED.len() {
            let rows: Vec<Row> = rows.iter().skip(n).step_by(GENERATED.len()).copied().collect();
            let (used, lost) = (spread(&rows, 0, |row| row.peak), spread(&rows, 1, |row| row.rounding));
            write!(text, " {used}, {lost} |").expect("a string");
        }
        text += "\n";
    }
    text
}

/// Holds a part of the document against what is measured, or writes it.
fn hold(name: &str, text: &str) {
    let (begin, end) = (format!("<!-- table {name} -->\n"), format!("<!-- end {name} -->"));
    let document = std::fs::read_to_string(DOC).expect("the document");
    let (before, rest) = document.split_once(&begin).expect("the table's beginning");
    let (table, after) = rest.split_once(&end).expect("the table's end");
    let now = format!("\n{text}\n");
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(DOC, format!("{before}{begin}{now}{end}{after}")).expect("the document can be written");
    } else {
        assert_eq!(table, now, "docs/kmalloc.md: UPDATE_EXPECT=1 writes the table as it is measured");
    }
}

/// One test, for all write to one document.
#[test]
fn the_fair_table() {
    for workload in &WORKLOADS {
        let measured = measure(workload);
        hold(workload.name, &text(&measured));
        if workload.name == "generated" {
            hold("traces", &by_trace(&measured));
        }
        let of = |name: &str| &measured.iter().find(|(known, _)| known == name).expect("a row").1;
        match workload.name {
            "day" => the_day(of),
            "generated" => the_traces(of),
            "churn" => the_churn(of),
            _ => the_spike(of),
        }
    }
}

/// Whether a figure is larger for each list of requests.
fn larger(more: &[Row], less: &[Row], of: impl Fn(&Row) -> f64) -> bool {
    more.iter().zip(less).all(|(more, less)| of(more) > of(less))
}

/// Sizes that are powers of two: Linux's header doubles them, the others lose next to nothing.
fn the_day<'a>(of: impl Fn(&str) -> &'a Vec<Row>) {
    assert!(of("linux_2_0").iter().all(|row| row.rounding > 40.0));
    for name in ["paragraph", "mckusick_karels", "slab"] {
        assert!(of(name).iter().all(|row| row.rounding < 1.0), "{name}");
        assert!(larger(of(name), of("linux_2_0"), |row| row.peak), "{name}");
    }
}

/// All sizes: paragraphs waste least by rounding, and have the most of memory in use.
fn the_traces<'a>(of: impl Fn(&str) -> &'a Vec<Row>) {
    for name in ["linux_2_0", "mckusick_karels", "slab", "phk, in a process"] {
        assert!(larger(of(name), of("paragraph"), |row| row.rounding), "{name}");
    }
}

/// Two sizes that come and go: nobody searches.
fn the_churn<'a>(of: impl Fn(&str) -> &'a Vec<Row>) {
    for name in ["paragraph", "linux_2_0", "mckusick_karels", "slab", "svr4"] {
        assert!(of(name).iter().all(|row| row.steps < 2.0), "{name}: {:?}", of(name)[0].steps);
    }
    assert!(larger(of("paragraph, bitmap"), of("paragraph"), |row| row.steps));
}

/// Who gives pages back, and who does not: buckets keep all.
fn the_spike<'a>(of: impl Fn(&str) -> &'a Vec<Row>) {
    assert!(of("paragraph").iter().all(|row| row.empty == 0), "an array without a block is dropped");
    assert!(of("slab, reap").iter().all(|row| row.empty == 0));
    assert!(of("svr4").iter().all(|row| row.empty * 2 < row.held), "what has gone idle is joined, and goes back");
    for name in ["mckusick_karels", "slab"] {
        assert!(of(name).iter().all(|row| row.empty * 2 > row.held), "{name}");
        assert!(larger(of(name), of("linux_2_0"), |row| row.held as f64), "{name}");
    }
}
