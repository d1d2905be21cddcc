//! `replay_on(#{rmap: "none"})`: the commands so far, replayed on a machine that differs in these fields, and its
//! counters. The script itself does not run again: what it would have done differently there is not done. `what_if`
//! answers that.

use super::config::json;
use super::mistake::{Fail, Mistake};
use super::once::once;
use super::room::{Room, look};
use crate::config::Config;
use crate::lab::compare::lockstep::Pairs;
use crate::lab::compare::{self, Changes};
use crate::lab::figures::fragmentation;
use crate::lab::measure::caching::Caching;
use crate::lab::measure::counting::Counting;
use crate::lab::measure::tally::Tally;
use crate::lab::time::Playback;
use crate::lab::time::session::{Session, Step};
use crate::lab::time::view::View;
use crate::os::machine::Machine;
use crate::units::Pfn;
use crate::vocabulary::command::Command;
use crate::vocabulary::event::Event;
use crate::vocabulary::reply::Reply;
use crate::vocabulary::run::{Run, Runs};
use rhai::{Dynamic, Engine, Map, NativeCallContext};

/// At most this many commands, and a machine of at most `MOST_FRAMES` frames, are run again.
const MOST_STEPS: usize = 10_000;
const MOST_FRAMES: u32 = 1 << 16;
/// At most this many events of one command.
const MOST_EVENTS: u64 = 50_000_000;

/// Adds the function to the engine.
pub fn register(engine: &mut Engine) {
    engine.register_fn("replay_on", |ctx: NativeCallContext, fields: Map| {
        match Room::of(&ctx).with(|state| state.script.is_some()) {
            true => once(&ctx, "replay_on", |_| replay_on(&ctx, fields)),
            false => replay_on(&ctx, fields),
        }
    });
}

/// A command that was carried out here, with its effects on runs.
struct Done {
    command: Command,
    reply: Reply,
    runs: Vec<(Pfn, Option<Box<Run>>)>,
}

/// Replays the commands so far on the machine with these changes.
pub fn replay_on(ctx: &NativeCallContext, fields: Map) -> Result<Map, Fail> {
    let (here, config, _) = asked(ctx, "replay_on", fields)?;
    let steps = Room::of(ctx).with(|state| state.session.as_ref().map(history)).unwrap_or_default();
    let machine = |config| Machine::new(config).map_err(|refusal| Mistake::from(refusal).at(ctx));
    again(ctx, &steps, machine(here)?.mm.runs().clone(), machine(config)?)
}

/// The configurations of this machine and of the one that is asked about, with the changes; fails if that is more than
/// one call of `name` may replay.
pub fn asked(ctx: &NativeCallContext, name: &str, fields: Map) -> Result<(Config, Config, Changes), Fail> {
    let here = look(ctx, 5_000_000, |view| (*view.config).clone())?;
    let field = |(name, value): (_, Dynamic)| Ok((String::from(name), json(value, 0)?));
    let changes =
        fields.into_iter().map(field).collect::<Result<Changes, Mistake>>().map_err(|mistake| mistake.at(ctx))?;
    let config = compare::changed(&here, &changes).map_err(|refusal| Mistake::from(refusal).at(ctx))?;
    let steps = Room::of(ctx).with(|state| state.session.as_ref().map_or(0, |session| session.steps().len()));
    if steps > MOST_STEPS || config.frames > MOST_FRAMES {
        let message = format!("{name}: {steps} commands on {} frames are too many to run again", config.frames);
        let hint = format!("at most {MOST_STEPS} commands and {MOST_FRAMES} frames");
        return Err(Mistake::new(message, hint).at(ctx));
    }
    Ok((here, config, changes))
}

fn history(session: &Session) -> Vec<Done> {
    let mut playback = Playback::new(session);
    let done = |step: &Step| {
        let mut runs = Vec::new();
        playback.next(session, &mut |event| {
            if let Event::Run { first, after, .. } = event {
                runs.push((*first, after.clone()));
            }
        });
        Done { command: step.command.clone(), reply: step.reply.clone(), runs }
    };
    session.steps().iter().map(done).collect()
}

/// Runs the commands on another machine. Commands whose run or process does not exist there are skipped, and counted.
fn again(ctx: &NativeCallContext, steps: &[Done], mut here: Runs, mut machine: Machine) -> Result<Map, Fail> {
    let mut caching = Caching::new(machine.config());
    let (mut tally, mut pairs, mut skipped) = (Tally::default(), Pairs::default(), 0_i64);
    for done in steps {
        let mut counting = Counting::new(&machine, &mut tally).with(caching.as_mut());
        let command = pairs.translate(&done.command, &here, machine.mm.runs());
        let reply = command.and_then(|command| machine.apply(&command, &mut counting).ok());
        let events = counting.finish().events;
        for (first, run) in &done.runs {
            match run {
                Some(run) => drop(here.insert(*first, (**run).clone())),
                None => drop(here.remove(first)),
            }
        }
        match &reply {
            Some(reply) => pairs.note((&done.reply, &here), (reply, machine.mm.runs())),
            None => skipped += 1,
        }
        pairs.note_block(&done.command, &done.reply, reply.as_ref().unwrap_or(&Reply::Done));
        if events > MOST_EVENTS {
            let message = format!("replay_on: one command makes more than {MOST_EVENTS} events there");
            return Err(Mistake::new(message, "ask on a smaller machine").at(ctx));
        }
        look(ctx, events, |_| ())?;
    }
    let mut map = counted(&View::of(&machine), &tally);
    map.insert("skipped".into(), skipped.into());
    map.insert("ended".into(), "".into());
    map.insert("replayed".into(), true.into());
    Ok(map)
}

/// All counters, and the state of free memory at the end.
pub fn counted(view: &View, tally: &Tally) -> Map {
    let figures = fragmentation::Fragmentation::of(view);
    let counter = |name: &&str| ((*name).into(), Dynamic::from(tally.get(name).unwrap_or(0) as i64));
    let mut map: Map = Tally::NAMES.iter().map(counter).collect();
    map.insert("free_frames".into(), i64::from(figures.free).into());
    map.insert("largest_free".into(), i64::from(figures.largest()).into());
    map.insert("internal".into(), (figures.internal as i64).into());
    map
}
