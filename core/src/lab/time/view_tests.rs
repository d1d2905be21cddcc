//! A difference between two views is noticed, whatever it is in.

use super::sample::{change_frame, frame_of, sample};
use super::view::View;
use crate::config::RmapKind;
use crate::hw::ram::Contents;
use crate::units::{Pfn, Pid};
use crate::vocabulary::entry::Entry;
use crate::vocabulary::object::Object;

fn bytes(byte: u8) -> Contents {
    Some(vec![byte; 4096].into())
}

/// Changes the object whose page 0 is stored on a disk.
fn change_file(view: &mut View, change: impl FnOnce(&mut Object)) {
    let id = *view.objects.iter().find(|(_, object)| object.stored.contains_key(&0)).expect("a file").0;
    change(view.objects.get_mut(&id).expect("it was just found"));
}

#[test]
fn every_part_of_a_view_is_compared() {
    let view = sample(RmapKind::VmaOffset).view().clone();
    assert_eq!(view.difference(&view.clone()), None);
    type Change = (&'static str, fn(&mut View));
    let changes: &[Change] = &[
        ("ram", |v| v.ram.write(frame_of(v, 6), 0, &[99])),
        ("frames", |v| change_frame(v, 6, |frame| frame.dirty = !frame.dirty)),
        ("reverse map", |v| drop(v.entries.set(frame_of(v, 6), Entry::None))),
        ("free lists", |v| {
            let (run, list) = v.free().all_runs().next().expect("something is free");
            v.free_mut().unlink(run.start, list);
        }),
        ("runs", |v| v.runs = v.runs.iter().map(|(pfn, run)| (*pfn, run.clone())).skip(1).collect()),
        ("processes", |v| v.spaces.get_mut(&Pid(1)).expect("it lives").info.name = "another".into()),
        ("vmas", |v| v.spaces.get_mut(&Pid(1)).expect("it lives").vmas.clear()),
        ("anon_vmas", |v| {
            let id = v.anon_vmas.iter().next().expect("there are some").0;
            v.anon_vmas.remove(&id);
        }),
        ("stable nodes", |v| v.stable_nodes.clear()),
        ("objects", |v| v.objects.clear()),
        ("objects", |v| change_file(v, |file| file.info.vmas.clear())),
        ("objects", |v| change_file(v, |file| file.pages.clear())),
        ("objects", |v| change_file(v, |file| drop(file.stored.insert(7, bytes(1))))),
        ("objects", |v| change_file(v, |file| drop(file.stored.insert(0, bytes(99))))),
        ("objects", |v| {
            change_file(v, |file| {
                let contents = file.stored.remove(&0).expect("it is stored");
                file.stored.insert(7, contents);
            });
        }),
        ("slots", |v| v.slots[0].count += 1),
        ("slot contents", |v| v.slot_contents[0] = bytes(99)),
        ("tlb", |v| v.tlb.fill(None)),
        ("clock hand", |v| v.hand = Pfn(v.hand.0 + 1)),
    ];
    for (part, change) in changes {
        let mut other = view.clone();
        change(&mut other);
        assert_eq!((view.difference(&other), other.difference(&view)), (Some(*part), Some(*part)));
    }
}

/// Contents are equal if they read the same, wherever they lie.
#[test]
fn copies_of_contents_are_no_difference() {
    let view = sample(RmapKind::Object).view().clone();
    let mut other = view.clone();
    change_file(&mut other, |file| {
        let copy = file.stored[&0].as_deref().map(|bytes| bytes.to_vec().into());
        file.stored.insert(0, copy);
    });
    other.slot_contents[0] = other.slot_contents[0].as_deref().map(|bytes| bytes.to_vec().into());
    assert_eq!(view.difference(&other), None);
}
