//! The sizes of the panes of the session page that the user chose, apart for each layout.

use std::collections::BTreeMap;

/// A pane whose size the user can choose.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Pane {
    /// The tabs next to the replay.
    Tools,
    /// The same in a session without requests: there the page matters most.
    PageTools,
    /// The details of a request.
    Details,
    /// The selected message.
    Message,
    /// A console entry or an event in full.
    Entry,
}

/// Where the details of a request are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum PaneLayout {
    /// To the right of the table.
    #[default]
    Right,
    /// Below it, because the user wants that.
    Bottom,
    /// Below it, because there is little room.
    Narrow,
}

impl Pane {
    const ALL: [Self; 5] = [Self::Tools, Self::PageTools, Self::Details, Self::Message, Self::Entry];

    fn key(self) -> &'static str {
        match self {
            Self::Tools => "tools",
            Self::PageTools => "page-tools",
            Self::Details => "details",
            Self::Message => "message",
            Self::Entry => "entry",
        }
    }

    /// Its share where the user chose none. `has_messages` is whether the details list messages:
    /// their data, and one of them below, need more room than the fields of a request.
    pub fn initial_share(self, layout: PaneLayout, has_messages: bool) -> f64 {
        match (self, layout) {
            (Self::Details, PaneLayout::Right) if has_messages => 0.64,
            (Self::Details, PaneLayout::Bottom | PaneLayout::Narrow) if has_messages => 0.7,
            (Self::Tools, _) => 0.68,
            (Self::PageTools, _) => 0.36,
            (Self::Details, PaneLayout::Right) => 0.45,
            (Self::Details, PaneLayout::Bottom | PaneLayout::Narrow) => 0.55,
            (Self::Message | Self::Entry, _) => 0.4,
        }
    }

    /// Its smallest and largest share.
    pub fn range(self) -> (f64, f64) {
        match self {
            Self::Tools => (0.3, 0.85),
            Self::PageTools => (0.2, 0.85),
            Self::Details => (0.2, 0.8),
            Self::Message | Self::Entry => (0.1, 0.8),
        }
    }
}

impl PaneLayout {
    const ALL: [Self; 3] = [Self::Right, Self::Bottom, Self::Narrow];

    /// Its name in storage and in `data-layout`.
    pub fn key(self) -> &'static str {
        match self {
            Self::Right => "right",
            Self::Bottom => "bottom",
            Self::Narrow => "narrow",
        }
    }
}

/// A layout of the session page: where the details are, and whether the replay is on screen.
pub type PageLayout = (PaneLayout, bool);

/// The shares that the user chose: what a pane takes of the room that it and its neighbor have, 0 to
/// 1.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PaneShares(BTreeMap<(Pane, PageLayout), f64>);

impl PaneShares {
    /// The share that was chosen for a pane in a layout.
    pub fn get(&self, pane: Pane, layout: PageLayout) -> Option<f64> {
        self.0.get(&(pane, layout)).copied()
    }

    /// Sets the share within the pane's range, or forgets it.
    pub fn set(&mut self, pane: Pane, layout: PageLayout, share: Option<f64>) {
        match share.filter(|share| share.is_finite()) {
            Some(share) => {
                let (min, max) = pane.range();
                self.0.insert((pane, layout), share.clamp(min, max));
            }
            None => {
                self.0.remove(&(pane, layout));
            }
        }
    }

    /// Reads what was stored; what is unknown or invalid is dropped.
    pub fn from_stored(text: &str) -> Self {
        let mut shares = Self::default();
        for (key, share) in text.split(';').filter_map(|part| part.split_once('=')) {
            if let (Some((pane, layout)), Ok(share)) = (place(key), share.parse()) {
                shares.set(pane, layout, Some(share));
            }
        }
        shares
    }

    /// The text to store: `details.right.replay=0.4000;…`.
    pub fn to_stored(&self) -> String {
        let parts =
            self.0.iter().map(|((pane, layout), share)| format!("{}={share:.4}", key(*pane, *layout)));
        parts.collect::<Vec<_>>().join(";")
    }
}

fn key(pane: Pane, (layout, has_replay): PageLayout) -> String {
    format!("{}.{}.{}", pane.key(), layout.key(), if has_replay { "replay" } else { "alone" })
}

fn place(key: &str) -> Option<(Pane, PageLayout)> {
    let layouts = || PaneLayout::ALL.into_iter().flat_map(|layout| [(layout, true), (layout, false)]);
    let mut places = Pane::ALL.into_iter().flat_map(|pane| layouts().map(move |layout| (pane, layout)));
    places.find(|(pane, layout)| self::key(*pane, *layout) == key)
}

#[cfg(test)]
mod tests {
    use super::*;

    const WITH: PageLayout = (PaneLayout::Right, true);
    const WITHOUT: PageLayout = (PaneLayout::Right, false);

    #[test]
    fn each_layout_has_its_own_size() {
        let mut shares = PaneShares::default();
        shares.set(Pane::Details, WITH, Some(0.3));
        shares.set(Pane::Details, (PaneLayout::Bottom, true), Some(0.7));
        assert_eq!(shares.get(Pane::Details, WITH), Some(0.3));
        assert_eq!(shares.get(Pane::Details, (PaneLayout::Bottom, true)), Some(0.7));
        assert_eq!(shares.get(Pane::Details, WITHOUT), None);
        assert_eq!(shares.get(Pane::Message, WITH), None);
        shares.set(Pane::Details, WITH, None);
        assert_eq!(shares.get(Pane::Details, WITH), None);
    }

    #[test]
    fn sizes_keep_to_the_range_of_their_pane() {
        let mut shares = PaneShares::default();
        for (share, kept) in [(7.0, Some(0.8)), (-1.0, Some(0.2)), (f64::NAN, None)] {
            shares.set(Pane::Details, WITH, Some(share));
            assert_eq!(shares.get(Pane::Details, WITH), kept);
        }
    }

    #[test]
    fn what_is_stored_is_read_again_and_anything_else_is_dropped() {
        let mut shares = PaneShares::default();
        for pane in Pane::ALL {
            for layout in PaneLayout::ALL {
                shares.set(pane, (layout, true), Some(0.5));
                shares.set(pane, (layout, false), Some(0.25));
            }
        }
        assert_eq!(PaneShares::from_stored(&shares.to_stored()), shares);
        assert_eq!(PaneShares::default().to_stored(), "");
        let stored = "details.right.replay=0.4;details.left.replay=0.4;details.right.alone=wide;;x";
        assert_eq!(PaneShares::from_stored(stored).to_stored(), "details.right.replay=0.4000");
    }
}
