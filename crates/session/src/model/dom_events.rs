//! The rrweb events of the page, as columns of numbers that point into the session's bytes.

use super::{EpochMs, Span};

/// An rrweb event, by the number of its `type`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DomEventKind {
    DomContentLoaded,
    Load,
    FullSnapshot,
    Incremental,
    Meta,
    Custom,
    Plugin,
    /// A type that rrweb does not define.
    Unknown,
}

impl DomEventKind {
    const ALL: [Self; 8] = [
        Self::DomContentLoaded,
        Self::Load,
        Self::FullSnapshot,
        Self::Incremental,
        Self::Meta,
        Self::Custom,
        Self::Plugin,
        Self::Unknown,
    ];

    /// The kind with rrweb's number, 0 to 6; [`Unknown`](Self::Unknown) for any other number.
    pub fn from_number(number: f64) -> Self {
        let known = (0.0..7.0).contains(&number) && number.fract() == 0.0;
        Self::ALL.get(number as usize).copied().filter(|_| known).unwrap_or(Self::Unknown)
    }

    /// rrweb's number; 7 for a type that rrweb does not define.
    pub fn number(self) -> u8 {
        self as u8
    }
}

/// One event.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DomEvent {
    pub time: Option<EpochMs>,
    pub kind: DomEventKind,
    /// The span of the event in the session's bytes.
    pub source: Span,
    /// The browser window or tab it belongs to, an index into [`DomEvents::windows`].
    pub window: u16,
}

/// Maximum number of windows of a recording: bounds the linear search on hostile input.
const MAX_WINDOWS: usize = 1000;

/// All DOM events of a session, in the order of the source: three columns of numbers, 20 bytes per
/// event.
#[derive(Clone, Debug, Default)]
pub struct DomEvents {
    times: Vec<f64>,
    sources: Vec<Span>,
    kinds: Vec<(u8, u16)>,
    windows: Vec<Box<str>>,
}

impl DomEvents {
    /// Number of events.
    pub fn len(&self) -> usize {
        self.times.len()
    }

    /// Whether there are no events.
    pub fn is_empty(&self) -> bool {
        self.times.is_empty()
    }

    /// Appends an event.
    pub fn push(&mut self, event: DomEvent) {
        self.times.push(event.time.map_or(f64::NAN, EpochMs::ms));
        self.sources.push(event.source);
        self.kinds.push((event.kind as u8, event.window));
    }

    /// The event at `index` in the order of the source; `None` past the end.
    pub fn get(&self, index: usize) -> Option<DomEvent> {
        let (kind, window) = *self.kinds.get(index)?;
        Some(DomEvent {
            time: EpochMs::new(*self.times.get(index)?),
            kind: *DomEventKind::ALL.get(usize::from(kind))?,
            source: *self.sources.get(index)?,
            window,
        })
    }

    /// The events in the order of the source.
    pub fn iter(&self) -> impl Iterator<Item = DomEvent> + '_ {
        (0..self.len()).filter_map(|index| self.get(index))
    }

    /// The times in the order of the source, NaN where unknown.
    pub fn raw_times(&self) -> &[f64] {
        &self.times
    }

    /// The IDs of the windows that events belong to; a recording without window IDs has one with an
    /// empty ID.
    pub fn windows(&self) -> &[Box<str>] {
        &self.windows
    }

    /// The index of the window with that ID, which is added if it is new. Windows after the 1000th
    /// share the last index.
    pub fn window(&mut self, id: &str) -> u16 {
        if let Some(known) = self.windows.iter().position(|window| window.as_ref() == id) {
            return known as u16;
        }
        if self.windows.len() < MAX_WINDOWS {
            self.windows.push(id.into());
        }
        (self.windows.len() - 1) as u16
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_round_trip_through_the_columns() {
        let mut events = DomEvents::default();
        let window = events.window("tab");
        assert_eq!(events.window("tab"), window);
        let event = DomEvent {
            time: EpochMs::new(1_795_300_133_867.0),
            kind: DomEventKind::from_number(6.0),
            source: Span { start: 3, len: 9 },
            window,
        };
        let unknown = DomEvent { time: None, kind: DomEventKind::from_number(6.5), ..event };
        events.push(event);
        events.push(unknown);
        assert_eq!(events.iter().collect::<Vec<_>>(), [event, unknown]);
        assert_eq!((event.kind, unknown.kind), (DomEventKind::Plugin, DomEventKind::Unknown));
    }
}
