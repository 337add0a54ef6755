//! Reads a recording for the names of what was touched, in slices.

use std::collections::HashSet;
use std::ops::Range;
use std::sync::Arc;

use rustc_hash::{FxBuildHasher, FxHashMap};

use super::change::{Change, EventEffect, Source, begin};
use super::clicks::{Click, ClickJudge, DEAD_AFTER_MS};
use super::index::{PageElements, Touched};
use super::name::{ElementName, name_of, named_element};
use super::role::{is_expected_to_act, is_for_typing};
use super::tree::PageTree;
use crate::model::{DomEvent, DomEventKind, EpochMs, PageEventKind, Session, order};

/// Maximum number of different names.
const MAX_NAMES: usize = 50_000;
/// rrweb's number of the interaction that focuses an element.
const FOCUS: u32 = 5;
/// What an event that is not read costs of a budget, in bytes.
const SKIPPED_COST: usize = 64;

/// Builds [`PageElements`]: feeds the events of each window to a tree of its page, in the order of
/// time, and names the target of each click and input when it happens.
#[derive(Debug)]
pub struct ElementReader {
    /// Indexes of DOM events, window by window, each in the order of time.
    events: Vec<u32>,
    /// The position in `events` of what is read next, and the end of its window.
    next: usize,
    window_end: usize,
    /// The page events that have a target, by the position of their source.
    targets: FxHashMap<u32, u32>,
    tree: PageTree,
    has_document: bool,
    change: Option<Change>,
    names: HashSet<Arc<ElementName>, FxBuildHasher>,
    /// By the position of the source.
    touched: FxHashMap<u32, Touched>,
    judge: ClickJudge,
}

impl ElementReader {
    /// A reader of a session that is loaded. One sort of its DOM events.
    pub fn new(session: &Session) -> Self {
        let targets: FxHashMap<u32, u32> = (0_u32..)
            .zip(&session.page_events)
            .filter(|(_, event)| has_target(event.kind))
            .map(|(index, event)| (event.source.start, index))
            .collect();
        let events = if targets.is_empty() { Vec::new() } else { ordered(session, &targets) };
        Self {
            events,
            next: 0,
            window_end: 0,
            targets,
            tree: PageTree::default(),
            has_document: false,
            change: None,
            names: HashSet::default(),
            touched: FxHashMap::default(),
            judge: ClickJudge::default(),
        }
    }

    /// Events that are read, and all that are to be read.
    pub fn progress(&self) -> (usize, usize) {
        (self.next, self.events.len())
    }

    /// Reads about `budget` bytes; whether there is more to read.
    pub fn step(&mut self, session: &Session, budget: usize) -> bool {
        let mut left = budget;
        while left > 0 {
            if let Some(change) = &mut self.change {
                if change.step(session, &mut self.tree, left) {
                    return true;
                }
                self.change = None;
            }
            let Some(event) = self.next_event(session) else { return false };
            left = left.saturating_sub(self.read(session, event));
        }
        true
    }

    /// What was found.
    pub fn finish(self, session: &Session) -> PageElements {
        let mut touched = self.touched;
        for (source, marks) in self.judge.finish(session) {
            if let Some(touched) = touched.get_mut(&source) {
                touched.marks = marks;
            }
        }
        PageElements::new(touched)
    }

    /// The next event; the windows before it are ended.
    fn next_event(&mut self, session: &Session) -> Option<DomEvent> {
        if self.next >= self.window_end {
            if self.next > 0 {
                let last = self.event_at(session, self.next - 1).and_then(|event| event.time);
                // Of a page in one of several windows it is not known when it was closed.
                let is_alone = session.dom_events.windows().len() < 2;
                self.judge.end_window(if is_alone { session.end().or(last) } else { last });
            }
            self.tree.clear();
            self.has_document = false;
            let window = self.event_at(session, self.next)?.window;
            let is_other = |event: &u32| {
                session.dom_events.get(*event as usize).is_none_or(|event| event.window != window)
            };
            let rest = self.events.get(self.next..)?;
            self.window_end = rest.iter().position(is_other).map_or(self.events.len(), |len| self.next + len);
        }
        self.next += 1;
        self.event_at(session, self.next - 1)
    }

    fn event_at(&self, session: &Session, position: usize) -> Option<DomEvent> {
        session.dom_events.get(*self.events.get(position)? as usize)
    }

