//! Applies the events of a recording to the tree: full snapshots and mutations.

use std::borrow::Cow;
use std::ops::Range;

use json_spans::{Elements, Fields};

use super::tree::PageTree;
use super::walk::{MAX_TEXT_CHARS, Walk, WalkStatus, field_start, id_of, set_attribute, string};
use crate::formats::{EventData, event_content};
use crate::model::{DomEvent, DomEventKind, Session};

/// Number of fields in which the source of an incremental event is looked for: rrweb writes it
/// first, programs that sort keys after a few others.
const FIRST_FIELDS: usize = 8;

/// The sources of incremental events that are told apart, with rrweb's numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Source {
    Mutation,
    /// A click, a focus and the like; the number is its type.
    Interaction(u32),
    /// Something that users see or cause besides: a scroll, an input, a selection, a change of a
    /// style sheet, of a canvas or of a film.
    Visible,
    /// Moves of the pointer and what is not known.
    Other,
}

impl Source {
    fn read(data: &[u8]) -> Self {
        let number = |wanted: &[u8]| {
            let mut fields = Fields::of(data).take(FIRST_FIELDS);
            fields.find(|field| field.key == wanted).and_then(|field| id_of(field.value))
        };
        match number(b"source") {
            Some(0) => Self::Mutation,
            Some(2) => number(b"type").map_or(Self::Other, Self::Interaction),
            Some(3 | 5 | 7 | 8 | 9 | 13 | 14 | 15) => Self::Visible,
            _ => Self::Other,
        }
    }
}

/// What an event is to the tree.
pub(super) enum EventEffect {
    /// The tree changes, once the change is applied.
    Change(Change),
    Incremental(Source),
    None,
}

/// A change of the tree that is being applied.
#[derive(Debug)]
pub(super) struct Change {
    event: DomEvent,
    /// The text of the event, or its data alone, where it had to be unpacked or is not in one piece.
    copied: Option<Vec<u8>>,
    /// The data within the text.
    range: Range<usize>,
    walk: Option<Walk>,
    /// Fields of a mutation within the data, that are applied after the added nodes.
    texts: Range<usize>,
    attributes: Range<usize>,
}

/// Reads an event, and begins to apply it.
pub(super) fn begin(session: &Session, event: DomEvent, tree: &mut PageTree) -> EventEffect {
    if !matches!(event.kind, DomEventKind::FullSnapshot | DomEventKind::Incremental) {
        return EventEffect::None;
    }
    let source = session.bytes.slice(event.source);
    let is_snapshot = event.kind == DomEventKind::FullSnapshot;
    if is_snapshot {
        tree.clear();
        if let Some(node) = node_of_snapshot(&source) {
            let walk = Some(Walk::document(tree, node));
            let range = 0..source.len();
            return EventEffect::Change(Change { walk, ..Change::of(event, source, range) });
        }
    }
    let Some((range, is_packed)) = data_of(&source) else { return EventEffect::None };
    let Some(data) = source.get(range.clone()) else { return EventEffect::None };
    // PostHog packs the lists of a mutation, but not its source.
    let is_mutation = !is_snapshot && data.first() == Some(&b'{') && Source::read(data) == Source::Mutation;
    if !is_snapshot && !is_mutation {
        return EventEffect::Incremental(Source::read(data));
    }
    let mut change = match is_packed.then(|| unpacked(&source)).flatten() {
        Some(data) => {
            let range = 0..data.len();
            Change::of(event, Cow::Owned(data), range)
        }
        None => Change::of(event, source, range),
    };
    change.begin(session, tree, is_snapshot);
    EventEffect::Change(change)
}

/// Where the document begins in the text of a full snapshot that is not packed: found without a
/// look at what follows, which may be megabytes.
fn node_of_snapshot(source: &[u8]) -> Option<usize> {
    let event = source.iter().position(|byte| *byte == b'{')?;
    let data = field_start(source, event, b"data")?;
    let node = field_start(source, data, b"node")?;
    (source.get(node) == Some(&b'{')).then_some(node)
}

/// The data of an event, and whether some of it is packed.
fn data_of(source: &[u8]) -> Option<(Range<usize>, bool)> {
    let start = source.iter().position(|byte| *byte == b'{')?;
    let (mut range, mut is_packed) = (None, false);
    for field in Fields::of(source.get(start..)?) {
        match field.key {
            b"data" => range = Some(start + field.at..start + field.at + field.value.len()),
            b"cv" => is_packed = true,
            _ => {}
        }
    }
    Some((range?, is_packed))
}

