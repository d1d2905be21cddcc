//! The wasm class `Session`: the core's session and what is cached between the page's calls.
//!
//! Everything here is one call of the core; the work is in the files beside this one. Invariant: cached data are either
//! of the cursor's place or are brought there before they are used; a cut of the future discards what was cut.

use crate::changed::changed;
#[cfg(feature = "scripts")]
use crate::dto::ReplyDto;
use crate::dto::{
    AllHeaps, AllocDto, ChangedDto, CursorDto, ErrorDto, Events, HeapDto, InspectDto, LinksDto, PageDto, Pages, RunDto,
    StateDto, StepDto, Steps, Subject, Tick, Typed, WayBackDto, WhyDto,
};
use crate::index::Index;
use crate::inspect::Look;
use crate::killed::Killed;
use crate::map::{Accessed, Sign, Use, UseCache};
use crate::recent::Recent;
use crate::search::Search;
use crate::sent::Sent;
use crate::timeline::Timeline;
use crate::{alloc, clock, heap, inspect, js, links, owners, ranks, spaces, state, steps, way_back};
use pageturner::lab::recording::{commands, step_json};
use pageturner::lab::tell::references::Reader;
use pageturner::lab::tell::variables::Variables;
use pageturner::lab::tell::words::event_text;
use pageturner::lab::time::session::Session as Core;
use pageturner::lab::time::view::View;
use pageturner::lab::time::why::last_change;
#[cfg(feature = "scripts")]
use pageturner::script::{ConsoleScope, completions, console_line};
use pageturner::units::{Pfn, Pid, VmaId, Vpn};
use std::cell::OnceCell;
use wasm_bindgen::prelude::*;

/// A machine and its time.
#[wasm_bindgen(js_name = Session)]
#[derive(Debug)]
pub struct JsSession {
    core: Core,
    /// The title of the recording it was loaded from; `None` if it had none.
    title: Option<String>,
    script: Option<String>,
    #[cfg(feature = "scripts")]
    scope: ConsoleScope,
    uses: UseCache,
    /// The index, with the event count it was made at.
    index: Option<(u32, OnceCell<Index>)>,
    timeline: Timeline,
    /// What the script's variables hold.
    variables: Variables,
    killed: Killed,
    recent: Recent,
    references: Reader,
    pub(crate) sent: Sent,
}

impl JsSession {
    /// Wraps a core session; title and script as in its recording.
    pub fn new(core: Core, title: Option<String>, script: Option<String>) -> JsSession {
        JsSession {
            core,
            title,
            script,
            #[cfg(feature = "scripts")]
            scope: ConsoleScope::default(),
            uses: UseCache::default(),
            index: None,
            timeline: Timeline::default(),
            variables: Variables::default(),
            killed: Killed::default(),
            recent: Recent::default(),
            references: Reader::default(),
            sent: Sent::default(),
        }
    }

    /// The core's session.
    pub fn core(&self) -> &Core {
        &self.core
    }

    /// The title of the recording that it came from; `None` if it had none.
    pub fn title(&self) -> Option<&str> {
        self.title.as_deref()
    }

    /// The script that it came from; `None` if there is none.
    pub fn script(&self) -> Option<&str> {
        self.script.as_deref()
    }

    /// The number of events, future ones included.
    pub fn event_count(&self) -> u32 {
        self.core.event_count()
    }

    /// Calls `look` with the session at its end, and moves it back to where it was.
    pub fn at_end<T>(&mut self, look: impl FnOnce(&Core) -> T) -> T {
        let at = self.core.cursor();
        self.core.seek(self.core.end().step);
        let seen = look(&self.core);
        if self.core.events_of(at.step).start == at.event {
            self.core.seek(at.step);
        } else {
            self.core.seek_event(at.event);
        }
        seen
    }

    /// The view and the use of every frame, at the cursor: what the map is painted from.
    pub fn frame_uses(&mut self) -> (&View, &[u8]) {
        self.arrive();
        (self.core.view(), self.uses.sync(&self.core, &self.recent))
    }

    /// The core's session, and the events of its last command.
    pub fn recent(&mut self) -> (&Core, &Recent) {
        self.arrive();
        (&self.core, &self.recent)
    }

    /// The core's session, the events of its last command, and what has been read of its references.
    pub fn reading(&mut self) -> (&Core, &Recent, &mut Reader) {
        self.arrive();
        (&self.core, &self.recent, &mut self.references)
    }

