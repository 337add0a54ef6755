//! Which analysis the screen shows, and how far it has come.

use leptos::prelude::{Update, With};

use super::Protocols;

/// Which analysis, and how far it has come: where this is the same, its results are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AnalysisVersion {
    /// The number of the analysis. Another row, protocol or field to pair by has another.
    pub analysis: u32,
    /// Number of changes since it began.
    pub change: u32,
}

impl Protocols {
    /// The version of a row's analysis; what calls this runs again when there is another.
    pub fn version(self, row: u32) -> AnalysisVersion {
        self.inspected.with(|inspected| {
            inspected.as_ref().filter(|known| known.row == row).map(|known| known.version).unwrap_or_default()
        })
    }

    /// Lets the screen read the analysis again.
    pub(super) fn notify(self) {
        self.inspected.update(|inspected| {
            if let Some(known) = inspected {
                known.version.change += 1;
            }
        });
    }
}
