//! The spread of some numbers: the least, the quartiles and the most of them.
//!
//! Each is one of the numbers themselves: the smallest that at least a quarter, a half, three quarters of them do not
//! exceed (nearest rank; Hyndman and Fan, "Sample Quantiles in Statistical Packages", 1996, definition 1).

use crate::vocabulary::chart::Chart;
use serde_json::Number;

/// The five numbers of a bar with whiskers.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Spread {
    pub min: f64,
    /// The lower quartile.
    pub q1: f64,
    pub median: f64,
    /// The upper quartile.
    pub q3: f64,
    pub max: f64,
}

impl Spread {
    /// That of some numbers; `None` of none.
    pub fn of(values: &[Number]) -> Option<Spread> {
        let mut sorted: Vec<f64> = values.iter().filter_map(Number::as_f64).collect();
        sorted.sort_by(f64::total_cmp);
        let at = |quarters| sorted[rank(sorted.len(), quarters)];
        (!sorted.is_empty()).then(|| Spread { min: at(0), q1: at(1), median: at(2), q3: at(3), max: at(4) })
    }
}

/// Where a chart's scale begins and ends: at 0 and the largest value, but at the least if all lie in the upper half.
pub fn scale(chart: &Chart) -> (f64, f64) {
    let values = || chart.rows.iter().flat_map(|row| &row.values).filter_map(Number::as_f64);
    let (least, most) = (values().fold(f64::INFINITY, f64::min), values().fold(f64::NEG_INFINITY, f64::max));
    (if least > most / 2.0 { least } else { least.min(0.0) }, most)
}

/// The place, counted from 0 in ascending order, of the quartile with this number, 0 to 4, among `count` numbers.
///
/// # Panics
/// If `count` is 0.
pub fn rank(count: usize, quarters: usize) -> usize {
    assert!(count > 0, "no numbers have no quartile");
    (count * quarters).div_ceil(4).max(1) - 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quartiles_are_numbers_of_their_own() {
        let of = |count| [0, 1, 2, 3, 4].map(|quarters| rank(count, quarters));
        assert_eq!(of(1), [0; 5]);
        assert_eq!(of(4), [0, 0, 1, 2, 3]);
        assert_eq!(of(10), [0, 2, 4, 7, 9]);
        assert_eq!(of(20), [0, 4, 9, 14, 19]);
        let numbers: Vec<Number> = [5, 3, 4, 1, 2].map(Number::from).into();
        let spread = Spread { min: 1.0, q1: 2.0, median: 3.0, q3: 4.0, max: 5.0 };
        assert_eq!(Spread::of(&numbers), Some(spread));
        assert_eq!(Spread::of(&[]), None);
    }
}