fn unpacked(source: &[u8]) -> Option<Vec<u8>> {
    match event_content(source).data {
        EventData::Plain(data) => Some(data.into_owned()),
        EventData::Bare | EventData::Unreadable => None,
    }
}

impl Change {
    fn of(event: DomEvent, source: Cow<'_, [u8]>, range: Range<usize>) -> Self {
        let copied = match source {
            Cow::Owned(copied) => Some(copied),
            Cow::Borrowed(_) => None,
        };
        Self { event, copied, range, walk: None, texts: 0..0, attributes: 0..0 }
    }

    /// Runs `read` over the data.
    fn with_data<R>(&self, session: &Session, read: impl FnOnce(&[u8]) -> R) -> R {
        if let Some(copied) = &self.copied {
            return read(copied.get(self.range.clone()).unwrap_or_default());
        }
        let source = session.bytes.slice(self.event.source);
        read(source.get(self.range.clone()).unwrap_or_default())
    }

    fn begin(&mut self, session: &Session, tree: &mut PageTree, is_snapshot: bool) {
        if is_snapshot {
            let node = self.with_data(session, |data| field(data, b"node"));
            self.walk = node.map(|node| Walk::document(tree, node.start));
            return;
        }
        let [removes, adds, texts, attributes] = self.with_data(session, lists_of);
        self.with_data(session, |data| remove(tree, data.get(removes).unwrap_or_default()));
        self.walk = (!adds.is_empty()).then(|| Walk::adds(adds.start));
        (self.texts, self.attributes) = (texts, attributes);
    }

    /// Applies about `budget` bytes more; whether there is more to do.
    pub(super) fn step(&mut self, session: &Session, tree: &mut PageTree, budget: usize) -> bool {
        if let Some(mut walk) = self.walk.take() {
            let until = walk.position().saturating_add(budget);
            let status = self.with_data(session, |data| walk.step(tree, data, until));
            if status == WalkStatus::Unfinished {
                self.walk = Some(walk);
                return true;
            }
        }
        self.with_data(session, |data| {
            set_texts(tree, data.get(self.texts.clone()).unwrap_or_default());
            set_attributes(tree, data.get(self.attributes.clone()).unwrap_or_default());
        });
        false
    }
}

/// An object that is a field of `data`.
fn field(data: &[u8], key: &[u8]) -> Option<Range<usize>> {
    let found = Fields::of(data).filter(|field| field.key == key && field.value.first() == Some(&b'{'));
    found.last().map(|field| field.at..field.at + field.value.len())
}

/// Removed nodes, added nodes, texts and attributes of a mutation; empty ranges where there are
/// none.
fn lists_of(data: &[u8]) -> [Range<usize>; 4] {
    let [mut removes, mut adds, mut texts, mut attributes] = [0..0, 0..0, 0..0, 0..0];
    for field in Fields::of(data).filter(|field| field.value.first() == Some(&b'[')) {
        let list = match field.key {
            b"removes" => &mut removes,
            b"adds" => &mut adds,
            b"texts" => &mut texts,
            b"attributes" => &mut attributes,
            _ => continue,
        };
        *list = field.at..field.at + field.value.len();
    }
    [removes, adds, texts, attributes]
}

/// The elements of a list with the field `id` of each.
fn with_ids(list: &[u8]) -> impl Iterator<Item = (u32, &[u8])> {
    let elements = (!list.is_empty()).then(|| Elements::of(list)).into_iter().flatten();
    elements.filter(|element| element.value.first() == Some(&b'{')).filter_map(|element| {
        let id = Fields::of(element.value).find(|field| field.key == b"id")?;
        Some((id_of(id.value)?, element.value))
    })
}

fn remove(tree: &mut PageTree, removes: &[u8]) {
    for (id, _) in with_ids(removes) {
        if let Some(index) = tree.find(id) {
            tree.remove(index);
        }
    }
}

fn set_texts(tree: &mut PageTree, texts: &[u8]) {
    for (id, change) in with_ids(texts) {
        let value = Fields::of(change).find(|field| field.key == b"value");
        if let (Some(index), Some(value)) = (tree.find(id), value) {
            tree.set_text(index, string(value.value, MAX_TEXT_CHARS).unwrap_or_default());
        }
    }
}

fn set_attributes(tree: &mut PageTree, attributes: &[u8]) {
    for (id, change) in with_ids(attributes) {
        let values = Fields::of(change).find(|field| field.key == b"attributes");
        let Some((index, values)) = tree.find(id).zip(values) else { continue };
        if values.value.first() == Some(&b'{') {
            for field in Fields::of(values.value) {
                set_attribute(tree, index, &field.name(), field.value);
            }
        }
    }
}