    /// Brings to the cursor's place what is kept up to date by events.
    fn arrive(&mut self) {
        // Going on, the events on the way are those of the last command; going back, they were those before.
        if self.core.cursor().event > self.uses.event() {
            self.recent.sync(&self.core);
        }
        self.uses.sync(&self.core, &self.recent);
        self.recent.sync(&self.core);
    }

    /// The state as data.
    pub fn state_dto(&mut self) -> StateDto {
        self.arrive();
        self.read_variables();
        let killed = self.killed.at(&self.core, &self.recent);
        let clock = clock::clock(&self.core, &self.recent, self.uses.accessed());
        let ranks = ranks::ranks(self.core.view(), self.uses.accessed());
        let references = self.references.totals(&self.core).map_or(0, |totals| totals.references);
        let names = self.variables.at(self.core.cursor().step);
        state::state((&self.core, &self.recent), self.uses.count(), &names, (clock, ranks, killed, references))
    }

    /// Commands, as data.
    pub fn steps_dto(&mut self, from: u32, count: u32) -> Vec<StepDto> {
        self.read_variables();
        steps::steps(&self.core, &self.variables, from, count)
    }

    fn read_variables(&mut self) {
        if let Some(script) = &self.script {
            self.variables.read(&self.core, script);
        }
    }

    /// The allocator at the cursor, as data.
    pub fn allocator_dto(&self) -> AllocDto {
        alloc::allocator(self.core.view())
    }

    /// Programs' heaps at the cursor, as data.
    pub fn heaps_dto(&mut self) -> Vec<HeapDto> {
        let (core, recent) = self.recent();
        heap::heaps(core, recent)
    }

    /// The run that a frame belongs to, as data; `None` if it belongs to none.
    pub fn run_dto(&self, pfn: u32) -> Option<RunDto> {
        alloc::run_of(self.core.view(), Pfn(pfn))
    }

    /// Everything about a subject, as data; `None` if it does not exist now.
    pub fn inspect_dto(&mut self, subject: Subject) -> Option<InspectDto> {
        self.indexed();
        let (_, index) = self.index.as_ref().expect("just made");
        let mut found = inspect::inspect(self.core.view(), index, subject)?;
        owners::add(&self.core, &mut found);
        Some(found)
    }

    /// What is linked to a subject, as data.
    pub fn links_dto(&mut self, subject: Subject) -> LinksDto {
        let (core, index) = self.indexed();
        links::links(core.view(), index, subject)
    }

    /// The way back from a frame as the scheme stores it, as data; `None` if there is none.
    pub fn way_back_dto(&mut self, pfn: u32) -> Option<WayBackDto> {
        let (core, recent) = self.recent();
        let search = Search::at(recent.done(core));
        let (core, index) = self.indexed();
        way_back::way_back(core.view(), index, Pfn(pfn), search.as_ref())
    }

    /// The event that gave a value of a subject, named as for [`inspect::value`], its present state, as data. `None`:
    /// no event did, or the value does not exist now.
    pub fn why_dto(&mut self, subject: Subject, name: &str) -> Option<WhyDto> {
        inspect::value(&mut Look::new(self.core.view(), &OnceCell::new()), subject, name)?;
        let change = last_change(&mut self.core, |view| {
            let index = OnceCell::new();
            let mut look = Look::new(view, &index);
            (inspect::value(&mut look, subject, name), look.parts)
        })?;
        let mut text = String::new();
        self.core.each_event(change.event..change.event + 1, |_, event| text = event_text(event, self.core.view()));
        Some(WhyDto { step: self.core.step_of_event(change.event), event: change.event, text, before: change.before })
    }

    /// The frames of a use, or with a sign, by its name in the legend.
    pub fn frames_with(&mut self, name: &str) -> Vec<u32> {
        let Some(each) = Use::named(name) else {
            return match Sign::named(name) {
                Some(Sign::Accessed) => {
                    self.arrive();
                    self.uses.accessed().pages(self.core.view())
                }
                Some(sign) => sign.frames(self.core.view()),
                None => Vec::new(),
            };
        };
        let (_, uses) = self.frame_uses();
        (0..).zip(uses).filter(|(_, of)| **of == each as u8).map(|(pfn, _)| pfn).collect()
    }

