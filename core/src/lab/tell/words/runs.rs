//! Contiguous requests and runs, in words.

use super::{count, prot_name};
use crate::units::{Pfn, Pid, VirtAddr};
use crate::vocabulary::prot::Prot;
use crate::vocabulary::report::{Fit, Report};
use crate::vocabulary::request::{GFP, Gfp, Lack, Mobility, Need, Request};
use crate::vocabulary::run::Run;

/// A run that begins, ends, is pinned or mapped.
pub(super) fn run(first: Pfn, before: Option<&Run>, after: Option<&Run>) -> String {
    let what = |run: &Run| format!("{} from {first} {}", frames(run.given), are(run.given));
    match (before, after) {
        (Some(before), Some(run)) if before.mapped != run.mapped => match run.mapped.last() {
            Some((pid, _)) if run.mapped.len() > before.mapped.len() => {
                format!("{} mapped into process {pid}", what(run))
            }
            Some(_) => format!("{} mapped by one less: {} left", what(run), run.mapped.len()),
            None => format!("{} mapped by nobody any more", what(run)),
        },
        (Some(before), Some(run)) if before.queued < run.queued => format!("{} in a message", what(run)),
        (Some(before), Some(run)) if before.queued > run.queued => format!("{} out of the message", what(run)),
        (Some(before), Some(run)) if before.pins < run.pins => format!("{} pinned: a device uses it", what(run)),
        (Some(before), Some(run)) if before.pins > run.pins && run.pins == 0 => {
            format!("{} not pinned any more", what(run))
        }
        (Some(before), Some(run)) if before.pins > run.pins => format!("{} pinned once less", what(run)),
        (Some(_), Some(run)) => format!("{} its holders' now", what(run)),
        (None, Some(run)) if run.given > run.request.pages => {
            format!("{} the kernel's: {} asked for, the rest is lost to rounding", what(run), run.request.pages)
        }
        (None, Some(run)) => format!("{} the kernel's", what(run)),
        (_, None) => format!("the run at {first} is over"),
    }
}

fn are(n: u32) -> &'static str {
    if n == 1 { "is" } else { "are" }
}

pub(super) fn frames(n: u32) -> String {
    count(u64::from(n), "frame")
}

/// What a contiguous request took.
pub(super) fn contig(request: &Request, report: &Report) -> String {
    let Report { inspected, moved, written, zapped, lack, .. } = report;
    let end = match lack {
        None => "served".to_string(),
        Some(lack) => format!("not served: {}", lack_text(lack)),
    };
    if inspected + moved + written + zapped == 0 && lack.is_some() {
        return format!("{} in one piece: nothing is moved or dropped to make room; {end}", frames(request.pages));
    }
    format!(
        "{} in one piece: {inspected} looked at, {moved} moved, {written} written, {zapped} dropped; {end}",
        frames(request.pages)
    )
}

/// How a request fitted what was free.
pub(super) fn fitted(pfn: Pfn, pages: u32, fit: Fit) -> String {
    let what = frames(pages);
    match fit {
        Fit::Exact => format!("{what} at {pfn} {} given again: the length is the one wanted", are(pages)),
        Fit::Gap => format!("{what} at {pfn} {} left below the run, which has to be aligned", are(pages)),
        Fit::Degraded => format!("the large run of {what} stands at {pfn}, off its alignment"),
        Fit::Realigned => format!("the large run of {what} stands at {pfn}, aligned again"),
    }
}

/// Why a request was not served.
pub fn lack_text(lack: &Lack) -> String {
    match lack {
        Lack::Frames { free: 0 } => "no frame is free".into(),
        Lack::Frames { free } => format!("only {} free", frames(*free)),
        Lack::Run { largest } => format!("the largest free run has {}", frames(*largest)),
        Lack::Unmovable { at, .. } => format!("{at} cannot be moved"),
        Lack::Locked { at, .. } => format!("the segment at {at} is locked; to be asked again when it is not"),
        Lack::Panic { at, waits } => format!("panic: the segment at {at} is still locked after {waits} waits"),
        Lack::Forbidden { needed } => match needed {
            Need::Move => "the request does not allow moving".into(),
            Need::Reclaim => "the request does not allow reclaim".into(),
            Need::Disk => "an atomic request may not wait for the disk".into(),
        },
    }
}

/// `p1.map_run(8)`, or with what is not the default: `p1.map_run(8, #{addr: 0x40000000, prot: "r"})`.
pub(super) fn map_run(pid: Pid, pfn: Pfn, addr: Option<VirtAddr>, prot: Prot) -> String {
    let at = addr.map(|addr| format!("addr: {addr}"));
    let rights = (prot != Prot::READ | Prot::WRITE).then(|| format!("prot: \"{}\"", prot_name(prot)));
    let fields: Vec<String> = at.into_iter().chain(rights).collect();
    match fields.is_empty() {
        true => format!("p{pid}.map_run({})", pfn.0),
        false => format!("p{pid}.map_run({}, #{{{}}})", pfn.0, fields.join(", ")),
    }
}

/// `alloc(4)`, or with what is not the default: `alloc(4, #{align: 16, movable: true})`.
pub(super) fn alloc(request: &Request) -> String {
    let Request { pages, align, offset, zone, gfp, mobility } = *request;
    let mut options = Vec::new();
    if align != 1 {
        options.push(format!("align: {align}"));
    }
    if offset != 0 {
        options.push(format!("offset: {offset}"));
    }
    options.extend(zone.map(|zone| format!("zone: {zone}")));
    if gfp != Gfp::default() {
        let names = GFP.iter().filter(|(_, flag)| gfp.contains(*flag)).map(|(name, _)| format!("\"{name}\""));
        options.push(format!("gfp: [{}]", names.collect::<Vec<_>>().join(", ")));
    }
    if mobility == Mobility::Movable {
        options.push("movable: true".into());
    }
    match options.is_empty() {
        true => format!("alloc({pages})"),
        false => format!("alloc({pages}, #{{{}}})", options.join(", ")),
    }
}
