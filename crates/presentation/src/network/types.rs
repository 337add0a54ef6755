//! The resource type toggles.

use crate::toggles::{Group, GroupSet};
use session::model::TypeGroup;

/// A set of type groups.
pub type TypeSet = GroupSet<TypeGroup>;

impl Group for TypeGroup {
    const GROUPS: &'static [Self] = &Self::ALL;

    fn index(self) -> usize {
        self as usize
    }

    fn label(self) -> &'static str {
        match self {
            Self::Fetch => "Fetch/XHR",
            Self::Ws => "WS",
            Self::Doc => "Doc",
            Self::Js => "JS",
            Self::Css => "CSS",
            Self::Img => "Img",
            Self::Font => "Font",
            Self::Media => "Media",
            Self::Other => "Other",
        }
    }

    fn key(self) -> &'static str {
        match self {
            Self::Fetch => "fetch",
            Self::Ws => "ws",
            Self::Doc => "doc",
            Self::Js => "js",
            Self::Css => "css",
            Self::Img => "img",
            Self::Font => "font",
            Self::Media => "media",
            Self::Other => "other",
        }
    }
}

/// The name of a group in the address: `ws`.
pub(crate) fn group_key(group: TypeGroup) -> &'static str {
    group.key()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_set_passes_every_type() {
        let all = TypeSet::default();
        assert!(all.is_empty() && TypeGroup::ALL.into_iter().all(|group| all.passes(group)));
        let sockets = TypeSet::only(TypeGroup::Ws);
        assert!(sockets.passes(TypeGroup::Ws) && !sockets.passes(TypeGroup::Js));
        assert_eq!(sockets.toggled(TypeGroup::Ws), all);
    }

    #[test]
    fn comma_lists_round_trip_and_report_unknown_names() {
        let (set, unknown) = TypeSet::parse("ws,fetch,,video");
        assert_eq!(set, TypeSet::only(TypeGroup::Ws).toggled(TypeGroup::Fetch));
        assert_eq!(unknown, ["video"]);
        assert_eq!(set.to_string(), "fetch,ws");
    }
}
