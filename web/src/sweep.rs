//! The wasm class `Sweep`: the page's commands, or its script again, on many machines. And traces of references, which
//! become recordings.
//!
//! Only in the module with the feature `scripts`: both are done in a worker, a machine at a time, so that the page can
//! show how far it is, and end it.

use crate::dto::{AxisDto, ErrorDto, FaredDto, FaredRowDto, RefsDto, SweptDto, Typed};
use crate::js;
use pageturner::config::{Config, KernelPlace};
use pageturner::import::refs;
use pageturner::lab::compare::{Changes, changed};
use pageturner::lab::recording::Recording;
use pageturner::lab::sweep::{Axis, Fared, Plan, Replayed, Row, Sweep as Core};
use pageturner::script::{Counted, Limits};
use serde_json::Value;
use wasm_bindgen::prelude::*;

/// Rows of a machine over time.
const ROWS: u32 = 64;

/// The machines of a sweep.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Sweep {
    load: Load,
    sweep: Core,
    points: Vec<Changes>,
    plan: Plan,
}

#[derive(Debug)]
enum Load {
    Script(Box<Counted>),
    Commands(Box<Replayed>),
}

impl Load {
    fn config(&self) -> &Config {
        match self {
            Load::Script(counted) => counted.config(),
            Load::Commands(replayed) => replayed.config(),
        }
    }
}

impl Sweep {
    /// Reads a recording and the axes of a sweep; all its machines are checked. `replays`: the commands are given to
    /// each, though the script could be run again.
    pub fn read(recording: &str, axes: (&str, &str), counter: &str, replays: bool) -> Result<Sweep, ErrorDto> {
        let axis = |text: &str| Axis::parse(text).map_err(ErrorDto::from);
        let by = Some(axes.1).filter(|by| !by.is_empty()).map(axis).transpose()?;
        let sweep = Core { over: axis(axes.0)?, by, all: Changes::new() };
        sweep.check().map_err(ErrorDto::from)?;
        let recording = Recording::parse(recording).map_err(ErrorDto::from)?;
        let every = (recording.steps.len() as u32).div_ceil(ROWS).max(1);
        let plan = Plan { counters: vec![counter.to_string()], every: Some(every) };
        plan.check().map_err(ErrorDto::from)?;
        sweep.configs(&recording.config).map_err(ErrorDto::from)?;
        let counted = if replays { None } else { Counted::of(&recording, &Limits::default(), |_| true) };
        let load = match counted {
            Some(counted) => Load::Script(Box::new(counted)),
            None => Load::Commands(Box::new(Replayed::new(recording))),
        };
        let points = sweep.points();
        Ok(Sweep { load, sweep, points, plan })
    }

    /// The axes and the machines, as data.
    pub fn swept_dto(&self) -> SweptDto {
        SweptDto {
            over: axis_dto(&self.sweep.over),
            by: self.sweep.by.as_ref().map(axis_dto),
            changes: Value::from(self.points.iter().cloned().map(Value::Object).collect::<Vec<_>>()).to_string(),
            again: matches!(self.load, Load::Script(_)),
        }
    }

    /// Gives the load to machine number `n`, counted from 0. `going` gets how many commands were given since it was
    /// last called.
    pub fn fare_on(&self, n: usize, going: impl FnMut(u32) -> bool + Clone + 'static) -> Result<FaredDto, ErrorDto> {
        let Some(changes) = self.points.get(n) else { return Err(ErrorDto::plain("sweep: there is no such machine")) };
        let mut going = going;
        let fared = match &self.load {
            Load::Script(counted) => counted.fare(changes, &self.plan, going),
            Load::Commands(replayed) => {
                changed(self.load.config(), changes).and_then(|config| replayed.fare(&config, &self.plan, &mut going))
            }
        };
        match fared.map_err(ErrorDto::from)? {
            Some(fared) => Ok(fared_dto(fared)),
            None => Err(ErrorDto::plain("The sweep was cancelled.")),
        }
    }
}

fn axis_dto(axis: &Axis) -> AxisDto {
    let word = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_string);
    let values = axis.values.iter().map(word).collect();
    AxisDto { field: axis.field.clone(), values, numbers: axis.values.iter().all(Value::is_number) }
}

fn fared_dto(fared: Fared) -> FaredDto {
    let row = |Row { after, counts }: Row| FaredRowDto { after, count: counts[0] };
    FaredDto {
        count: Some(fared.counts[0]).filter(|_| fared.ended.is_none()),
        rows: fared.rows.into_iter().map(row).collect(),
        skipped: fared.skipped,
        ended: fared.ended,
    }
}

/// A function of the page's as one that is told how many commands were given.
fn telling(on_progress: js_sys::Function) -> impl FnMut(u32) -> bool + Clone + 'static {
    move |more: u32| on_progress.call1(&JsValue::NULL, &more.into()).is_ok()
}

#[wasm_bindgen]
impl Sweep {
    /// Reads a recording and the axes of a sweep, such as `frames=4..256` and `policy=fifo,lru`; the second may be
    /// empty.
    #[wasm_bindgen(constructor)]
    pub fn new(recording: &str, over: &str, by: &str, counter: &str, replays: bool) -> Result<Sweep, JsValue> {
        Sweep::read(recording, (over, by), counter, replays).map_err(js::thrown)
    }

    /// The axes and the machines.
    pub fn swept(&self) -> Typed<SweptDto> {
        js::typed(&self.swept_dto())
    }

    /// Gives the load to machine number `n`, counted from 0; `on_progress` gets how many commands were given since it
    /// was last called.
    pub fn fare(&self, n: u32, on_progress: js_sys::Function) -> Result<Typed<FaredDto>, JsValue> {
        self.fare_on(n as usize, telling(on_progress)).map(|fared| js::typed(&fared)).map_err(js::thrown)
    }
}

/// The recording of a trace of references, on a machine all of whose frames are for the program's pages. `on_progress`
/// gets how many commands were written since it was last called.
pub fn refs_dto(name: &str, text: &str, on_progress: &mut dyn FnMut(usize) -> bool) -> Result<RefsDto, ErrorDto> {
    let config = Config { kernel: KernelPlace::Apart, swap_slots: 0, ..Config::default() };
    let references = refs::read(text, config.geometry.geometry()).map_err(ErrorDto::from)?;
    let recording = refs::recording(&references, &config, Some(name), on_progress).map_err(ErrorDto::from)?;
    Ok(RefsDto {
        recording: recording.ok_or_else(|| ErrorDto::plain("The import was cancelled."))?,
        references: references.all.len() as u32,
        pages: references.pages().len() as u32,
        skipped: references.skipped as u32,
    })
}

/// Turns a trace of references into a recording. `on_progress` gets how many commands were written since it was last
/// called.
#[wasm_bindgen(js_name = importRefs)]
pub fn import_refs(name: &str, text: &str, on_progress: js_sys::Function) -> Result<Typed<RefsDto>, JsValue> {
    let mut tell = telling(on_progress);
    refs_dto(name, text, &mut |more| tell(more as u32)).map(|refs| js::typed(&refs)).map_err(js::thrown)
}
