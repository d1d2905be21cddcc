//! The axes of a sweep: a field of the configuration and its values, checked against what the field may hold.

use crate::config::Config;
use crate::config::schema::{Field, FieldKind, fields};
use crate::lab::compare::{Changes, changed};
use crate::lab::tell::placed::suggest;
use crate::refusal::{Check, Refusal, grouped, refuse};
use serde_json::Value;

/// At most this many machines in a sweep.
pub const MAX_POINTS: usize = 1024;
/// Values that a range stands for, at most.
const OF_RANGE: u32 = 16;

/// A field of the configuration with the values that it is given.
#[derive(Clone, PartialEq, Debug)]
pub struct Axis {
    /// The field's name; of a field in another, both: `replacement.window`.
    pub field: String,
    pub values: Vec<Value>,
}

impl Axis {
    /// Reads an axis: `frames=4,8,16`, `policy=fifo,lru`, or a range of numbers, `frames=4..256`, which stands for at
    /// most 16 values that grow by the same factor.
    ///
    /// # Errors
    /// There is no such field, it can be on no axis, or a value that it cannot have.
    pub fn parse(text: &str) -> Result<Axis, Refusal> {
        let Some((name, values)) = text.split_once('=') else {
            return refuse(format!("`{text}` has no values"), "write a field and its values: frames=4,8,16");
        };
        let name = name.trim();
        let field = named(name)?;
        let mut all: Vec<Value> = Vec::new();
        for word in values.split(',').map(str::trim).filter(|word| !word.is_empty()) {
            for value in read(name, &field, word)? {
                if !all.contains(&value) {
                    all.push(value);
                }
            }
        }
        if all.is_empty() {
            return refuse(format!("{name}: there is no value"), format!("write {name}={}", example(&field)));
        }
        Ok(Axis { field: name.to_string(), values: all })
    }

    /// The change that gives the field a value.
    fn change(&self, value: &Value) -> Changes {
        let nested = self.field.rsplit('.').fold(value.clone(), |inner, name| Value::Object(one(name, inner)));
        match nested {
            Value::Object(change) => change,
            _ => unreachable!("a path has at least one name"),
        }
    }
}

/// What differs in a sweep.
#[derive(Clone, PartialEq, Debug)]
pub struct Sweep {
    /// The rows of its table.
    pub over: Axis,
    /// The columns; `None`: one machine a row.
    pub by: Option<Axis>,
    /// What all machines have otherwise than the one that the load comes with.
    pub all: Changes,
}

impl Sweep {
    /// Checks that it is not too much, and that its axes are two.
    ///
    /// # Errors
    /// Too many machines, or the same field twice.
    pub fn check(&self) -> Check {
        let count = self.over.values.len() * self.columns();
        if count > MAX_POINTS {
            let what = format!("a sweep of {} machines", grouped(count as u64));
            return refuse(what, format!("{} are the most: name fewer values", grouped(MAX_POINTS as u64)));
        }
        match &self.by {
            Some(by) if by.field == self.over.field => {
                refuse(format!("`{}` is on both axes", by.field), "put another field on one of them")
            }
            _ => Ok(()),
        }
    }

    /// The number of columns.
    pub fn columns(&self) -> usize {
        self.by.as_ref().map_or(1, |by| by.values.len())
    }

    /// What each machine has otherwise, row by row.
    pub fn points(&self) -> Vec<Changes> {
        let mut all = Vec::new();
        for row in &self.over.values {
            let mut changes = self.all.clone();
            merge(&mut changes, self.over.change(row));
            match &self.by {
                None => all.push(changes),
                Some(by) => all.extend(by.values.iter().map(|column| {
                    let mut changes = changes.clone();
                    merge(&mut changes, by.change(column));
                    changes
                })),
            }
        }
        all
    }

    /// The configuration of each machine, row by row, where the load comes with this one.
    ///
    /// # Errors
    /// The first that breaks a limit.
    pub fn configs(&self, first: &Config) -> Result<Vec<Config>, Refusal> {
        let made = |(n, changes): (usize, Changes)| {
            let named = |refusal: Refusal| Refusal { what: format!("{}: {}", self.name(n), refusal.what), ..refusal };
            changed(first, &changes).map_err(named)
        };
        self.points().into_iter().enumerate().map(made).collect()
    }

