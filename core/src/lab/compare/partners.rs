//! With which machines a session is worth comparing.

use super::{Changes, MAX_MACHINES, parse_changes};
use crate::alloc::describe::rival;
use crate::config::RmapKind;
use crate::lab::measure::notable::Notable;
use crate::lab::recording::head::headers;
use crate::lab::time::session::Session;
use crate::refusal::Refusal;
use crate::vocabulary::command::Command;
use crate::vocabulary::heap::HeapSettings;

/// The machines that a script names in its header, lines `//! compare: rmap=none`, in the order they stand.
///
/// # Errors
/// The first of these lines that cannot be read.
pub fn named_partners(script: &str) -> Result<Vec<Changes>, Refusal> {
    headers(script, "compare").take(MAX_MACHINES - 1).map(parse_changes).collect()
}

/// Changes for a machine that does differently what this session did most of: another reverse map if pages were
/// reclaimed, else another allocator of small blocks, or of runs, where such were asked for; or, if processes share
/// pages, a machine without a reverse map; or the allocator.
pub fn likely_partner(first: &Session) -> Changes {
    let took_away = first.steps().iter().any(|step| step.notable.contains(Notable::RECLAIM));
    let asks = first.steps().iter().any(|step| matches!(step.command, Command::Alloc(_)));
    let forks = first.steps().iter().any(|step| matches!(step.command, Command::Fork(_)));
    let config = first.config();
    let heap = first.steps().iter().find_map(|step| {
        if let Command::Heap(new) = &step.command {
            rival_heap(&new.settings.stand_in(config.heap))
        } else if let Command::Kmalloc(_) = step.command {
            rival_heap(&HeapSettings::of_kernel(&config.kmalloc, config.all_frames()))
        } else {
            None
        }
    });
    let text = match config.rmap {
        RmapKind::None if took_away || forks && !asks && heap.is_none() => "rmap=object".into(),
        _ if took_away => "rmap=none".into(),
        _ if !asks && heap.is_some() => heap.unwrap_or_default().into(),
        _ if forks && !asks => "rmap=none".into(),
        _ => format!("allocator={}", rival(config)),
    };
    parse_changes(&text).unwrap_or_default()
}

/// Another allocator for the blocks of a heap like this; `None` if nothing can stand in for it.
fn rival_heap(settings: &HeapSettings) -> Option<&'static str> {
    match settings {
        HeapSettings::Phk(_) => Some("heap=dl"),
        HeapSettings::Kr(_) | HeapSettings::Dl(_) | HeapSettings::MmapDirect(_) => Some("heap=phk"),
        HeapSettings::Freelist(_) => None,
        HeapSettings::Paragraph(_) => Some("kmalloc.kind=slab"),
        HeapSettings::Linux20(_) | HeapSettings::MckusickKarels(_) | HeapSettings::Svr4(_) | HeapSettings::Slab(_) => {
            Some("kmalloc.kind=paragraph")
        }
    }
}
