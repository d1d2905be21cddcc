//! Traces of CS:APP's malloc lab: four header lines (a suggested heap size, the number of blocks, of requests, a
//! weight), then `a id bytes`, `r id bytes` and `f id`.

use super::{Blocks, Request, Requests};
use crate::lab::tell::placed::PlacedError;

/// Lines of the header.
const HEADER: usize = 4;

/// Reads a trace.
pub fn read(text: &str) -> Result<Requests, PlacedError> {
    let mut blocks = Blocks::default();
    let mut all = Vec::new();
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    for (seen, (n, line)) in lines.enumerate() {
        let number = n as u32 + 1;
        let error = |message: &str| PlacedError::in_line(line, number, 1, message);
        let words: Vec<&str> = line.split_whitespace().collect();
        if seen < HEADER {
            let is_number = matches!(words.as_slice(), [word] if word.parse::<u64>().is_ok());
            if !is_number {
                return Err(error("not one of the four numbers that the trace begins with")
                    .hint("heap size, number of blocks, number of requests, weight: a line each"));
            }
            continue;
        }
        let parse = |word: &str| word.parse::<u64>().ok();
        let request = match words.as_slice() {
            [kind @ ("a" | "r"), id, bytes] => parse(id).zip(parse(bytes)).map(|(id, bytes)| (*kind, id, bytes)),
            ["f", id] => parse(id).map(|id| ("f", id, 0)),
            _ => None,
        };
        let Some((kind, id, bytes)) = request else {
            return Err(error("not a request").hint("it should be `a id bytes`, `r id bytes` or `f id`"));
        };
        let known = blocks.get(&id);
        all.push((
            match (kind, known) {
                ("a", _) => Request::Malloc { block: blocks.begin(id), bytes },
                // A realloc of what was never given is a malloc, as of NULL.
                ("r", None) => Request::Malloc { block: blocks.begin(id), bytes },
                ("r", Some(block)) => Request::Realloc { block, bytes },
                (_, Some(block)) => {
                    blocks.end(&id);
                    Request::Free { block }
                }
                (_, None) => {
                    return Err(error(&format!("block {id} is not in use")).hint("freed twice, or never given"));
                }
            },
            number,
        ));
    }
    Ok(Requests { all, skipped: Vec::new() })
}
