//! Work on many things, so many of them at a time; the results stand in the things' order.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// As many as there are processors.
pub fn processors() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// Does `work` on each, `jobs` at a time.
pub fn each<T: Sync, R: Send>(things: &[T], jobs: usize, work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let done: Mutex<Vec<Option<R>>> = Mutex::new(things.iter().map(|_| None).collect());
    let take = || {
        loop {
            let n = next.fetch_add(1, Ordering::Relaxed);
            let Some(thing) = things.get(n) else { return };
            let result = work(thing);
            done.lock().expect("no thread panics")[n] = Some(result);
        }
    };
    std::thread::scope(|scope| (0..jobs.min(things.len())).for_each(|_| drop(scope.spawn(take))));
    let done = done.into_inner().expect("no thread panics");
    done.into_iter().map(|result| result.expect("each was taken")).collect()
}
