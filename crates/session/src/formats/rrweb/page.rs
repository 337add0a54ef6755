//! Page events: navigations, user input, and custom events of the page.

use std::collections::HashMap;

use super::event::Event;
use super::sentry;
use crate::formats::common::part::Part;
use crate::model::{DomEventKind, EpochMs, PageEvent, PageEventDetails, PageEventKind, Session};

/// The state of each window after the events so far.
#[derive(Debug, Default)]
pub(super) struct PageActivity {
    windows: HashMap<u16, Window>,
}

#[derive(Debug, Default)]
struct Window {
    /// The URL of its page.
    address: Box<str>,
    /// A document was loaded since the URL was recorded.
    has_new_document: bool,
    /// Its last page event, if that is an input.
    typing: Option<Typing>,
}

/// An input that may continue.
#[derive(Clone, Copy, Debug)]
struct Typing {
    node: f64,
    time: EpochMs,
    /// Its index among the page events.
    index: usize,
}

/// What the recording of a window's URL means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NavigationKind {
    /// The window navigated to another URL.
    Another,
    /// The window reloaded the URL.
    Again,
    /// No navigation: the recorder repeats the URL before each full snapshot.
    Stays,
}

/// Inputs in one node that are less than this apart are one event, in ms: rrweb records one per
/// key.
const TYPING_PAUSE: f64 = 1000.0;

impl PageActivity {
    /// Reads a meta event, which has the URL of its window. The same URL is a reload if a document
    /// was loaded in between. A recorder that starts after the page was loaded does not see that,
    /// and records no load.
    pub(super) fn navigation(
        &mut self,
        session: &mut Session,
        event: &Event<'_>,
        address: &str,
    ) -> NavigationKind {
        let window = self.windows.entry(event.window).or_default();
        let has_new_document = std::mem::take(&mut window.has_new_document);
        let visit = if window.address.as_ref() != address {
            window.address = address.into();
            NavigationKind::Another
        } else if has_new_document {
            NavigationKind::Again
        } else {
            NavigationKind::Stays
        };
        if visit != NavigationKind::Stays {
            self.add(session, event, PageEventKind::Navigation);
        }
        visit
    }

    /// Reads an event of the document or of its user.
    pub(super) fn take(&mut self, session: &mut Session, kind: DomEventKind, event: &Event<'_>) {
        let kind = match kind {
            DomEventKind::DomContentLoaded => {
                self.windows.entry(event.window).or_default().has_new_document = true;
                PageEventKind::DomContentLoaded
            }
            DomEventKind::Load => PageEventKind::Load,
            DomEventKind::Incremental => match incremental(event.data) {
                Some(PageEventKind::Input) => return self.input(session, event),
                Some(kind) => kind,
                None => return,
            },
            _ => return,
        };
        self.add(session, event, kind);
    }

    pub(super) fn add(&mut self, session: &mut Session, event: &Event<'_>, kind: PageEventKind) {
        let Event { time, source, window, .. } = *event;
        self.windows.entry(window).or_default().typing = None;
        session.page_events.push(PageEvent { time, kind, source, window });
    }

    /// Merges an input with the previous one in the same node: the last text is what was typed.
    fn input(&mut self, session: &mut Session, event: &Event<'_>) {
        let node = event.data.field("id").and_then(|id| id.number().get());
        let window = self.windows.entry(event.window).or_default();
        let known = window.typing.filter(|known| {
            let pause = event.time.map(|time| (time - known.time).ms());
            Some(known.node) == node && pause.is_some_and(|pause| (0.0..TYPING_PAUSE).contains(&pause))
        });
        if let Some(known) = known
            && let Some(before) = session.page_events.get_mut(known.index)
        {
            (before.time, before.source) = (event.time, event.source);
            window.typing = event.time.map(|time| Typing { time, ..known });
            return;
        }
        self.add(session, event, PageEventKind::Input);
        let index = session.page_events.len() - 1;
        let typing = node.zip(event.time).map(|(node, time)| Typing { node, time, index });
        self.windows.entry(event.window).or_default().typing = typing;
    }
}

