//! A chart as a table for a terminal: the same numbers that the page draws.

use crate::lab::measure::spread::{Spread, scale};
use crate::vocabulary::chart::{Chart, ChartRow};

/// At most this many values of a curve; of a longer one some are left out, evenly, and the last is there.
const MOST_COLUMNS: usize = 12;
/// Frames of a memory in a line.
const FRAMES: usize = 64;
/// Characters of a drawn bar.
const WIDTH: usize = 32;

/// The chart's table, a line each, the title first.
pub fn chart_text(chart: &Chart) -> String {
    let table = match &chart.along {
        Some(along) if chart.rows[0].at.is_some() => points(chart, along),
        Some(along) => curves(chart, along),
        None => bars(chart),
    };
    let widths: Vec<usize> = (0..table[0].len()).map(|column| width(&table, column)).collect();
    let line = |row: &Vec<String>| {
        let cells = row.iter().zip(&widths).enumerate().map(|(n, (cell, &width))| {
            let space = " ".repeat(width - cell.chars().count());
            if n == 0 { format!("{cell}{space}") } else { format!("{space}{cell}") }
        });
        cells.collect::<Vec<_>>().join("  ")
    };
    let whose = if chart.elsewhere { " (other machines)" } else { "" };
    let lines = table.iter().map(line).chain(chart.rows.iter().flat_map(memory));
    format!("{}{whose}:\n{}", chart.title, lines.collect::<Vec<_>>().join("\n"))
}

/// A row's memory, if it has one, below its name.
fn memory(row: &ChartRow) -> Vec<String> {
    let Some(memory) = &row.memory else { return Vec::new() };
    let frames: Vec<char> = memory.chars().collect();
    let lines = frames.chunks(FRAMES).map(|line| line.iter().collect());
    [format!("the memory of {}:", row.name)].into_iter().chain(lines).collect()
}

fn width(table: &[Vec<String>], column: usize) -> usize {
    table.iter().map(|row| row[column].chars().count()).max().unwrap_or(0)
}

fn curves(chart: &Chart, along: &str) -> Vec<Vec<String>> {
    let last = chart.rows[0].values.len() - 1;
    let columns = last.min(MOST_COLUMNS - 1);
    let shown: Vec<usize> = (0..=columns).map(|n| (n * last).checked_div(columns).unwrap_or(0)).collect();
    let head = [along.to_string()].into_iter().chain(shown.iter().map(usize::to_string)).collect();
    let row = |row: &ChartRow| {
        [row.name.clone()].into_iter().chain(shown.iter().map(|&n| row.values[n].to_string())).collect()
    };
    [head].into_iter().chain(chart.rows.iter().map(row)).collect()
}

/// A line for each row, with its points; of many some are left out, evenly.
fn points(chart: &Chart, along: &str) -> Vec<Vec<String>> {
    let row = |row: &ChartRow| {
        let points = row.at.iter().flatten().zip(&row.values).map(|(at, value)| format!("({at}, {value})"));
        let every = row.values.len().div_ceil(MOST_COLUMNS);
        vec![row.name.clone(), points.step_by(every).collect::<Vec<_>>().join(" ")]
    };
    [vec![String::new(), format!("({along}, {})", chart.title)]].into_iter().chain(chart.rows.iter().map(row)).collect()
}

fn bars(chart: &Chart) -> Vec<Vec<String>> {
    let (from, to) = scale(chart);
    let head = ["", "", "least", "lower quartile", "median", "upper quartile", "most"].map(String::from).to_vec();
    let row = |row: &ChartRow| {
        let Spread { min, q1, median, q3, max } = Spread::of(&row.values)?;
        let numbers = [min, q1, median, q3, max];
        let drawn = drawn(numbers.map(|n| if to > from { (n - from) / (to - from) } else { 0.0 }));
        Some([row.name.clone(), drawn].into_iter().chain(numbers.map(|n| n.to_string())).collect())
    };
    [head].into_iter().chain(chart.rows.iter().filter_map(row)).collect()
}

/// `  |--[==#===]-----|`: whiskers from the least to the most, a box from quartile to quartile, the median in it. Each
/// place is a share of the width, 0 to 1.
fn drawn(at: [f64; 5]) -> String {
    let [min, q1, median, q3, max] = at.map(|share| (share * (WIDTH - 1) as f64).round() as usize);
    let sign = |n: usize| match n {
        n if n == median => '#',
        n if n == q1 => '[',
        n if n == q3 => ']',
        n if n == min || n == max => '|',
        n if (q1..q3).contains(&n) => '=',
        n if (min..max).contains(&n) => '-',
        _ => ' ',
    };
    (0..WIDTH).map(sign).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Number;

    fn chart(along: Option<&str>, rows: &[(&str, Vec<i64>)]) -> Chart {
        let row = |(name, values): &(&str, Vec<i64>)| ChartRow {
            name: name.to_string(),
            values: values.iter().map(|&n| Number::from(n)).collect(),
            at: None,
            memory: None,
        };
        Chart {
            title: "frames moved".into(),
            along: along.map(String::from),
            elsewhere: false,
            marked: None,
            rows: rows.iter().map(row).collect(),
        }
    }

    #[test]
    fn a_spread_is_a_line_with_its_five_numbers() {
        let text = chart_text(&chart(None, &[("top", (0..=20).collect()), ("window", vec![31])]));
        let lines = [
            "frames moved:",
            "                                          least  lower quartile  median  upper quartile  most",
            "top     |----[====#====]----|                 0               5      10              15    20",
            "window                                 #     31              31      31              31    31",
        ];
        assert_eq!(text.lines().collect::<Vec<_>>(), lines);
    }

    #[test]
    fn points_are_pairs() {
        let mut chart = chart(Some("first frame"), &[("heap", vec![4, 5])]);
        chart.rows[0].at = Some(vec![Number::from(1), Number::from(3)]);
        let lines = ["frames moved:", "      (first frame, frames moved)", "heap                (1, 4) (3, 5)"];
        assert_eq!(chart_text(&chart).lines().collect::<Vec<_>>(), lines);
    }

    #[test]
    fn a_memory_stands_below_the_table_in_lines_of_64_frames() {
        let mut chart = chart(None, &[("top", vec![1])]);
        chart.rows[0].memory = Some("#".repeat(60) + "....**");
        let lines = ["the memory of top:".to_string(), "#".repeat(60) + "....", "**".to_string()];
        assert_eq!(chart_text(&chart).lines().skip(3).collect::<Vec<_>>(), lines);
    }

    #[test]
    fn curves_have_a_column_for_each_value_up_to_some() {
        let text = chart_text(&chart(Some("children"), &[("pairs", vec![64, 8, 16]), ("chains", vec![64, 72, 80])]));
        let lines = ["frames moved:", "children   0   1   2", "pairs     64   8  16", "chains    64  72  80"];
        assert_eq!(text.lines().collect::<Vec<_>>(), lines);
        let text = chart_text(&chart(Some("n"), &[("squares", (0..100).map(|n| n * n).collect())]));
        assert_eq!(
            text.lines().nth(1),
            Some("n        0   9   18   27    36    45    54    63    72    81    90    99")
        );
    }
}
