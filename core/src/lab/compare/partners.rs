//! With which machines a session is worth comparing.

use super::{Changes, MAX_MACHINES, parse_changes};
use crate::alloc::describe::rival;
use crate::config::RmapKind;
use crate::lab::measure::notable::Notable;
use crate::lab::recording::head::headers;
use crate::lab::time::session::Session;
use crate::refusal::Refusal;
use crate::vocabulary::command::Command;

/// The machines that a script names in its header, lines `//! compare: rmap=none`, in the order they stand.
///
/// # Errors
/// The first of these lines that cannot be read.
pub fn named_partners(script: &str) -> Result<Vec<Changes>, Refusal> {
    headers(script, "compare").take(MAX_MACHINES - 1).map(parse_changes).collect()
}

/// Changes for a machine that does differently what this session did most of: another reverse map if pages were
/// reclaimed, else another allocator if runs were asked for; or, if processes share pages, a machine without a reverse
/// map; or the allocator.
pub fn likely_partner(first: &Session) -> Changes {
    let took_away = first.steps().iter().any(|step| step.notable.contains(Notable::RECLAIM));
    let asks = first.steps().iter().any(|step| matches!(step.command, Command::Alloc(_)));
    let forks = first.steps().iter().any(|step| matches!(step.command, Command::Fork(_)));
    let config = first.config();
    let text = match config.rmap {
        RmapKind::None if took_away || forks && !asks => "rmap=object".into(),
        _ if took_away || forks && !asks => "rmap=none".into(),
        _ => format!("allocator={}", rival(config)),
    };
    parse_changes(&text).unwrap_or_default()
}
