//! What a script says to the page: notes and what is shown with them.

use pageturner::config::Config;
use pageturner::lab::time::session::Session;
use pageturner::units::Pfn;
use pageturner::vocabulary::command::{Command, Note};
use pageturner::vocabulary::show::{Panel, Show};
use pageturner::vocabulary::thing::Thing;

#[test]
fn what_is_shown_is_sent_by_name() {
    let mut core = Session::new(Config { frames: 64, ..Config::default() }).unwrap();
    core.run(Command::Note(Note { before: true, ..Note::new("Look.") })).unwrap();
    let show =
        Show { select: Some(Thing::Frame(Pfn(6))), zoom: Some([4, 8]), open: vec![Panel::Console], ..Show::default() };
    core.run(Command::Show(show.into())).unwrap();
    let steps = crate::steps::steps(&core, 0, u32::MAX);
    assert!(steps[0].before && steps[0].show.is_none() && steps[1].speaks && !steps[1].before);
    let show = steps[1].show.as_ref().expect("it shows something");
    assert_eq!((show.select.as_deref(), show.zoom), (Some("frame 6"), Some([4, 8])));
    assert_eq!((show.open.as_slice(), show.fold.len()), ([Panel::Console].as_slice(), 0));
}
