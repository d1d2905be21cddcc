//! A process: its address space in numbers.

use super::{counted, row, set_row, titled};
use crate::dto::InspectDto;
use crate::index::Index;
use crate::spaces;
use crate::subject;
use pageturner::lab::view::View;
use pageturner::units::Pid;

/// Looks at a living process.
pub fn inspect(view: &View, index: &Index, pid: Pid) -> Option<InspectDto> {
    let info = view.processes.get(&pid)?;
    let space = spaces::process(view, index, info);
    let pages: u64 = space.vmas.iter().map(|vma| vma.end - vma.start).sum();
    let mut rows = vec![
        set_row("Name", if info.name.is_empty() { "none".into() } else { info.name.clone() }),
        row("Address space", format!("{} in {}", counted(pages, "page"), counted(space.vmas.len() as u64, "VMA"))),
        row("Resident", format!("{} (the zero page not counted)", counted(u64::from(space.rss), "page"))),
        row("On swap", counted(u64::from(space.swapped), "page")),
        row("Page tables", counted(u64::from(space.tables), "frame")),
        set_row("Root table", format!("frame {}", info.root.0)).to(subject::frame(info.root)),
    ];
    if info.brk > info.brk_start {
        rows.push(set_row("Heap", format!("{} to {}", info.brk_start, info.brk)));
    }
    if let Some(parent) = info.parent {
        let living = view.processes.contains_key(&parent).then(|| subject::process(parent));
        rows.push(row("Parent", format!("process {parent}")).to(living));
    }
    Some(titled(subject::process(pid), format!("Process {pid} {}", info.name).trim_end().into(), rows))
}