    /// A machine's values in words: `frames 4, policy lru`.
    pub fn name(&self, point: usize) -> String {
        let row = &self.over.values[point / self.columns()];
        let over = format!("{} {}", self.over.field, word(row));
        match &self.by {
            None => over,
            Some(by) => format!("{over}, {} {}", by.field, word(&by.values[point % self.columns()])),
        }
    }
}

/// A value as it is typed.
fn word(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_string)
}

/// The field of this name.
fn named(path: &str) -> Result<Field, Refusal> {
    let mut inner = fields();
    let mut outer = String::new();
    for name in path.split('.') {
        let names: Vec<String> = inner.iter().map(|field| format!("{outer}{}", field.name)).collect();
        let Some(field) = inner.iter().find(|field| field.name == name).cloned() else {
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            return refuse(format!("there is no field `{outer}{name}`"), suggest(&format!("{outer}{name}"), &names));
        };
        inner = match field.kind.clone() {
            FieldKind::Settings(fields) => fields,
            FieldKind::Flag | FieldKind::Number | FieldKind::Choice(_) | FieldKind::List
                if outer.len() + name.len() == path.len() =>
            {
                return whole(path, field);
            }
            FieldKind::Flag | FieldKind::Number | FieldKind::Choice(_) | FieldKind::List => Vec::new(),
        };
        outer = format!("{outer}{name}.");
    }
    let names: Vec<String> = inner.iter().map(|field| format!("{outer}{}", field.name)).collect();
    refuse(format!("`{path}` has fields of its own"), format!("name one of them: {}", names.join(", ")))
}

/// A field that has one value.
fn whole(path: &str, field: Field) -> Result<Field, Refusal> {
    if field.kind == FieldKind::List {
        return refuse(format!("`{path}` is a list"), "put a number, a name or a flag on an axis");
    }
    Ok(field)
}

/// The values that a word stands for.
fn read(name: &str, field: &Field, word: &str) -> Result<Vec<Value>, Refusal> {
    let wrong = |hint: String| refuse(format!("{name} cannot be `{word}`"), hint);
    match &field.kind {
        FieldKind::Flag => match word {
            "true" => Ok(vec![true.into()]),
            "false" => Ok(vec![false.into()]),
            _ => wrong("it is true or false".into()),
        },
        FieldKind::Choice(names) if names.iter().any(|one| one == word) => Ok(vec![word.into()]),
        FieldKind::Choice(names) => wrong(suggest(word, &names.iter().map(String::as_str).collect::<Vec<_>>())),
        FieldKind::Number => match numbers(word) {
            Some(numbers) => Ok(numbers.into_iter().map(Value::from).collect()),
            None => wrong("give numbers as 4,8,16 or a range as 4..256".into()),
        },
        FieldKind::Settings(_) | FieldKind::List => unreachable!("they are on no axis"),
    }
}

/// `7`, or a range `4..256`: numbers in between that grow by the same factor, or from 0 on by the same amount.
fn numbers(word: &str) -> Option<Vec<u32>> {
    let Some((from, to)) = word.split_once("..") else {
        return word.parse().ok().map(|number| vec![number]);
    };
    let (from, to): (u32, u32) = (from.trim().parse().ok()?, to.trim().parse().ok()?);
    if from > to {
        return None;
    }
    let part = |n: u32| f64::from(n) / f64::from(OF_RANGE - 1);
    let (low, high) = (f64::from(from), f64::from(to));
    let at = |n: u32| if from == 0 { high * part(n) } else { low * (high / low).powf(part(n)) };
    let mut all: Vec<u32> = (0..OF_RANGE).map(|n| at(n).round() as u32).collect();
    all.dedup();
    Some(all)
}

