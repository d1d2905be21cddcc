//! Points, exact: whole hundredths, so that sums are those of the numbers shown, in any order.

use crate::refusal::Refusal;
use rhai::Dynamic;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::iter::Sum;

const HUNDREDTHS: u32 = 100;
/// At most this many points for a question.
const MOST: u32 = 10_000;

/// A number of points, in hundredths.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Debug)]
pub struct Points(u32);

impl Points {
    /// No points.
    pub const NONE: Points = Points(0);

    /// The points of a question, as a test gives them: a whole number, or a decimal one with two places at most.
    ///
    /// # Errors
    /// It is no such number, negative or too large.
    pub fn of(value: &Dynamic) -> Result<Points, Refusal> {
        let hundredths = match (value.as_int(), value.as_float()) {
            (Ok(n), _) => n.checked_mul(i64::from(HUNDREDTHS)).map(|n| n as f64),
            (_, Ok(n)) => Some(n * f64::from(HUNDREDTHS)),
            _ => None,
        };
        let whole = hundredths.map(f64::round).filter(|n| (n - hundredths.unwrap_or_default()).abs() < 1e-6);
        match whole {
            Some(n) if (0.0..=f64::from(MOST * HUNDREDTHS)).contains(&n) => Ok(Points(n as u32)),
            _ => Err(Refusal::new(
                format!("{value} is no number of points"),
                format!("use 0 to {MOST}, with two decimal places at most: 2 or 2.5"),
            )),
        }
    }

    /// The points for `held` of `of` checks, rounded down to a hundredth.
    pub fn share(self, held: usize, of: usize) -> Points {
        Points((u64::from(self.0) * held as u64 / of.max(1) as u64) as u32)
    }

    /// How much of `all` these are, from 0 to 1, rounded down to a millionth.
    pub fn part_of(self, all: Points) -> f64 {
        const MILLION: u64 = 1_000_000;
        (u64::from(self.0) * MILLION / u64::from(all.0.max(1))) as f64 / MILLION as f64
    }
}

impl Sum for Points {
    fn sum<I: Iterator<Item = Points>>(all: I) -> Points {
        Points(all.map(|points| points.0).sum())
    }
}

impl fmt::Display for Points {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.0 / HUNDREDTHS, self.0 % HUNDREDTHS) {
            (whole, 0) => write!(f, "{whole}"),
            (whole, part) if part % 10 == 0 => write!(f, "{whole}.{}", part / 10),
            (whole, part) => write!(f, "{whole}.{part:02}"),
        }
    }
}

impl Serialize for Points {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self.0 % HUNDREDTHS {
            0 => to.serialize_u32(self.0 / HUNDREDTHS),
            // The nearest double is written with as many digits as tell it from its neighbours: two.
            _ => to.serialize_f64(f64::from(self.0) / f64::from(HUNDREDTHS)),
        }
    }
}

impl<'de> Deserialize<'de> for Points {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Points, D::Error> {
        f64::deserialize(from).map(|n| Points((n * f64::from(HUNDREDTHS)).round() as u32))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_are_shown_and_written_as_they_are() {
        for (given, shown) in [(2.0, "2"), (2.5, "2.5"), (0.05, "0.05"), (1.25, "1.25"), (0.0, "0")] {
            let points = Points::of(&Dynamic::from(given)).expect("points");
            assert_eq!(points.to_string(), shown);
            assert_eq!(serde_json::to_string(&points).expect("a number"), shown);
            assert_eq!(serde_json::from_str::<Points>(shown).expect("points"), points);
        }
        assert_eq!(Points::of(&Dynamic::from(2_i64)).expect("points").share(1, 3).to_string(), "0.66");
        assert_eq!(Points(66).part_of(Points(200)).to_string(), "0.33");
    }

    #[test]
    fn what_is_no_number_of_points_is_refused() {
        let nan = Dynamic::from(f64::NAN);
        for value in [Dynamic::from(-1_i64), Dynamic::from(0.001), nan, i64::MAX.into(), "2".into(), Dynamic::UNIT] {
            assert!(Points::of(&value).is_err(), "{value}");
        }
    }
}
