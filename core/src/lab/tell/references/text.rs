//! The picture as text: a Markdown table, which can be read as it is, and lines of values for other programs.

use super::super::words::count;
use super::picture::{Cell, Reference, References};

/// A Markdown table, a column a reference; what came is bold, and what is yet to come is left out.
pub fn markdown(all: &References) -> String {
    let columns = &all.columns[..=all.current];
    let mut rows = vec![
        line("reference", columns.iter().map(asked)),
        line("", columns.iter().map(|one| if one.hit == Some(true) { "hit" } else { "miss" }.to_string())),
        line("goes", columns.iter().map(|one| one.victims.join(" "))),
    ];
    rows.extend(all.rows.iter().map(|row| line(&format!("frame {}", row.frame.0), row.cells.iter().map(bold))));
    let widths: Vec<usize> =
        (0..=columns.len()).map(|n| rows.iter().map(|row| row[n].len()).max().unwrap_or(0).max(3)).collect();
    let mut text = String::new();
    for (n, row) in rows.iter().enumerate() {
        let cells: Vec<String> = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}")).collect();
        text += &format!("| {} |\n", cells.join(" | "));
        if n == 0 {
            let under: Vec<String> = widths.iter().map(|width| "-".repeat(*width)).collect();
            text += &format!("| {} |\n", under.join(" | "));
        }
    }
    format!("{text}\n{}\n", said(all))
}

/// References, hits and misses, in words, and what letters stand for.
pub fn said(all: &References) -> String {
    let totals = all.totals;
    let hits = totals.references - totals.misses;
    let share = 100.0 * f64::from(totals.misses) / f64::from(totals.references.max(1));
    let (all_of, hits) = (count(totals.references.into(), "reference"), count(hits.into(), "hit"));
    let misses = if totals.misses == 1 { "1 miss".into() } else { format!("{} misses", totals.misses) };
    let mut text = format!("{all_of}: {hits}, {misses} ({share:.1} %)");
    for area in &all.areas {
        text += &format!("; {}: {}", area.letters, area.name);
    }
    if all.more_rows > 0 {
        text += &format!("; {} more frames, used longer ago", all.more_rows);
    }
    text
}

/// Lines of values parted by commas, one a reference that was made.
pub fn csv(all: &References) -> String {
    let mut text = String::from("step,page,access,result,goes");
    all.rows.iter().for_each(|row| text += &format!(",frame {}", row.frame.0));
    text += "\n";
    for (n, one) in all.columns[..=all.current].iter().enumerate() {
        let access = if one.writes { "write" } else { "read" };
        let result = if one.hit == Some(true) { "hit" } else { "miss" };
        text += &format!("{},{},{access},{result},{}", one.step + 1, one.page, one.victims.join(" "));
        all.rows.iter().for_each(|row| text += &format!(",{}", row.cells[n].page.as_deref().unwrap_or("")));
        text += "\n";
    }
    text
}

fn line(head: &str, cells: impl Iterator<Item = String>) -> Vec<String> {
    std::iter::once(head.to_string()).chain(cells).collect()
}

/// A reference as a string of them has it: `7`, or `7w` for a write.
fn asked(one: &Reference) -> String {
    format!("{}{}", one.page, if one.writes { "w" } else { "" })
}

fn bold(cell: &Cell) -> String {
    match (&cell.page, cell.came) {
        (None, _) => String::new(),
        (Some(page), true) => format!("**{page}**"),
        (Some(page), false) => page.clone(),
    }
}