fn example(field: &Field) -> String {
    match &field.kind {
        FieldKind::Choice(names) => names.iter().take(2).cloned().collect::<Vec<_>>().join(","),
        FieldKind::Flag => "true,false".into(),
        FieldKind::Number | FieldKind::Settings(_) | FieldKind::List => "4,8,16".into(),
    }
}

fn one(name: &str, value: Value) -> Changes {
    [(name.to_string(), value)].into_iter().collect()
}

fn merge(whole: &mut Changes, changes: Changes) {
    for (name, value) in changes {
        match (whole.get_mut(&name), value) {
            (Some(Value::Object(old)), Value::Object(new)) => merge(old, new),
            (_, value) => drop(whole.insert(name, value)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(text: &str) -> Vec<String> {
        Axis::parse(text).expect("an axis").values.iter().map(Value::to_string).collect()
    }

    fn wrong(text: &str) -> String {
        Axis::parse(text).expect_err("no axis").to_string()
    }

    #[test]
    fn numbers_names_flags_and_fields_in_fields_are_on_an_axis() {
        assert_eq!(values("frames=4,8,8, 16"), ["4", "8", "16"]);
        assert_eq!(values("frames=4..8"), ["4", "5", "6", "7", "8"]);
        let range = values("frames=4..256");
        assert_eq!((range.len(), &range[0][..], &range[15][..]), (16, "4", "256"));
        assert_eq!(values("tlb.entries=0..30").len(), 16);
        assert_eq!(values("policy=fifo,lru"), ["\"fifo\"", "\"lru\""]);
        assert_eq!(values("replacement.first_use=false,true"), ["false", "true"]);
        let sweep = Sweep {
            over: Axis::parse("replacement.window=4,8").expect("an axis"),
            by: Some(Axis::parse("replacement.first_use=true").expect("an axis")),
            all: one("frames", 8.into()),
        };
        let points: Vec<String> = sweep.points().into_iter().map(|point| Value::Object(point).to_string()).collect();
        assert_eq!(points[1], r#"{"frames":8,"replacement":{"first_use":true,"window":8}}"#);
        assert_eq!(sweep.name(1), "replacement.window 8, replacement.first_use true");
    }

    #[test]
    fn what_no_machine_can_have_is_said_with_what_would_be_right() {
        for (text, what, hint) in [
            ("frames", "`frames` has no values", "frames=4,8,16"),
            ("frames=", "frames: there is no value", "write frames=4,8,16"),
            ("framse=4", "there is no field `framse`", "did you mean `frames`"),
            ("replacement.windows=4", "there is no field `replacement.windows`", "did you mean `replacement.window`"),
            ("frames.low=4", "there is no field `frames.low`", "use one of"),
            ("replacement=4", "`replacement` has fields of its own", "replacement.window"),
            ("zones=4", "`zones` is a list", "a number, a name or a flag"),
            ("policy=lri", "policy cannot be `lri`", "did you mean `lru`"),
            ("frames=many", "frames cannot be `many`", "4..256"),
            ("frames=9..4", "frames cannot be `9..4`", "4..256"),
            ("replacement.first_use=1", "replacement.first_use cannot be `1`", "true or false"),
        ] {
            let wrong = wrong(text);
            assert!(wrong.starts_with(what) && wrong.contains(hint), "{text}: {wrong}");
        }
    }

    #[test]
    fn a_sweep_has_two_axes_and_a_limit() {
        let all = (1..=1025).map(|n| n.to_string()).collect::<Vec<_>>().join(",");
        let over = Axis::parse(&format!("frames={all}")).expect("an axis");
        let sweep = Sweep { over: over.clone(), by: None, all: Changes::new() };
        assert!(sweep.check().expect_err("too many").to_string().contains("1,024 are the most"));
        let few = Axis { values: over.values[..2].to_vec(), ..over };
        let twice = Sweep { over: few.clone(), by: Some(few), ..sweep };
        assert!(twice.check().expect_err("twice").to_string().contains("`frames` is on both axes"));
        let limit = twice.configs(&Config::default()).expect_err("a machine of one frame").to_string();
        assert!(limit.starts_with("frames 1, frames 1: "), "{limit}");
    }
}
