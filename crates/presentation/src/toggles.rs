//! A set of toggle buttons: any of a few groups, or all of them while none is selected.

use std::fmt;
use std::marker::PhantomData;

/// The groups of one row of toggles, at most sixteen.
pub trait Group: Copy + PartialEq + 'static {
    /// All of them, in the order of the toggles.
    const GROUPS: &'static [Self];

    /// Its index among them.
    fn index(self) -> usize;

    /// The toggle's name on screen.
    fn label(self) -> &'static str;

    /// Its name in the query string of a view state.
    fn key(self) -> &'static str;
}

/// A set of groups. The empty set means all of them: nothing is filtered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GroupSet<G> {
    bits: u16,
    groups: PhantomData<G>,
}

impl<G> Default for GroupSet<G> {
    fn default() -> Self {
        Self { bits: 0, groups: PhantomData }
    }
}

impl<G: Group> GroupSet<G> {
    /// That group alone, as after a plain click on its toggle.
    pub fn only(group: G) -> Self {
        Self { bits: bit(group), ..Self::default() }
    }

    /// Adds or removes a group, as after a click with Ctrl, Shift or Cmd.
    #[must_use]
    pub fn toggled(self, group: G) -> Self {
        Self { bits: self.bits ^ bit(group), ..self }
    }

    pub fn contains(self, group: G) -> bool {
        self.bits & bit(group) != 0
    }

    /// Whether no group is selected: everything passes.
    pub fn is_empty(self) -> bool {
        self.bits == 0
    }

    /// Whether what belongs to that group passes.
    pub fn passes(self, group: impl Into<G>) -> bool {
        self.is_empty() || self.contains(group.into())
    }

    /// Parses the comma list of a view state; returns the set and the unknown names.
    pub fn parse(text: &str) -> (Self, Vec<&str>) {
        let mut set = Self::default();
        let mut unknown = Vec::new();
        for key in text.split(',').map(str::trim).filter(|key| !key.is_empty()) {
            match G::GROUPS.iter().find(|group| group.key() == key) {
                Some(group) => set.bits |= bit(*group),
                None => unknown.push(key),
            }
        }
        (set, unknown)
    }
}

fn bit<G: Group>(group: G) -> u16 {
    1 << group.index()
}

/// The comma list of a view state.
impl<G: Group> fmt::Display for GroupSet<G> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut separator = "";
        for group in G::GROUPS.iter().filter(|group| self.contains(**group)) {
            write!(formatter, "{separator}{}", group.key())?;
            separator = ",";
        }
        Ok(())
    }
}
