//! Requests as CSV: a header line `call,id,bytes`, then one request a line. `call` is `malloc`, `calloc`, `realloc` or
//! `free`; `id` any text without a comma that names the block; `bytes` is empty for `free`.

use super::{Blocks, Request, Requests};
use crate::lab::tell::placed::PlacedError;

/// Whether a line is the header.
pub fn is_header(line: &str) -> bool {
    let mut names = line.split(',').map(|name| name.trim().to_ascii_lowercase());
    names.next().is_some_and(|name| name == "call") && names.next().is_some_and(|name| name == "id")
}

/// Reads the lines after the header.
pub fn read(text: &str) -> Result<Requests, PlacedError> {
    let mut blocks = Blocks::default();
    let mut all = Vec::new();
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()).skip(1);
    for (n, line) in lines {
        let number = n as u32 + 1;
        let error = |column: usize, message: String| PlacedError::in_line(line, number, column as u32 + 1, message);
        let fields: Vec<&str> = line.split(',').map(str::trim).collect();
        let call = fields[0].to_ascii_lowercase();
        let Some(id) = fields.get(1).filter(|id| !id.is_empty()).map(|id| id.to_string()) else {
            return Err(error(line.len(), "the block's id is missing".into()).hint("a line is `call,id,bytes`"));
        };
        let bytes = || {
            let field = fields.get(2).copied().unwrap_or("");
            let column = line.len() - line.rsplit(',').next().map_or(0, str::len);
            field.parse::<u64>().map_err(|_| {
                let shown: String = field.chars().take(40).collect();
                error(column, format!("`{shown}` is no number of bytes")).hint("a line is `call,id,bytes`")
            })
        };
        let request = match (call.as_str(), blocks.get(&id)) {
            ("malloc", _) => Request::Malloc { bytes: bytes()?, block: blocks.begin(id) },
            ("calloc", _) => Request::Calloc { count: 1, bytes: bytes()?, block: blocks.begin(id) },
            ("realloc", None) => Request::Malloc { bytes: bytes()?, block: blocks.begin(id) },
            ("realloc", Some(block)) => Request::Realloc { block, bytes: bytes()? },
            ("free", Some(block)) => {
                blocks.end(&id);
                Request::Free { block }
            }
            ("free", None) => {
                let shown: String = id.chars().take(40).collect();
                return Err(error(0, format!("block `{shown}` is not in use")).hint("freed twice, or never given"));
            }
            _ => {
                let hint = "there are malloc, calloc, realloc and free";
                let shown: String = call.chars().take(40).collect();
                return Err(error(0, format!("there is no call `{shown}`")).hint(hint));
            }
        };
        all.push((request, number));
    }
    Ok(Requests { all, skipped: Vec::new() })
}
