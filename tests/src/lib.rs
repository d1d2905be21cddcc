//! Shared helpers of the tests: the runner of file cases, logs of real programs, and what more than one test needs.

pub mod file_cases;
pub mod logs;

use pageturner::config::RmapKind;
use proptest::test_runner::{FailurePersistence, FileFailurePersistence};

/// Every reverse-mapping scheme.
pub const SCHEMES: [RmapKind; 5] =
    [RmapKind::None, RmapKind::VmaOffset, RmapKind::PteChain, RmapKind::ObjectList, RmapKind::Object];

/// Where proptest keeps the seeds of failures. The path begins at this crate's folder, in which cargo runs its tests;
/// where proptest would look by itself depends on how the test's files are laid out.
pub fn regressions(path: &'static str) -> Option<Box<dyn FailurePersistence>> {
    Some(Box::new(FileFailurePersistence::Direct(path)))
}
