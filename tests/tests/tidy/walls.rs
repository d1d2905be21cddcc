//! Code outside `alloc` and `config` names no allocator: an allocator itself declares what it needs of others.

use crate::none;
use crate::sources::Source;
use syn::visit::Visit;

#[test]
fn no_allocator_is_named_outside() {
    let mut found = Vec::new();
    for source in Source::below(&["core/src", "web/src"]) {
        let inside = ["core/src/alloc/", "core/src/config/", "web/src/tests/"];
        if inside.iter().any(|folder| source.path.starts_with(folder)) {
            continue;
        }
        let mut named = Named(Vec::new());
        named.visit_file(&source.syntax);
        found.extend(named.0.iter().map(|(name, line)| source.at_line(*line, &format!("names {name}"))));
    }
    none("an allocator says what it wants of others; nobody outside `alloc` and `config` asks which one it is", &found);
}

/// Variants of the allocators' enums that a file names, with their lines.
struct Named(Vec<(String, usize)>);

impl<'ast> Visit<'ast> for Named {
    fn visit_path(&mut self, path: &'ast syn::Path) {
        let parts: Vec<String> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        if let [.., of, variant] = &parts[..]
            && ["Allocator", "AllocatorKind"].contains(&of.as_str())
            && variant.starts_with(char::is_uppercase)
        {
            self.0.push((format!("{of}::{variant}"), path.segments[0].ident.span().start().line));
        }
        syn::visit::visit_path(self, path);
    }

    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        // Tests choose machines.
        if item.ident != "tests" {
            syn::visit::visit_item_mod(self, item);
        }
    }
}
