//! The values that the inspector shows of one kind of subject, as a table: each has a name and is read by its own
//! function, so that any of them can be read at another place in time as well.

use super::look::Look;
use crate::dto::{RowDto, Subject};

/// How a value is shown.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Shown {
    /// In a row; "why?" leads to the event that set it.
    Row,
    /// In a row; no event can set it.
    Fixed,
    /// Elsewhere: a drawing, a list, bytes. The text only shows whether the value changed. "Why?" works as for a row.
    Apart,
}

/// A value of a subject that is named by `Id`.
#[derive(Debug)]
pub struct Field<Id> {
    pub name: &'static str,
    pub shown: Shown,
    /// Reads the value; `None` if it does not exist now.
    pub read: fn(&mut Look, Id) -> Option<Said>,
}

/// A value in words.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Said {
    pub text: String,
    /// The subject that a click on it selects.
    pub subject: Option<Subject>,
}

/// A value in words that leads nowhere.
pub fn said(text: impl Into<String>) -> Said {
    Said { text: text.into(), subject: None }
}

impl Said {
    /// Makes the value lead to a subject.
    pub fn to(self, subject: impl Into<Option<Subject>>) -> Said {
        Said { subject: subject.into(), ..self }
    }
}

/// A row of the inspector.
pub const fn row<Id>(name: &'static str, read: fn(&mut Look, Id) -> Option<Said>) -> Field<Id> {
    Field { name, shown: Shown::Row, read }
}

/// A row that nothing changes.
pub const fn fixed<Id>(name: &'static str, read: fn(&mut Look, Id) -> Option<Said>) -> Field<Id> {
    Field { name, shown: Shown::Fixed, read }
}

/// A value that is shown elsewhere, not in a row.
pub const fn apart<Id>(name: &'static str, read: fn(&mut Look, Id) -> Option<Said>) -> Field<Id> {
    Field { name, shown: Shown::Apart, read }
}

/// The rows of a subject now.
pub fn rows<Id: Copy>(fields: &[Field<Id>], look: &mut Look, id: Id) -> Vec<RowDto> {
    let rows = fields.iter().filter(|field| field.shown != Shown::Apart);
    rows.filter_map(|field| {
        let Said { text: value, subject } = (field.read)(look, id)?;
        Some(RowDto { label: field.name, value, subject, why: field.shown == Shown::Row })
    })
    .collect()
}

/// The value of a field now; `None` if the field does not exist, or has no value.
pub fn read<Id>(fields: &[Field<Id>], name: &str, look: &mut Look, id: Id) -> Option<String> {
    let field = fields.iter().find(|field| field.name == name)?;
    (field.read)(look, id).map(|said| said.text)
}

/// The names of the fields that an event can set.
#[cfg(test)]
pub fn names<Id>(fields: &[Field<Id>]) -> Vec<&'static str> {
    fields.iter().filter(|field| field.shown != Shown::Fixed).map(|field| field.name).collect()
}
