//! A table with blanks, as text.

use pageturner::vocabulary::question::Asks;

/// The table; a blank is its number between underscores.
pub fn table(asks: &Asks) -> String {
    let Asks::Table { columns, .. } = asks else { return String::new() };
    let mut texts = vec![columns.clone()];
    texts.extend(cells(asks, &[], |blank| format!("__{blank}__")));
    let width = |n: usize| texts.iter().map(|row| row[n].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..columns.len()).map(width).collect();
    let line = |row: &Vec<String>| {
        let cells = row.iter().zip(&widths).map(|(text, width)| format!("{text:>width$}"));
        format!("      {}", cells.collect::<Vec<_>>().join("  ")).trim_end().to_string()
    };
    texts.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// The cells of its rows: a blank is what `filled` has for it, else what `empty` makes of its number.
pub fn cells(asks: &Asks, filled: &[String], empty: impl Fn(usize) -> String) -> Vec<Vec<String>> {
    let Asks::Table { rows, .. } = asks else { return Vec::new() };
    let mut blank = 0;
    let mut cell = |cell: &Option<String>| {
        cell.clone().unwrap_or_else(|| {
            blank += 1;
            filled.get(blank - 1).cloned().unwrap_or_else(|| empty(blank))
        })
    };
    rows.iter().map(|row| row.iter().map(&mut cell).collect()).collect()
}
