//! Makes a trace's requests on a heap of the model: a session like any other, and what each request cost.

use super::{Request, Requests};
use crate::config::Config;
use crate::lab::time::session::Session;
use crate::refusal::Refusal;
use crate::units::{HeapId, Pid, VirtAddr};
use crate::vocabulary::command::{Calloc, Command, HeapFree, Malloc, NewHeap, Realloc, Spawn, Touch};
use crate::vocabulary::heap::HeapSettings;
use crate::vocabulary::reply::Reply;
use std::collections::BTreeMap;

pub(super) const PID: Pid = Pid(1);
pub(super) const HEAP: HeapId = HeapId(0);

/// How requests are made.
#[derive(Clone, Debug)]
pub struct Drive {
    pub config: Config,
    pub settings: HeapSettings,
    /// The program writes to each page of a block when it has got it: a trace shows no accesses.
    pub touch: bool,
    /// Bytes of the host's memory that the session may hold.
    pub memory: u64,
}

/// A trace made on a heap.
#[derive(Debug)]
pub struct Driven {
    pub session: Session,
    /// Cycles that each request took, in the trace's order; the program's own accesses left out.
    pub costs: Vec<u64>,
    /// Requests that were not served.
    pub failed: u64,
}

/// Makes all requests. What is not served is counted, and what was wanted of it later is left out.
///
/// # Errors
/// The machine cannot be made, the settings make no sense, or the session is full.
pub fn drive(requests: &Requests, how: &Drive) -> Result<Driven, Refusal> {
    let mut session = Session::within(how.config.clone(), how.memory)?;
    session.run(Command::Spawn(Spawn { pid: None, name: Some("traced".into()) }))?;
    session.run(Command::Heap(NewHeap { pid: PID, settings: how.settings.clone() }))?;
    let mut driven = Driven { session, costs: Vec::with_capacity(requests.all.len()), failed: 0 };
    let mut blocks = BTreeMap::new();
    for (request, _) in &requests.all {
        driven.make(*request, &mut blocks, how.touch)?;
        if !driven.session.view().spaces.contains_key(&PID) {
            break;
        }
    }
    Ok(driven)
}

impl Driven {
    fn make(&mut self, request: Request, blocks: &mut BTreeMap<u32, VirtAddr>, touch: bool) -> Result<(), Refusal> {
        let at = blocks.get(&request.block()).copied();
        let (pid, heap) = (PID, HEAP);
        let (command, bytes) = match (request, at) {
            (Request::Malloc { bytes, .. }, _) => (Command::Malloc(Malloc { pid, heap, bytes }), bytes),
            (Request::Calloc { count, bytes, .. }, _) => {
                (Command::Calloc(Calloc { pid, heap, count, bytes }), count.saturating_mul(bytes))
            }
            (Request::Realloc { bytes, .. }, Some(addr)) => {
                (Command::Realloc(Realloc { pid, heap, addr, bytes }), bytes)
            }
            (Request::Free { .. }, Some(addr)) => (Command::HeapFree(HeapFree { pid, heap, addr }), 0),
            (Request::Realloc { .. } | Request::Free { .. }, None) => return Ok(()),
        };
        let frees = matches!(request, Request::Free { .. });
        let reply = self.session.run(command)?;
        self.costs.push(self.session.last_cost());
        match reply {
            Reply::Addr(addr) => {
                blocks.insert(request.block(), addr);
                if touch && bytes > 0 {
                    self.touch(addr, bytes)?;
                }
            }
            _ if frees => drop(blocks.remove(&request.block())),
            _ => self.failed += 1,
        }
        Ok(())
    }

    fn touch(&mut self, addr: VirtAddr, bytes: u64) -> Result<(), Refusal> {
        let geometry = self.session.config().geometry.geometry();
        let last = VirtAddr(addr.0 + bytes - 1);
        let pages = geometry.vpn(last).0 - geometry.vpn(addr).0 + 1;
        self.session.run(Command::Touch(Touch { pid: PID, addr, pages })).map(drop)
    }
}