    /// Runs a console line, as data.
    #[cfg(feature = "scripts")]
    pub fn console_dto(&mut self, line: &str) -> ReplyDto {
        let before = self.core.cursor();
        self.read_variables();
        self.scope.know(&self.variables.at(before.step));
        let result = self.giving(|session| console_line(&mut session.core, &mut session.scope, line));
        let gave = if self.core.cursor() == before { 0 } else { u32::MAX };
        let commands = self.lines(before.step, gave);
        match result {
            Ok(text) => ReplyDto { text, error: None, commands },
            Err(error) => ReplyDto { text: String::new(), error: Some(ErrorDto::from(error)), commands },
        }
    }

    /// Runs commands at the cursor, each a line as in a recording; if the cursor is not at the end, the future is cut.
    ///
    /// # Errors
    /// A line that is no command, or a command that the machine refuses. Those before it have been run.
    pub fn run_lines(&mut self, lines: &str) -> Result<(), ErrorDto> {
        self.giving(|session| {
            for (command, at) in commands(lines).map_err(ErrorDto::from)? {
                session.core.run_at(command, at).map_err(ErrorDto::from)?;
            }
            Ok(())
        })
    }

    /// Calls `give`, which may run commands at the cursor, and discards what was cached of the future that they cut.
    fn giving<T>(&mut self, give: impl FnOnce(&mut JsSession) -> T) -> T {
        let before = self.core.cursor();
        let has_future = before.event < self.core.event_count();
        let given = give(self);
        if self.core.cursor() != before {
            self.timeline.cut(before.step);
            self.variables.cut(before.step);
            self.killed.cut(before.step);
            self.references.cut(before.step);
            self.index = None;
            self.recent = Recent::default();
            if has_future {
                self.uses = UseCache::default();
            }
        }
        given
    }

    /// `count` commands from number `from`, as lines of a recording.
    pub(crate) fn lines(&self, from: u32, count: u32) -> String {
        let steps = self.core.steps().iter().skip(from as usize).take(count as usize);
        steps.map(|step| step_json(&step.command, step.at) + "\n").collect()
    }

    /// The frames that were accessed since reclaim last looked, at the cursor; none where it has nowhere to put pages.
    pub fn accessed(&mut self) -> &Accessed {
        self.arrive();
        self.uses.accessed()
    }

    fn indexed(&mut self) -> (&Core, &Index) {
        let now = self.core.cursor().event;
        if self.index.as_ref().is_none_or(|(at, _)| *at != now) {
            self.index = Some((now, Index::new(self.core.view()).into()));
        }
        let (_, index) = self.index.as_ref().expect("just made");
        (&self.core, index.get_or_init(|| Index::new(self.core.view())))
    }
}

#[wasm_bindgen(js_class = Session)]
impl JsSession {
    /// What the last step changed, or, inside a step, the last event: as in the state.
    pub fn changed(&mut self) -> Typed<ChangedDto> {
        let (core, recent) = self.recent();
        js::typed(&changed(core, recent))
    }

    /// The first `count` pages of a VMA that have a PTE; none if it does not exist now.
    pub fn pages(&self, vma: u32, count: u32) -> Typed<Pages> {
        js::typed(&Pages(spaces::first_pages(self.core.view(), VmaId(vma), count as usize)))
    }

    /// A page, or the large page that it is in; `undefined` if it has no PTE.
    pub fn page(&self, pid: u32, vpn: f64) -> Option<Typed<PageDto>> {
        js::maybe(spaces::page_at(self.core.view(), Pid(pid), Vpn(vpn as u64)))
    }

    /// The allocator as it is drawn.
    pub fn allocator(&self) -> Typed<AllocDto> {
        js::typed(&self.allocator_dto())
    }

    /// Programs' heaps as they are drawn.
    pub fn heaps(&mut self) -> Typed<AllHeaps> {
        js::typed(&AllHeaps(self.heaps_dto()))
    }

    /// The run that a frame belongs to; `undefined` if none.
    pub fn run(&self, pfn: u32) -> Option<Typed<RunDto>> {
        js::maybe(self.run_dto(pfn))
    }

    /// The number of commands, future ones included.
    #[wasm_bindgen(js_name = stepCount)]
    pub fn step_count(&self) -> u32 {
        self.core.steps().len() as u32
    }

    /// The cursor: the place in time that is shown.
    pub fn cursor(&self) -> Typed<CursorDto> {
        let cursor = self.core.cursor();
        js::typed(&CursorDto { step: cursor.step, event: cursor.event })
    }

    /// Goes to the state after `step` commands.
    pub fn seek(&mut self, step: u32) {
        self.core.seek(step);
    }

