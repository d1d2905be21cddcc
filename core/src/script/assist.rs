//! What helps whoever types into the console: `help`, and the names that a line may go on with.

use super::console::ConsoleScope;
use super::manual::{FUNCTIONS, names, usages};
use crate::lab::tell::placed::nearest;
use crate::lab::tell::variables::Names;

/// The answer to `help`, `help(name)` or `help("name")`; `None` if the line asks for something else.
pub fn help(line: &str) -> Option<String> {
    let rest = line.trim().trim_end_matches(';').trim_end().strip_prefix("help")?;
    let asked = match rest.trim() {
        "" | "()" => return Some(overview()),
        rest => rest.strip_prefix('(')?.strip_suffix(')')?.trim().trim_matches('"'),
    };
    let name = asked.rsplit('.').next().unwrap_or(asked);
    let is_name = !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_');
    if !is_name {
        return None;
    }
    let all: Vec<String> =
        usages(name).iter().map(|function| format!("{}\n  {}", function.usage, function.does)).collect();
    if !all.is_empty() {
        return Some(all.join("\n"));
    }
    let near = nearest(name, names()).map_or_else(String::new, |near| format!(" Did you mean `{near}`?"));
    Some(format!("There is no function `{name}`.{near} `help` lists all."))
}

fn overview() -> String {
    let list = |method: bool| {
        let mut names: Vec<&str> =
            FUNCTIONS.iter().filter(|each| each.method == method).map(|each| each.name).collect();
        names.dedup();
        names.join(", ")
    };
    format!(
        "of a process, a segment or a heap, as in p1.touch(address): {}\nof the machine: {}\nhelp(\"touch\") says how one is called. Tab completes names.",
        list(true),
        list(false)
    )
}

/// The names that the last word of a line may become, in order: after a dot functions of processes and segments, else
/// variables, those of the script among them, and the machine's functions.
pub fn completions(scope: &ConsoleScope, names: &Names<'_>, line: &str) -> Vec<String> {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let before = line.trim_end_matches(is_word);
    let word = &line[before.len()..];
    let method = before.ends_with('.') && !before.ends_with("..");
    let functions = FUNCTIONS.iter().filter(|each| each.method == method).map(|each| each.name.to_string());
    let mut variables = scope.variables();
    variables.extend(names.all().map(|(name, _)| name.to_string()));
    let variables = variables.into_iter().filter(|_| !method);
    let mut all: Vec<String> = variables.chain(functions).filter(|name| name.starts_with(word)).collect();
    all.sort();
    all.dedup();
    all
}
