//! The machine: the single owner of all state. What it does with a command is `os::dispatch`.

use crate::config::Config;
use crate::lab::command::Refusal;
use crate::lab::tally::Tally;
use crate::lab::tape::Tape;
use crate::lab::view::View;
use crate::mm::Mm;
use crate::mm::alloc::FrameAllocator;
use crate::trees::tree;
use std::sync::Arc;

/// A whole machine. Clones are independent.
#[derive(Clone, Debug)]
pub struct Machine {
    pub(crate) config: Arc<Config>,
    pub(crate) mm: Mm,
    /// The highest pid ever used; pids are not used again.
    pub(crate) last_pid: u32,
}

impl Machine {
    /// A machine that has just started: no processes, one frame taken for the zero page.
    ///
    /// # Errors
    /// The configuration's first broken limit.
    pub fn new(config: Config) -> Result<Machine, Refusal> {
        config.validate()?;
        let mm = Mm::new(&config, &mut Tape::deaf());
        Ok(Machine { config: Arc::new(config), mm, last_pid: 0 })
    }

    /// The configuration.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// The view, read off the machine. Its tally is empty: the machine does not count, the fold of events does.
    pub fn view(&self) -> View {
        let mm = &self.mm;
        let spaces = || mm.spaces.iter().filter(|(_, space)| !space.vmas.is_empty());
        View {
            config: self.config.clone(),
            ram: mm.ram.clone(),
            frames: mm.frames.clone(),
            entries: mm.entries.clone(),
            free: mm.alloc.lists().into_owned(),
            runs: mm.runs.clone(),
            processes: tree(mm.spaces.iter().map(|(pid, space)| (*pid, space.info.clone()))),
            vmas: tree(spaces().map(|(pid, space)| (*pid, space.vmas.clone()))),
            vma_at: mm.vma_at.clone(),
            anon_vmas: mm.anon_vmas.clone(),
            objects: mm.objects.clone(),
            stable_nodes: mm.stable_nodes.clone(),
            slots: mm.disk.slots().to_vec(),
            slot_contents: mm.disk.all_contents().to_vec(),
            tlb: mm.tlb.entries().to_vec(),
            hand: mm.hand,
            tally: Tally::default(),
        }
    }
}
