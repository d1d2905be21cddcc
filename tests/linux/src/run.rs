//! The kernel and the model side by side: one call on both, then the comparison; and the search for the shortest run
//! that still differs.

use crate::comparable::comparable;
use crate::generate::Generator;
use crate::kernel::Kernel;
use crate::model::{self, WINDOW, WINDOW_PAGES};
use crate::seen::{Depth, Seen, difference};
use crate::stored;
use pageturner::lab::recording::Recording;
use pageturner::lab::time::session::Session;
use pageturner::vocabulary::command::{Advice, Command, Madvise};
use std::io;

/// Number of further reads of a kernel that differs.
const LOOKS: u32 = 50;

/// How a comparison is made.
#[derive(Clone, Copy, Debug)]
pub struct Setting {
    pub depth: Depth,
    /// Whether the machine has a swap disk.
    pub swap: bool,
    /// Whether memory may be advised to be merged: only while no merge pass runs.
    pub merging: bool,
}

impl Setting {
    /// Whether the host lets the call be compared.
    fn allows(&self, command: &Command) -> bool {
        let Command::Madvise(Madvise { advice, .. }) = command else { return true };
        match advice {
            Advice::Mergeable => self.merging,
            // Only a process that sees frames can wait until they are written.
            Advice::Pageout => self.depth.frames,
            _ => true,
        }
    }
}

/// A run on both sides.
#[derive(Debug)]
pub struct Pair<'a> {
    kernel: &'a mut Kernel,
    setting: Setting,
    pub session: Session,
    /// The commands that both have carried out.
    pub done: Vec<Command>,
    /// What the kernel showed after the last command; `None` before the first.
    last: Option<Seen>,
}

/// A run whose last command shows a difference.
#[derive(Clone, Debug)]
pub struct Failure {
    pub commands: Vec<Command>,
    pub what: String,
}

impl<'a> Pair<'a> {
    /// The kernel and the model, both as after a start.
    pub fn start(kernel: &'a mut Kernel, setting: Setting) -> io::Result<Pair<'a>> {
        kernel.restart()?;
        let session = Session::new(model::config(setting.swap)).expect("a valid machine");
        Ok(Pair { kernel, setting, session, done: Vec::new(), last: None })
    }

    /// Makes one call. What cannot be compared, or makes no sense to the model, is made on neither side: `None`.
    pub fn step(&mut self, command: Command) -> io::Result<Option<(Seen, Seen)>> {
        if !self.setting.allows(&command) || !comparable(self.session.view(), &command) {
            return Ok(None);
        }
        let Ok(reply) = self.session.run(command.clone()) else { return Ok(None) };
        let paged_out = self.frames_to_page_out(&command)?;
        let answer = self.kernel.call(&command)?;
        self.kernel.wait_written(&paged_out)?;
        self.done.push(command);
        let kernel = self.kernel.seen(answer, self.setting.depth)?;
        Ok(Some((kernel, model::seen(&self.session, &reply, self.setting.depth))))
    }

    fn frames_to_page_out(&mut self, command: &Command) -> io::Result<Vec<u64>> {
        let Command::Madvise(Madvise { pid, addr, pages, advice: Advice::Pageout }) = command else {
            return Ok(Vec::new());
        };
        let end = (addr.0 >> 12).saturating_add(*pages).min(WINDOW + WINDOW_PAGES);
        self.kernel.frames(pid.0, addr.0 >> 12, end.saturating_sub(addr.0 >> 12))
    }

    /// Makes one call and compares. The kernel moves pages now and then: while one is being moved, one of two reads
    /// shows it swapped or unmapped. So a difference counts only if it stays.
    fn compared(&mut self, command: Command) -> io::Result<Option<Failure>> {
        let Some((mut kernel, model)) = self.step(command)? else { return Ok(None) };
        let mut what = difference(&kernel, &model);
        for _ in 0..LOOKS {
            if what.is_none() {
                break;
            }
            std::thread::yield_now();
            kernel = self.kernel.seen(kernel.reply, self.setting.depth)?;
            what = difference(&kernel, &model);
        }
        self.last = Some(kernel);
        Ok(what.map(|what| Failure { commands: self.done.clone(), what }))
    }
}

/// `calls` random calls; the model's invariants are checked once, at the end.
pub fn random(kernel: &mut Kernel, setting: Setting, seed: u64, calls: usize) -> io::Result<Option<Failure>> {
    let mut generator = Generator::new(seed);
    let mut pair = Pair::start(kernel, setting)?;
    while pair.done.len() < calls {
        let command = generator.next(pair.session.view());
        if let Some(failure) = pair.compared(command)? {
            return Ok(Some(failure));
        }
    }
    let broken = pair.session.check();
    Ok((!broken.is_empty()).then(|| Failure { commands: pair.done, what: broken.join("; ") }))
}

/// Makes given calls; `None` if nothing differs.
pub fn given(kernel: &mut Kernel, setting: Setting, commands: &[Command]) -> io::Result<Option<Failure>> {
    let mut pair = Pair::start(kernel, setting)?;
    for command in commands {
        if let Some(failure) = pair.compared(command.clone())? {
            return Ok(Some(failure));
        }
    }
    Ok(None)
}

/// Makes given calls, or as many random ones, and writes down what the kernel shows; `Err` in the text's place if the
/// model differs.
pub fn record(
    kernel: &mut Kernel,
    setting: Setting,
    title: &str,
    mut next: impl FnMut(&Session, usize) -> Option<Command>,
) -> io::Result<Result<String, Failure>> {
    let mut pair = Pair::start(kernel, setting)?;
    let mut steps = Vec::new();
    while let Some(command) = next(&pair.session, steps.len()) {
        if let Some(failure) = pair.compared(command.clone())? {
            return Ok(Err(failure));
        }
        if let Some(seen) = pair.last.take() {
            steps.push((command, seen));
        }
    }
    let text = recording(setting, &[], title);
    Ok(Ok(stored::write(text.trim_end(), setting.depth, &steps)))
}

/// The shortest run that still shows a difference: parts are left out as long as one remains.
pub fn shrink(kernel: &mut Kernel, setting: Setting, mut failure: Failure) -> io::Result<Failure> {
    let mut size = failure.commands.len() / 2;
    while size > 0 {
        let (mut at, mut shorter) = (0, false);
        while at < failure.commands.len() {
            let mut fewer = failure.commands.clone();
            fewer.drain(at..(at + size).min(fewer.len()));
            match given(kernel, setting, &fewer)? {
                Some(found) => (failure, shorter) = (found, true),
                None => at += size,
            }
        }
        if !shorter || size > 1 {
            size /= 2;
        }
    }
    Ok(failure)
}

/// A run as a recording, which `pageturner replay` reads.
pub fn recording(setting: Setting, commands: &[Command], title: &str) -> String {
    let steps = commands.iter().map(|command| (command.clone(), None)).collect();
    let title = Some(title.to_owned());
    Recording { config: model::config(setting.swap), steps, title, script: None }.to_jsonl()
}
