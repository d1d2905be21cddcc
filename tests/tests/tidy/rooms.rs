//! Imports run downwards: a room may use the rooms below it, and none beside or above it.

use crate::none;
use crate::sources::Source;
use syn::visit::Visit;

/// The rooms of the core, lowest first; rooms on one floor do not use each other. A name with `::` is a room within a
/// room.
const FLOORS: &[&[&str]] = &[
    &["units", "refusal", "trees", "chunks"],
    &["hw"],
    &["config"],
    &["vocabulary"],
    &["alloc", "policy", "user"],
    &["kmalloc"],
    &["mm::base"],
    &["mm::rmap"],
    &["mm::state"],
    &["mm::area"],
    &["mm::table"],
    &["mm::provide"],
    &["mm::run"],
    &["mm::file"],
    &["mm::reclaim"],
    &["mm::compact"],
    &["mm::ksm"],
    &["mm::fault"],
    &["os"],
    &["lab::measure"],
    &["lab::time"],
    &["lab::check", "lab::figures", "lab::tell"],
    &["lab::quiz", "lab::recording"],
    &["lab::compare"],
    &["lab::sweep"],
    &["script", "import"],
];

#[test]
fn imports_run_downwards() {
    let mut found = Vec::new();
    for source in Source::below(&["core/src"]) {
        let Some(module) = module_of(&source.path) else { continue };
        let Some((room, floor)) = room_of(&module) else {
            // The file of a room of rooms contains nothing but its rooms.
            assert!(
                ["lab", "mm"].contains(&module.join("::").as_str()),
                "{}: {module:?} is in no room of FLOORS",
                source.path
            );
            continue;
        };
        let mut uses = Uses { module: &module, named: Vec::new() };
        uses.visit_file(&source.syntax);
        for (path, line) in uses.named {
            let Some((other, below)) = room_of(&path) else { continue };
            if other != room && below >= floor {
                found.push(source.at_line(line, &format!("`{room}` uses `{other}`, which is not below it")));
            }
        }
    }
    none("imports run downwards (the order of rooms is FLOORS in tests/tests/tidy/rooms.rs)", &found);
}

/// The module of a file: `core/src/mm/fault/mod.rs` is `mm::fault`; `None` for the crate's root and the command line,
/// which is another crate.
fn module_of(path: &str) -> Option<Vec<String>> {
    let inside = path.strip_prefix("core/src/")?.strip_suffix(".rs")?;
    let mut parts: Vec<String> = inside.split('/').map(String::from).collect();
    if parts.last().is_some_and(|last| last == "mod") {
        parts.pop();
    }
    let outside = parts[0] == "lib" || parts[0] == "bin";
    (!outside).then_some(parts)
}

/// Types that a room of rooms passes on, and where they are.
const PASSED_ON: [(&str, &str); 2] = [("Mm", "state"), ("MmError", "base")];

/// The room that a path lies in, and its floor.
fn room_of(path: &[String]) -> Option<(String, usize)> {
    let mut path = path.to_vec();
    if let [room, name, ..] = &mut path[..]
        && room == "mm"
        && let Some((_, place)) = PASSED_ON.iter().find(|(passed_on, _)| passed_on == name)
    {
        *name = (*place).to_string();
    }
    let is_in = |room: &str| room.split("::").enumerate().all(|(n, part)| path.get(n).is_some_and(|p| p == part));
    FLOORS
        .iter()
        .enumerate()
        .find_map(|(floor, rooms)| rooms.iter().find(|room| is_in(room)).map(|room| (room.to_string(), floor)))
}

/// Collects the paths from the crate's root that a file names, with their lines.
struct Uses<'a> {
    module: &'a [String],
    named: Vec<(Vec<String>, usize)>,
}

impl Uses<'_> {
    /// Notes a path; one that does not begin with `crate`, `self` or `super` is of this file or another crate.
    fn note(&mut self, parts: &[String], line: usize) {
        let mut path: Vec<String> = match parts.first().map(String::as_str) {
            Some("crate") => Vec::new(),
            Some("self" | "super") => self.module.to_vec(),
            _ => return,
        };
        for part in parts {
            match part.as_str() {
                "crate" | "self" => {}
                "super" => drop(path.pop()),
                name => path.push(name.to_string()),
            }
        }
        self.named.push((path, line));
    }

    fn tree(&mut self, before: &[String], tree: &syn::UseTree, line: usize) {
        let with = |ident: &syn::Ident| [before, &[ident.to_string()]].concat();
        match tree {
            syn::UseTree::Path(path) => self.tree(&with(&path.ident), &path.tree, line),
            syn::UseTree::Name(name) => self.note(&with(&name.ident), line),
            syn::UseTree::Rename(rename) => self.note(&with(&rename.ident), line),
            syn::UseTree::Glob(_) => self.note(before, line),
            syn::UseTree::Group(group) => group.items.iter().for_each(|item| self.tree(before, item, line)),
        }
    }
}

impl<'ast> Visit<'ast> for Uses<'_> {
    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        self.tree(&[], &item.tree, item.use_token.span.start().line);
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let parts: Vec<String> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        let line = path.segments.first().map_or(0, |segment| segment.ident.span().start().line);
        self.note(&parts, line);
        syn::visit::visit_path(self, path);
    }

    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        // Inside, `super` is this file.
        let inside = [self.module, &[item.ident.to_string()]].concat();
        let mut uses = Uses { module: &inside, named: Vec::new() };
        syn::visit::visit_item_mod(&mut uses, item);
        self.named.append(&mut uses.named);
    }
}
