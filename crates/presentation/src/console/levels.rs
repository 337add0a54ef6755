//! Console levels as the toggles group them.

use crate::toggles::{Group, GroupSet};
use session::model::{ConsoleLevel, Session};

/// A toggle of the console's levels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LevelGroup {
    Debug,
    Log,
    Info,
    Warnings,
    /// Errors, failed assertions and uncaught exceptions.
    Errors,
}

impl LevelGroup {
    pub const ALL: [Self; 5] = [Self::Debug, Self::Log, Self::Info, Self::Warnings, Self::Errors];

    /// The toggle that an entry of that level belongs to.
    pub fn of(level: ConsoleLevel) -> Self {
        match level {
            ConsoleLevel::Debug => Self::Debug,
            ConsoleLevel::Log => Self::Log,
            ConsoleLevel::Info => Self::Info,
            ConsoleLevel::Warn => Self::Warnings,
            ConsoleLevel::Error | ConsoleLevel::Assert | ConsoleLevel::Exception => Self::Errors,
        }
    }
}

/// How many entries there are of each level group, in the order of [`LevelGroup::ALL`], before any
/// filter.
pub fn level_counts(session: &Session) -> [u32; 5] {
    let mut counts = [0; 5];
    for entry in &session.console {
        counts[LevelGroup::of(entry.level) as usize] += 1;
    }
    counts
}

/// The label of an entry's level, one for each level that producers distinguish.
pub fn level_label(level: ConsoleLevel) -> &'static str {
    match level {
        ConsoleLevel::Debug => "Debug",
        ConsoleLevel::Log => "Log",
        ConsoleLevel::Info => "Info",
        ConsoleLevel::Warn => "Warning",
        ConsoleLevel::Error => "Error",
        ConsoleLevel::Assert => "Assertion failed",
        ConsoleLevel::Exception => "Uncaught exception",
    }
}

/// Whether the level is an error: an error, a failed assertion or an uncaught exception.
pub(crate) fn is_error(level: ConsoleLevel) -> bool {
    matches!(level, ConsoleLevel::Error | ConsoleLevel::Assert | ConsoleLevel::Exception)
}

/// A set of level groups.
pub type LevelSet = GroupSet<LevelGroup>;

impl From<ConsoleLevel> for LevelGroup {
    fn from(level: ConsoleLevel) -> Self {
        Self::of(level)
    }
}

impl Group for LevelGroup {
    const GROUPS: &'static [Self] = &Self::ALL;

    fn index(self) -> usize {
        self as usize
    }

    fn label(self) -> &'static str {
        match self {
            Self::Debug => "Debug",
            Self::Log => "Log",
            Self::Info => "Info",
            Self::Warnings => "Warnings",
            Self::Errors => "Errors",
        }
    }

    fn key(self) -> &'static str {
        match self {
            Self::Debug => "debug",
            Self::Log => "log",
            Self::Info => "info",
            Self::Warnings => "warn",
            Self::Errors => "error",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{console, session};

    #[test]
    fn an_empty_set_passes_every_level() {
        let all = LevelSet::default();
        assert!(all.is_empty() && all.passes(ConsoleLevel::Debug) && all.passes(ConsoleLevel::Exception));
        let errors = LevelSet::only(LevelGroup::Errors);
        assert!(errors.passes(ConsoleLevel::Assert) && !errors.passes(ConsoleLevel::Warn));
        assert_eq!(errors.toggled(LevelGroup::Errors), all);
    }

    #[test]
    fn comma_lists_round_trip_and_report_unknown_names() {
        let (set, unknown) = LevelSet::parse("error,warn,,fatal");
        assert_eq!(set, LevelSet::only(LevelGroup::Warnings).toggled(LevelGroup::Errors));
        assert_eq!(unknown, ["fatal"]);
        assert_eq!(set.to_string(), "warn,error");
    }

    #[test]
    fn errors_assertions_and_exceptions_are_counted_together() {
        let mut session = session(Vec::new());
        let levels =
            ["debug", "verbose", "table", "info", "warning", "error", "assert", "exception", "fatal"];
        session.console = levels.iter().map(|level| console(ConsoleLevel::from_name(level), 0.0)).collect();
        assert_eq!(level_counts(&session), [2, 1, 1, 1, 4]);
    }
}