/// The kind of page event of an incremental event; `None` for mutations, mouse moves and the like,
/// which are most of them. rrweb writes the number that decides first, so most events are not read
/// further; programs that sort keys write it after a few others.
///
/// posthog-js packs mutations and style sheet changes (`cv`), but not this number, so nothing is
/// unpacked here.
fn incremental(data: Part<'_>) -> Option<PageEventKind> {
    const FIRST_FIELDS: usize = 8;
    let number = |wanted: &[u8]| {
        let mut fields = data.fields().take(FIRST_FIELDS);
        let (_, value) = fields.find(|(key, _)| *key == wanted)?;
        value.number().as_u64()
    };
    match (number(b"source")?, || number(b"type")) {
        (2, interaction) => Some(match interaction()? {
            2 => PageEventKind::Click,
            3 => PageEventKind::ContextMenu,
            4 => PageEventKind::DoubleClick,
            7 => PageEventKind::Touch,
            _ => return None,
        }),
        (4, _) => Some(PageEventKind::Resize),
        (5, _) => Some(PageEventKind::Input),
        _ => None,
    }
}

/// Whether a custom event is a page event. Events that Sentry's recorder writes for itself are not,
/// but its breadcrumbs are, except those of the console.
pub(super) fn is_named_by_page(tag: &str, data: Part<'_>) -> bool {
    if tag == "breadcrumb" {
        return category(data).is_some_and(|category| category != "console");
    }
    !sentry::is_tag(tag)
}

/// The category of a breadcrumb of Sentry: `ui.click`, `navigation`, …
fn category(data: Part<'_>) -> Option<String> {
    data.field("payload")?.field("category")?.as_text().filled().map(str::to_owned)
}

/// Decodes the details of a page event.
pub(in crate::formats) fn details(session: &Session, event: &PageEvent) -> PageEventDetails {
    let text = session.bytes.slice(event.source);
    let Some(data) = Part::new(&text, event.source.start).trimmed().field("data") else {
        return PageEventDetails::default();
    };
    let text = |key: &str| data.field(key).map(|value| value.as_text().owned()).unwrap_or_default();
    let number = |key: &str| data.field(key).and_then(|value| value.number().get());
    let integer = |key: &str| data.field(key).and_then(|value| value.number().as_u64());
    let node = integer("id").and_then(|id| u32::try_from(id).ok());
    match event.kind {
        PageEventKind::Navigation => PageEventDetails { text: text("href"), ..PageEventDetails::default() },
        PageEventKind::DomContentLoaded | PageEventKind::Load => PageEventDetails::default(),
        PageEventKind::Click
        | PageEventKind::DoubleClick
        | PageEventKind::ContextMenu
        | PageEventKind::Touch => {
            PageEventDetails { position: number("x").zip(number("y")), node, ..PageEventDetails::default() }
        }
        PageEventKind::Input => PageEventDetails {
            text: text("text"),
            is_checked: data.field("isChecked").is_some_and(|value| value.text() == b"true"),
            node,
            ..PageEventDetails::default()
        },
        PageEventKind::Resize => {
            let size = integer("width").zip(integer("height"));
            let text = size.map(|(width, height)| format!("{width} × {height}")).unwrap_or_default();
            PageEventDetails { text, ..PageEventDetails::default() }
        }
        PageEventKind::Custom => {
            let payload = data.field("payload").filter(|payload| payload.text() != b"null");
            PageEventDetails {
                text: category(data).filter(|_| text("tag") == "breadcrumb").unwrap_or_else(|| text("tag")),
                payload: payload.map(|payload| payload.text().to_vec()),
                ..PageEventDetails::default()
            }
        }
    }
}

/// Longest side of a viewport that is believed, in CSS pixels.
const MAX_VIEWPORT: f64 = 100_000.0;

/// Width and height that a meta event records.
pub(super) fn viewport(data: Part<'_>) -> Option<(u32, u32)> {
    let side = |key: &str| {
        let side = data.field(key)?.number().get()?.round();
        (1.0..=MAX_VIEWPORT).contains(&side).then_some(side as u32)
    };
    side("width").zip(side("height"))
}