    /// Goes to the state after `event` events.
    #[wasm_bindgen(js_name = seekEvent)]
    pub fn seek_event(&mut self, event: u32) {
        self.core.seek_event(event);
    }

    /// Goes one event forward; returns false at the end.
    #[wasm_bindgen(js_name = microForward)]
    pub fn micro_forward(&mut self) -> bool {
        self.core.micro_forward()
    }

    /// Goes one event back; returns false at the start.
    #[wasm_bindgen(js_name = microBack)]
    pub fn micro_back(&mut self) -> bool {
        self.core.micro_back()
    }

    /// `count` commands from number `from`.
    pub fn steps(&mut self, from: u32, count: u32) -> Typed<Steps> {
        js::typed(&Steps(self.steps_dto(from, count)))
    }

    /// The first `most` commands as they are listed, a line each.
    pub fn listing(&self, most: u32) -> String {
        steps::listing(&self.core, most)
    }

    /// `count` events of a command, from its number `from`.
    pub fn events(&mut self, step: u32, from: u32, count: u32) -> Typed<Events> {
        js::typed(&Events(steps::events(self.recent(), step, from, count)))
    }

    /// A [`Tick`] per command, as a number, for the timeline.
    pub fn ticks(&mut self) -> Vec<u8> {
        self.timeline.ticks(&self.core).to_vec()
    }

    /// A counter's value after each of at most `points` evenly chosen steps: value i of n is after
    /// `Math.floor(i * steps / (n - 1))` commands, so the first is the start and the last the end; in a history of more
    /// than 4,096 commands after one less than a pixel before. Empty if no counter has this name.
    pub fn series(&self, name: &str, points: u32) -> Vec<f64> {
        Timeline::series(&self.core, name, points)
    }

    /// Everything about a subject; `undefined` if it does not exist now.
    pub fn inspect(&mut self, subject: Typed<Subject>) -> Result<Option<Typed<InspectDto>>, JsValue> {
        Ok(js::maybe(self.inspect_dto(js::subject(&subject)?)))
    }

    /// The event that gave a value of a subject its present state: `seekEvent(event + 1)` shows it just done. `name` is
    /// that of a row, or `way back`, `mappings`, `bytes`, or a level of the walk, for example `PTE`. `undefined` if it
    /// is as at the start, or does not exist.
    pub fn why(&mut self, subject: Typed<Subject>, name: &str) -> Result<Option<Typed<WhyDto>>, JsValue> {
        Ok(js::maybe(self.why_dto(js::subject(&subject)?, name)))
    }

    /// Where to seek for the next (or last) command with this tick: the state after it.
    #[wasm_bindgen(js_name = findTick)]
    pub fn find_tick(&mut self, kind: Tick, back: bool) -> Option<u32> {
        self.timeline.find(&self.core, kind, back)
    }

    /// The frames of a use, or with a sign, by its name in the legend.
    pub fn marked(&mut self, name: &str) -> Vec<u32> {
        self.frames_with(name)
    }

    /// What is linked to a subject.
    pub fn links(&mut self, subject: Typed<Subject>) -> Result<Typed<LinksDto>, JsValue> {
        Ok(js::typed(&self.links_dto(js::subject(&subject)?)))
    }

    /// The way back from a frame as the scheme stores it.
    #[wasm_bindgen(js_name = wayBack)]
    pub fn way_back(&mut self, pfn: u32) -> Option<Typed<WayBackDto>> {
        js::maybe(self.way_back_dto(pfn))
    }

    /// Runs one line in the script's language; cuts the future if the cursor is not at the end. Not in the module
    /// without scripts.
    #[cfg(feature = "scripts")]
    pub fn console(&mut self, line: &str) -> Typed<ReplyDto> {
        js::typed(&self.console_dto(line))
    }

    /// The names that the last word of a line may become. Not in the module without scripts.
    #[cfg(feature = "scripts")]
    pub fn completions(&mut self, line: &str) -> Vec<String> {
        self.read_variables();
        completions(&self.scope, &self.variables.at(self.core.cursor().step), line)
    }

    /// Runs commands at the cursor, each a line as in a recording: what a console line gave in the worker, where the
    /// machine is the same. Cuts the future if the cursor is not at the end.
    pub fn follow(&mut self, lines: &str) -> Result<(), JsValue> {
        self.run_lines(lines).map_err(js::thrown)
    }
}