    /// Reads an event, and returns its cost of the budget, in bytes.
    fn read(&mut self, session: &Session, event: DomEvent) -> usize {
        let Some(time) = event.time else { return SKIPPED_COST };
        match event.kind {
            DomEventKind::Meta | DomEventKind::DomContentLoaded | DomEventKind::Load => {
                self.judge.navigation(time);
                return SKIPPED_COST;
            }
            DomEventKind::Custom | DomEventKind::Plugin | DomEventKind::Unknown => return SKIPPED_COST,
            DomEventKind::FullSnapshot => {
                self.judge.reaction(time);
                self.has_document = true;
            }
            DomEventKind::Incremental => {}
        }
        match begin(session, event, &mut self.tree) {
            EventEffect::Change(change) => {
                if event.kind == DomEventKind::Incremental {
                    self.judge.mutation(time);
                }
                self.change = Some(change);
            }
            EventEffect::Incremental(source) => {
                let is_reaction = matches!(source, Source::Visible | Source::Interaction(FOCUS));
                if is_reaction {
                    self.judge.reaction(time);
                }
                if let Some(index) = self.targets.get(&event.source.start).copied() {
                    self.touch(session, index, event.window, time);
                }
            }
            EventEffect::None => {}
        }
        SKIPPED_COST + event.source.len as usize
    }

    /// Names the target of a page event.
    fn touch(&mut self, session: &Session, index: u32, window: u16, time: EpochMs) {
        let Some(event) = session.page_events.get(index as usize) else { return };
        let details = session.page_event_details(event);
        let node = details.node.and_then(|node| self.tree.find(node));
        let element = node.and_then(|node| named_element(&self.tree, node));
        let name = element.and_then(|element| self.interned(element));
        if event.kind == PageEventKind::Click {
            let is =
                |rule: fn(&PageTree, u32) -> bool| element.is_some_and(|element| rule(&self.tree, element));
            self.judge.click(Click {
                source: event.source.start,
                window,
                time,
                element: element.map(|element| self.tree.id(element)).or(details.node),
                position: details.position,
                is_expected_to_act: is(is_expected_to_act),
                is_for_typing: is(is_for_typing),
            });
        }
        let node = element.map(|element| self.tree.id(element));
        self.touched.insert(event.source.start, Touched { name, node, ..Touched::default() });
    }

    fn interned(&mut self, element: u32) -> Option<Arc<ElementName>> {
        let name = name_of(&self.tree, element);
        if let Some(known) = self.names.get(&name) {
            return Some(Arc::clone(known));
        }
        if self.names.len() >= MAX_NAMES {
            return None;
        }
        let name = Arc::new(name);
        self.names.insert(Arc::clone(&name));
        Some(name)
    }
}

/// What the events of a session touched, read in steps of so many bytes.
pub fn page_elements(session: &Session, step_bytes: usize) -> PageElements {
    let mut reader = ElementReader::new(session);
    while reader.step(session, step_bytes.max(1)) {}
    reader.finish(session)
}

/// Whether page events of that kind have a target.
fn has_target(kind: PageEventKind) -> bool {
    matches!(
        kind,
        PageEventKind::Click
            | PageEventKind::DoubleClick
            | PageEventKind::ContextMenu
            | PageEventKind::Touch
            | PageEventKind::Input
    )
}

/// The events to read: of each window, from the last full snapshot before its first target, to the
/// end of the time in which the last one may be answered.
fn ordered(session: &Session, targets: &FxHashMap<u32, u32>) -> Vec<u32> {
    let mut windows: Vec<Vec<u32>> = vec![Vec::new(); session.dom_events.windows().len().max(1)];
    for (index, event) in (0_u32..).zip(session.dom_events.iter()) {
        if event.time.is_some()
            && let Some(window) = windows.get_mut(usize::from(event.window))
        {
            window.push(index);
        }
    }
    let mut events = Vec::new();
    for mut window in windows {
        let at = |index: u32| session.dom_events.get(index as usize);
        let ranks = window
            .iter()
            .map(|index| order::rank(at(*index).and_then(|event| event.time).map_or(f64::NAN, EpochMs::ms)));
        let order = order::argsort_by_key(ranks);
        let sorted = order::apply_permutation(&mut window, &order);
        let needed = needed(&sorted, at, targets);
        events.extend_from_slice(sorted.get(needed).unwrap_or_default());
    }
    events
}

fn needed(
    window: &[u32],
    at: impl Fn(u32) -> Option<DomEvent>,
    targets: &FxHashMap<u32, u32>,
) -> Range<usize> {
    let is_target = |index: &u32| at(*index).is_some_and(|event| targets.contains_key(&event.source.start));
    let Some(first) = window.iter().position(is_target) else { return 0..0 };
    let last = window.iter().rposition(is_target).unwrap_or(first);
    let is_snapshot = |index: &u32| at(*index).is_some_and(|event| event.kind == DomEventKind::FullSnapshot);
    let start = window.get(..first).and_then(|before| before.iter().rposition(is_snapshot)).unwrap_or(0);
    let time = |index: &u32| at(*index).and_then(|event| event.time).map_or(f64::NAN, EpochMs::ms);
    let until = window.get(last).map_or(f64::NAN, time) + DEAD_AFTER_MS;
    let rest = window.get(last..).unwrap_or_default();
    let len = rest.iter().position(|index| time(index) > until).unwrap_or(rest.len());
    // The event after that time shows that the recording went on.
    start..(last + len + 1).min(window.len())
}
