//! The fields of a configuration as the page's forms need them.

use crate::dto::{SettingDto, SettingKind};
use pageturner::config::schema::{Field, FieldKind, fields};

/// The fields of a whole configuration.
pub fn settings() -> Vec<SettingDto> {
    fields().into_iter().map(setting).collect()
}

fn setting(field: Field) -> SettingDto {
    let (kind, choices, fields) = match field.kind {
        FieldKind::Flag => (SettingKind::Flag, Vec::new(), Vec::new()),
        FieldKind::Number => (SettingKind::Number, Vec::new(), Vec::new()),
        FieldKind::Choice(names) => (SettingKind::Choice, names, Vec::new()),
        FieldKind::Settings(fields) => (SettingKind::Settings, Vec::new(), fields.into_iter().map(setting).collect()),
        FieldKind::List => (SettingKind::List, Vec::new(), Vec::new()),
    };
    SettingDto { name: field.name, kind, default: field.default, choices, fields }
}
