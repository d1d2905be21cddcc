//! Commands and events are closed sets: a match over them lists every variant, so that a new one is a compile error at
//! each place that has to think of it.

use crate::none;
use crate::sources::Source;
use syn::visit::Visit;
use syn::{Arm, ExprMatch, Pat};

#[test]
fn no_wildcard_over_commands_and_events() {
    let mut found = Vec::new();
    for source in Source::below(&["core/src", "web/src"]) {
        let mut matches = Matches(Vec::new());
        matches.visit_file(&source.syntax);
        found.extend(matches.0.iter().map(|(of, line)| {
            source.at_line(*line, &format!("a match over {of} ends in an arm for whatever else there is"))
        }));
    }
    none("commands and events are matched without `_`: classify in `vocabulary`, or list the variants", &found);
}

/// Wildcards in matches over the closed sets: the enum's name, and the line.
struct Matches(Vec<(&'static str, usize)>);

impl<'ast> Visit<'ast> for Matches {
    fn visit_expr_match(&mut self, expr: &'ast ExprMatch) {
        for of in ["Command", "Event"] {
            let is_over = expr.arms.iter().any(|arm| names(&arm.pat, of));
            let wildcard = expr.arms.iter().find(|arm| takes_all(arm));
            if let (true, Some(arm)) = (is_over, wildcard) {
                self.0.push((of, arm.fat_arrow_token.spans[0].start().line));
            }
        }
        syn::visit::visit_expr_match(self, expr);
    }
}

/// Whether a pattern is of a variant of the enum `of`, at any depth.
fn names(pat: &Pat, of: &'static str) -> bool {
    struct Finder(&'static str, bool);
    impl<'ast> Visit<'ast> for Finder {
        fn visit_path(&mut self, path: &'ast syn::Path) {
            let count = path.segments.len();
            self.1 |= count >= 2 && path.segments[count - 2].ident == self.0;
        }
    }
    let mut finder = Finder(of, false);
    finder.visit_pat(pat);
    finder.1
}

/// Whether an arm's pattern is `_` or a name, without a condition.
fn takes_all(arm: &Arm) -> bool {
    fn all(pat: &Pat) -> bool {
        match pat {
            Pat::Wild(_) => true,
            Pat::Ident(ident) => ident.subpat.is_none() && ident.ident.to_string().starts_with(char::is_lowercase),
            Pat::Tuple(tuple) => tuple.elems.iter().all(all),
            Pat::Paren(paren) => all(&paren.pat),
            Pat::Reference(reference) => all(&reference.pat),
            Pat::Or(or) => or.cases.iter().any(all),
            _ => false,
        }
    }
    arm.guard.is_none() && all(&arm.pat)
}
