//! Every file says at its top what it is; every public item says what it does.

use crate::none;
use crate::sources::Source;
use syn::visit::Visit;
use syn::{Attribute, Visibility};

#[test]
fn every_file_says_what_it_is() {
    let mut found = Vec::new();
    for source in Source::below(&[
        "core/src",
        "web/src",
        "web/bindgen",
        "tests/src",
        "tests/tests",
        "tests/linux",
        "fuzz/fuzz_targets",
    ]) {
        let first = source.text.lines().next().unwrap_or_default();
        if first.strip_prefix("//! ").is_none_or(|words| words.len() < 16) {
            found.push(source.at_line(1, "begins without `//!` and what the file is"));
        }
    }
    none(
        "every file begins with `//!`: what it is, its counterpart in a kernel, the invariant it keeps, its source",
        &found,
    );
}

#[test]
fn public_items_are_documented() {
    let mut found = Vec::new();
    for source in Source::below(&["core/src", "web/src"]) {
        let mut items = Undocumented(Vec::new());
        items.visit_file(&source.syntax);
        found.extend(items.0.iter().map(|(name, line)| source.at_line(*line, &format!("`{name}` has no `///`"))));
    }
    none("a public item says what it is or does, with units, errors and source", &found);
}

/// Public items without a doc comment, with their lines. Fields and variants are exempt, since their names can be
/// enough.
struct Undocumented(Vec<(String, usize)>);

impl Undocumented {
    fn item(&mut self, vis: &Visibility, attrs: &[Attribute], ident: &syn::Ident) {
        let is_public = matches!(vis, Visibility::Public(_));
        if is_public && !attrs.iter().any(|attr| attr.path().is_ident("doc")) {
            self.0.push((ident.to_string(), ident.span().start().line));
        }
    }
}

impl<'ast> Visit<'ast> for Undocumented {
    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        self.item(&item.vis, &item.attrs, &item.sig.ident);
    }

    fn visit_impl_item_fn(&mut self, item: &'ast syn::ImplItemFn) {
        self.item(&item.vis, &item.attrs, &item.sig.ident);
    }

    fn visit_item_struct(&mut self, item: &'ast syn::ItemStruct) {
        self.item(&item.vis, &item.attrs, &item.ident);
    }

    fn visit_item_enum(&mut self, item: &'ast syn::ItemEnum) {
        self.item(&item.vis, &item.attrs, &item.ident);
    }

    fn visit_item_trait(&mut self, item: &'ast syn::ItemTrait) {
        self.item(&item.vis, &item.attrs, &item.ident);
    }

    fn visit_item_const(&mut self, item: &'ast syn::ItemConst) {
        self.item(&item.vis, &item.attrs, &item.ident);
    }

    fn visit_item_type(&mut self, item: &'ast syn::ItemType) {
        self.item(&item.vis, &item.attrs, &item.ident);
    }
}
