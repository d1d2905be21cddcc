//! The fields of a configuration, as data, and its reader say the same.

use super::machine_from_json;
use crate::config::schema::*;

/// Each name that may be chosen is read, and any other is refused by naming the same.
#[test]
fn the_reader_of_configurations_takes_what_may_be_chosen() {
    let mut choices = 0;
    let mut try_all = |path: &[&str], field: &Field| {
        let FieldKind::Choice(names) = &field.kind else { return };
        let with = |name: &str| {
            let inner = path.iter().rev().fold(format!("\"{name}\""), |inner, name| format!("{{\"{name}\":{inner}}}"));
            machine_from_json(&inner)
        };
        choices += 1;
        assert!(names.contains(&field.default.as_str().expect("a choice is a name").to_string()), "{path:?}");
        let refused = with("?").expect_err("not a name").hint;
        for name in names {
            assert!(refused.contains(&format!("`{name}`")), "{path:?}: {refused}");
            // A machine of another geometry may be too large; its name is read.
            assert!(with(name).map_or_else(|refusal| !refusal.what.contains("is not known"), |_| true), "{name}");
        }
        assert_eq!(refused.matches('`').count(), 2 * names.len(), "{path:?}: {refused}");
    };
    for field in &fields() {
        try_all(&[&field.name], field);
        if let FieldKind::Settings(inner) = &field.kind {
            inner.iter().for_each(|each| try_all(&[&field.name, &each.name], each));
        }
    }
    assert_eq!(choices, 26);
}
