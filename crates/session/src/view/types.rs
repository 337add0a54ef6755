//! The set of resource types that the toggles leave on.

use std::fmt;

use crate::model::TypeGroup;

/// A set of type groups. The empty set stands for all of them: nothing is filtered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TypeSet(u16);

impl TypeSet {
    /// That group alone, as a plain click on its toggle asks.
    pub fn only(group: TypeGroup) -> Self {
        Self(bit(group))
    }

    /// Adds or removes a group, as a click with Ctrl, Shift or Cmd asks.
    #[must_use]
    pub fn toggled(self, group: TypeGroup) -> Self {
        Self(self.0 ^ bit(group))
    }

    pub fn contains(self, group: TypeGroup) -> bool {
        self.0 & bit(group) != 0
    }

    /// No group is chosen: every row passes.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Whether a row of that group passes.
    pub fn passes(self, group: TypeGroup) -> bool {
        self.is_empty() || self.contains(group)
    }

    /// Reads the address's comma list; the names that no toggle has come back beside the set.
    pub fn parse(text: &str) -> (Self, Vec<&str>) {
        let mut set = Self::default();
        let mut unknown = Vec::new();
        for key in text.split(',').map(str::trim).filter(|key| !key.is_empty()) {
            match TypeGroup::from_key(key) {
                Some(group) => set.0 |= bit(group),
                None => unknown.push(key),
            }
        }
        (set, unknown)
    }
}

fn bit(group: TypeGroup) -> u16 {
    1 << group as u16
}

impl fmt::Display for TypeSet {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut separator = "";
        for group in TypeGroup::ALL.into_iter().filter(|group| self.contains(*group)) {
            write!(formatter, "{separator}{}", group.key())?;
            separator = ",";
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_set_lets_every_type_pass() {
        let all = TypeSet::default();
        assert!(all.is_empty() && TypeGroup::ALL.into_iter().all(|group| all.passes(group)));
        let sockets = TypeSet::only(TypeGroup::Ws);
        assert!(sockets.passes(TypeGroup::Ws) && !sockets.passes(TypeGroup::Js));
        assert_eq!(sockets.toggled(TypeGroup::Ws), all);
    }

    #[test]
    fn the_comma_list_of_the_address() {
        let (set, unknown) = TypeSet::parse("ws,fetch,,video");
        assert_eq!(set, TypeSet::only(TypeGroup::Ws).toggled(TypeGroup::Fetch));
        assert_eq!(unknown, ["video"]);
        assert_eq!(set.to_string(), "fetch,ws");
    }
}
