//! The machine: the single owner of all state. What it does with a command is `os::dispatch`.

use crate::alloc::FrameAllocator;
use crate::config::Config;
use crate::mm::Mm;
use crate::refusal::Refusal;
use crate::vocabulary::heap::HeapTable;
use crate::vocabulary::port::Ports;
use crate::vocabulary::trace::NullTrace;
use std::sync::Arc;

/// A whole machine. Clones are independent.
#[derive(Clone, Debug)]
pub struct Machine {
    pub(crate) config: Arc<Config>,
    pub(crate) mm: Mm,
    /// The highest pid ever used; pids are not used again.
    pub(crate) last_pid: u32,
    /// What is remembered of the programs' heaps; their bookkeeping is in the programs' memory.
    pub(super) heaps: HeapTable,
    /// Where messages wait; the messages are bytes in the ports' frames.
    pub(super) ports: Ports,
    /// The newest port; numbers are not used again.
    pub(crate) last_port: u32,
}

impl Machine {
    /// A machine that has just started: no processes, one frame taken for the zero page.
    ///
    /// # Errors
    /// The configuration's first broken limit.
    pub fn new(config: Config) -> Result<Machine, Refusal> {
        config.validate()?;
        let mm = Mm::new(&config, &mut NullTrace);
        Ok(Machine {
            config: Arc::new(config),
            mm,
            last_pid: 0,
            heaps: HeapTable::default(),
            ports: Ports::default(),
            last_port: 0,
        })
    }

    /// Whether background reclaim is to have a turn ([`Command::Kswapd`](crate::vocabulary::command::Command)) before
    /// the next command.
    pub fn kswapd_is_awake(&self) -> bool {
        self.mm.allocator().kswapd_wakes().is_some()
    }

    /// The configuration.
    pub fn config(&self) -> &Config {
        &self.config
    }
}
