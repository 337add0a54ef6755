//! The levels of the console as its toggles group them, and the set of those that are left on.

use std::fmt;

use crate::model::{ConsoleLevel, Session};

/// A toggle of the console's levels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LevelGroup {
    Debug,
    Log,
    Info,
    Warnings,
    /// Errors, assertions that failed and exceptions that nobody caught.
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

    /// The toggle's name on screen.
    pub fn label(self) -> &'static str {
        match self {
            Self::Debug => "Debug",
            Self::Log => "Log",
            Self::Info => "Info",
            Self::Warnings => "Warnings",
            Self::Errors => "Errors",
        }
    }

    /// Its name in the address.
    pub fn key(self) -> &'static str {
        match self {
            Self::Debug => "debug",
            Self::Log => "log",
            Self::Info => "info",
            Self::Warnings => "warn",
            Self::Errors => "error",
        }
    }

    /// The toggle of that name in the address.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|group| group.key() == key)
    }
}

/// How many entries there are of each level group, in the order of [`LevelGroup::ALL`], before any filter.
pub fn level_counts(session: &Session) -> [u32; 5] {
    let mut counts = [0; 5];
    for entry in &session.console {
        counts[LevelGroup::of(entry.level) as usize] += 1;
    }
    counts
}

/// The words for an entry's level, one for each level that a producer tells apart.
pub fn level_words(level: ConsoleLevel) -> &'static str {
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

/// A set of level groups. The empty set stands for all of them: nothing is filtered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LevelSet(u8);

impl LevelSet {
    /// That group alone, as a plain click on its toggle asks.
    pub fn only(group: LevelGroup) -> Self {
        Self(bit(group))
    }

    /// Adds or removes a group, as a click with Ctrl, Shift or Cmd asks.
    #[must_use]
    pub fn toggled(self, group: LevelGroup) -> Self {
        Self(self.0 ^ bit(group))
    }

    pub fn contains(self, group: LevelGroup) -> bool {
        self.0 & bit(group) != 0
    }

    /// No group is chosen: every entry passes.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Whether an entry of that level passes.
    pub fn passes(self, level: ConsoleLevel) -> bool {
        self.is_empty() || self.contains(LevelGroup::of(level))
    }

    /// Reads the address's comma list; the names that no toggle has come back beside the set.
    pub fn parse(text: &str) -> (Self, Vec<&str>) {
        let mut set = Self::default();
        let mut unknown = Vec::new();
        for key in text.split(',').map(str::trim).filter(|key| !key.is_empty()) {
            match LevelGroup::from_key(key) {
                Some(group) => set.0 |= bit(group),
                None => unknown.push(key),
            }
        }
        (set, unknown)
    }
}

fn bit(group: LevelGroup) -> u8 {
    1 << group as u8
}

impl fmt::Display for LevelSet {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut separator = "";
        for group in LevelGroup::ALL.into_iter().filter(|group| self.contains(*group)) {
            write!(formatter, "{separator}{}", group.key())?;
            separator = ",";
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{console, session};
    use super::*;

    #[test]
    fn an_empty_set_lets_every_level_pass() {
        let all = LevelSet::default();
        assert!(all.is_empty() && all.passes(ConsoleLevel::Debug) && all.passes(ConsoleLevel::Exception));
        let errors = LevelSet::only(LevelGroup::Errors);
        assert!(errors.passes(ConsoleLevel::Assert) && !errors.passes(ConsoleLevel::Warn));
        assert_eq!(errors.toggled(LevelGroup::Errors), all);
    }

    #[test]
    fn the_comma_list_of_the_address() {
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
