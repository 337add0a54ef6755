//! What is spoken inside the open socket: its protocol, and the analysis of its messages in the
//! background.

mod exchange;
mod version;

use leptos::prelude::*;
use leptos::task::spawn_local;
use session::model::{MessageLog, Record, Session};
use session::protocols::{
    Analysis, Analyze, DecodeCursor, DecodedMessage, Evidence, FieldPath, Handshake, Library, Protocol,
    Recognition, Sample, install,
};

use exchange::pairing_label;
pub use version::AnalysisVersion;

use super::modules;
use super::session::{SessionEvent, SessionStore};
use super::{Messages, MessagesState, ViewStore};
use crate::source::{Priority, TaskGuard, TaskHandle, TimeSlicer};

/// Value of [`ViewState::decode_as`](presentation::view_state::ViewState::decode_as): no protocol.
pub const DECODE_AS_NONE: &str = "none";

/// Messages that are analyzed while more of them arrive, so that the first rows have names.
const MAX_WHILE_LOADING: usize = 4000;
/// Messages that are analyzed between two looks at the clock.
const BATCH: usize = 64;
/// Messages after which the protocol is recognized while more arrive.
const MIN_SAMPLE: usize = 2 * Sample::MAX_MESSAGES;
/// Bytes in the file of the largest message that is decoded when it is opened.
const MAX_OPENED_BYTES: u32 = 64 << 20;
/// Time between two refreshes of the table while the analysis goes on, in ms.
const REFRESH_MS: f64 = 400.0;

/// The protocol of the open socket. A handle.
#[derive(Clone, Copy, Debug)]
pub struct Protocols {
    /// What it reads. Handles of signals, behind one handle to keep copies small.
    stores: StoredValue<Stores>,
    inspected: RwSignal<Option<Inspected>, LocalStorage>,
    guard: StoredValue<Option<TaskGuard>, LocalStorage>,
    library: RwSignal<LibraryState>,
    /// The number of the last analysis.
    last_analysis: StoredValue<u32>,
}

/// The code that decodes messages: it is fetched when the first socket is opened.
#[derive(Clone, Copy, Debug)]
enum LibraryState {
    NotLoaded,
    Loading,
    Failed,
    Loaded(&'static dyn Library),
}

#[derive(Clone, Copy, Debug)]
struct Stores {
    session: SessionStore,
    messages: Messages,
    view: ViewStore,
}

/// The socket whose messages are analyzed.
#[derive(Debug)]
struct Inspected {
    row: u32,
    version: AnalysisVersion,
    /// What the user selected.
    choice: Option<String>,
    /// The path of the field that pairs messages, as the user selected it.
    pair_by: Option<String>,
    /// What the handshake or the messages show, once that is known.
    recognized: Recognized,
    analyzer: Option<Box<dyn Analyze>>,
    /// All messages are there and analyzed.
    is_complete: bool,
}

/// The result of the recognition.
#[derive(Clone, Debug, Default)]
enum Recognized {
    /// There are too few messages yet.
    #[default]
    Pending,
    NoProtocol,
    Protocol(Recognition),
}

impl Recognized {
    fn protocol(&self) -> Option<&Recognition> {
        match self {
            Self::Protocol(recognition) => Some(recognition),
            Self::Pending | Self::NoProtocol => None,
        }
    }
}

/// What is known of a socket's protocol.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ProtocolStatus {
    /// The name of the recognized protocol, for **Automatic**.
    pub recognized: Option<&'static str>,
    /// `Socket.IO 4 over Engine.IO 4, by the URL`.
    pub line: String,
    /// By which field messages are paired, where the user selected one.
    pub pairing: Option<String>,
    /// Whether a field that the user selects can pair the messages.
    pub can_pair_by_field: bool,
}

impl Protocols {
    pub(super) fn new(session: SessionStore, messages: Messages, view: ViewStore) -> Self {
        let (inspected, guard) = (RwSignal::new_local(None), StoredValue::new_local(None));
        let stores = StoredValue::new(Stores { session, messages, view });
        let library = RwSignal::new(LibraryState::NotLoaded);
        let last_analysis = StoredValue::new(0);
        let protocols = Self { stores, inspected, guard, library, last_analysis };
        session.on(SessionEvent::Replaced, move || protocols.close());
        protocols
    }

    /// Stops the analysis, and drops what it found.
    pub fn close(self) {
        self.guard.set_value(None);
        self.inspected.set(None);
    }

    /// Analyzes the messages of that row, as far as they are there. To be called when they are
    /// shown, when there are more of them, and when another protocol is selected.
    pub fn inspect(self, row: u32) {
        let (choice, pair_by) = (self.stores.get_value().view.state)
            .with_untracked(|state| (state.decode_as.clone(), state.pair_by.clone()));
        let is_same = self.inspected.with_untracked(|inspected| {
            let known = inspected.as_ref().filter(|known| known.row == row);
            known.is_some_and(|known| known.choice == choice && known.pair_by == pair_by)
        });
        if !is_same {
            self.guard.set_value(None);
            let recognized = self.inspected.with_untracked(|inspected| {
                let known = inspected.as_ref().filter(|known| known.row == row);
                known.map(|known| known.recognized.clone()).unwrap_or_default()
            });
            self.last_analysis.update_value(|last| *last += 1);
            self.inspected.set(Some(Inspected {
                row,
                version: AnalysisVersion { analysis: self.last_analysis.get_value(), change: 0 },
                choice,
                pair_by,
                recognized,
                analyzer: None,
                is_complete: false,
            }));
        }
        // More messages are no reason to fetch again what could not be fetched.
        let is_missing = is_same && matches!(self.library.get_untracked(), LibraryState::Failed);
        if is_missing || self.guard.with_value(Option::is_some) || self.waits_for_messages(row) {
            return;
        }
        let Some((guard, task)) = TaskGuard::new() else { return };
        self.guard.set_value(Some(guard));
        spawn_local(async move {
            self.run(row, &task).await;
            if !task.is_canceled() {
                self.guard.set_value(None);
            }
        });
    }

    /// Whether the first messages are analyzed and the others follow when all are there: every
    /// refresh of the table takes time from the load.
    fn waits_for_messages(self, row: u32) -> bool {
        let analyzed = self.inspected.with_untracked(|known| {
            known.as_ref()?.analyzer.as_ref().map(|analyzer| analyzer.analysis().len())
        });
        analyzed.is_some_and(|analyzed| analyzed >= MAX_WHILE_LOADING) && !self.is_loaded(row)
    }

    /// Analyzes what is there, and refreshes the table now and then.
    async fn run(self, row: u32, task: &TaskHandle) {
        let mut slicer = TimeSlicer::default();
        // The rows themselves are shown first.
        slicer.yield_until_painted().await;
        let library = self.load_library().await;
        let Some(library) = library.filter(|_| !task.is_canceled()) else { return };
        if !self.prepare(row, library) {
            return;
        }
        self.notify();
        let mut refreshed_at = js_sys::Date::now();
        let mut is_first = true;
        while self.advance(row) == Some(true) {
            // The rows are listed first: what shows them can be a task that the page has queued.
            slicer.set_priority(if self.is_loaded(row) {
                Priority::Background
            } else {
                Priority::Foreground
            });
            slicer.yield_if_due().await;
            if task.is_canceled() {
                return;
            }
            let now = js_sys::Date::now();
            if is_first || now - refreshed_at >= REFRESH_MS {
                (is_first, refreshed_at) = (false, now);
                self.notify();
            }
        }
        let is_complete = self.is_loaded(row);
        let end = self.socket_end(row);
        self.read(row, |_, log| {
            self.inspected.update_untracked(|inspected| {
                let Some(known) = inspected else { return };
                known.is_complete = is_complete;
                if let Some(analyzer) = known.analyzer.as_mut().filter(|_| is_complete) {
                    analyzer.finish(log, end);
                }
            });
        });
        self.notify();
    }

    /// Makes the messages of a row that may be heartbeats heartbeats.
    pub fn accept_suggested_heartbeats(self, row: u32) {
        let end = self.socket_end(row);
        self.read(row, |_, log| {
            self.inspected.update_untracked(|inspected| {
                let known = inspected.as_mut().filter(|known| known.row == row);
                if let Some(analyzer) = known.and_then(|known| known.analyzer.as_mut()) {
                    analyzer.accept_suggested_heartbeats(log, end);
                }
            });
        });
        self.notify();
    }

    fn is_loaded(self, row: u32) -> bool {
        let has_file = |_: &Session, record: &Record| record.messages_file().is_some();
        if untrack(|| self.stores.get_value().session.with_record(row, has_file)) == Some(true) {
            matches!(
                untrack(|| self.stores.get_value().messages.state(row)),
                MessagesState::Ready { .. } | MessagesState::Failed(_)
            )
        } else {
            !untrack(|| self.stores.get_value().session.is_loading())
        }
    }

    /// Selects the protocol and makes its analyzer; `false` if more messages are needed, or if
    /// nothing is decoded.
    fn prepare(self, row: u32, library: &'static dyn Library) -> bool {
        let has_analyzer = self
            .inspected
            .with_untracked(|known| known.as_ref().is_some_and(|known| known.analyzer.is_some()));
        if has_analyzer {
            return true;
        }
        let is_loaded = self.is_loaded(row);
        let found = self.read(row, |handshake, log| {
            let sample = Sample::of(log);
            let recognition = library.recognize(handshake, &sample);
            let is_certain = recognition
                .as_ref()
                .is_some_and(|found| !matches!(found.evidence, Evidence::Messages | Evidence::Guess));
            let is_enough = is_loaded || is_certain || log.len() >= MIN_SAMPLE;
            is_enough.then_some((recognition, sample, handshake.clone().into_owned()))
        });
        let Some((recognition, sample, handshake)) = found.flatten() else { return false };
        let (choice, pair_by) = self.inspected.with_untracked(|known| {
            known.as_ref().map(|known| (known.choice.clone(), known.pair_by.clone())).unwrap_or_default()
        });
        let selected = match choice.as_deref() {
            None => recognition.as_ref().map(|found| found.protocol),
            Some(key) => library.protocol(key),
        };
        let is_decoded = selected.is_some() || choice.is_none();
        let path = pair_by.as_deref().and_then(FieldPath::parse);
        let path = path.filter(|_| selected.is_none_or(Protocol::can_pair_by_field));
        let analyzer = is_decoded.then(|| library.analyzer(selected, &handshake, &sample, path));
        let has_analyzer = analyzer.is_some();
        self.inspected.update(|inspected| {
            if let Some(known) = inspected.as_mut().filter(|known| known.row == row) {
                known.recognized = recognition.map_or(Recognized::NoProtocol, Recognized::Protocol);
                known.analyzer = analyzer;
            }
        });
        has_analyzer
    }

    /// Analyzes some further messages; whether there are more, `None` if the row is gone.
    fn advance(self, row: u32) -> Option<bool> {
        let is_loading = !self.is_loaded(row);
        self.read(row, |_, log| {
            self.inspected.try_update_untracked(|inspected| {
                let analyzer = inspected.as_mut()?.analyzer.as_mut()?;
                let limit = if is_loading {
                    MAX_WHILE_LOADING.saturating_sub(analyzer.analysis().len())
                } else {
                    BATCH
                };
                let has_more = analyzer.advance(log, limit.min(BATCH));
                Some(has_more && limit > 0)
            })
        })
        .flatten()
        .flatten()
    }

    fn read<R>(self, row: u32, read: impl FnOnce(&Handshake<'_>, MessageLog<'_>) -> R) -> Option<R> {
        untrack(|| {
            self.stores.get_value().session.with_record(row, |_, record| {
                let handshake = Handshake::of(record)?;
                self.stores.get_value().messages.with(row, |log| read(&handshake, log))
            })
        })
        .flatten()
    }

    /// Reads the analysis of a row, as far as it is made; what calls this runs again when there is
    /// more.
    pub fn with<R>(self, row: u32, read: impl FnOnce(&Analysis, Completeness) -> R) -> Option<R> {
        self.inspected.with(|inspected| {
            let known = inspected.as_ref().filter(|known| known.row == row)?;
            let completeness = if known.is_complete { Completeness::Complete } else { Completeness::Running };
            Some(read(known.analyzer.as_ref()?.analysis(), completeness))
        })
    }

    /// The message at `index` of a row in full; `None` if nothing is decoded.
    pub fn decode(self, row: u32, index: u32) -> Option<DecodedMessage> {
        self.read(row, |_, log| {
            self.inspected.with_untracked(|inspected| {
                let known = inspected.as_ref().filter(|known| known.row == row)?;
                Some(known.analyzer.as_ref()?.decode(log, index, MAX_OPENED_BYTES))
            })
        })
        .flatten()
    }

    /// The message at `index` of a row as [`decode`](Self::decode), without the units that end in a
    /// later message: for messages one after another.
    pub fn decode_next(self, row: u32, cursor: &mut DecodeCursor, index: u32) -> Option<DecodedMessage> {
        self.read(row, |_, log| {
            self.inspected.with_untracked(|inspected| {
                let known = inspected.as_ref().filter(|known| known.row == row)?;
                Some(known.analyzer.as_ref()?.decode_next(cursor, log, index, MAX_OPENED_BYTES))
            })
        })
        .flatten()
    }

    /// Whether the protocol of the row is still to be recognized.
    pub fn is_pending(self, row: u32) -> bool {
        let is_loadable = !matches!(self.library.get(), LibraryState::Failed);
        let is_pending = |known: &Inspected| {
            known.row != row
                || (known.choice.as_deref() != Some(DECODE_AS_NONE)
                    && matches!(known.recognized, Recognized::Pending))
        };
        is_loadable && self.inspected.with(|inspected| inspected.as_ref().is_none_or(is_pending))
    }

    /// What is known of the row's protocol; `None` until it is.
    pub fn status(self, row: u32) -> Option<ProtocolStatus> {
        self.inspected.with(|inspected| {
            let known = inspected.as_ref().filter(|known| known.row == row)?;
            if matches!(self.library.get(), LibraryState::Failed) {
                let line = "Messages are not decoded: the code for it could not be loaded. Reload the page";
                return Some(ProtocolStatus { line: line.to_owned(), ..ProtocolStatus::default() });
            }
            if matches!(known.recognized, Recognized::Pending) {
                return None;
            }
            let recognition = known.recognized.protocol();
            let recognized = recognition.map(|found| found.protocol.label());
            let exact = known.analyzer.as_ref().and_then(|analyzer| analyzer.label());
            let protocol = match known.choice.as_deref() {
                Some(key) => self.library().and_then(|library| library.protocol(key)),
                None => recognition.map(|found| found.protocol),
            };
            let name = protocol.map(|protocol| exact.unwrap_or_else(|| protocol.label().to_owned()));
            let line = match (known.choice.as_deref(), name, recognition) {
                (Some(DECODE_AS_NONE), ..) => "Not decoded".to_owned(),
                (Some(_), Some(name), _) => format!("{name}, selected"),
                (Some(key), None, _) => format!("\"{key}\" is not a protocol that Replayscope decodes"),
                (None, Some(name), Some(found)) => {
                    let reason = self.read(row, |handshake, _| found.reason(handshake)).unwrap_or_default();
                    format!("{name}, {reason}")
                }
                (None, ..) => "No known protocol".to_owned(),
            };
            let pairing = known.pair_by.as_deref().map(|path| pairing_label(known.analyzer.as_deref(), path));
            let is_decoded = known.choice.as_deref() != Some(DECODE_AS_NONE);
            let can_pair_by_field = is_decoded && protocol.is_none_or(Protocol::can_pair_by_field);
            Some(ProtocolStatus { recognized, line, pairing, can_pair_by_field })
        })
    }

    /// Every protocol that messages can be decoded as: key and name. Empty until the library is
    /// loaded.
    pub fn choices(self) -> impl Iterator<Item = (&'static str, &'static str)> {
        let protocols = self.library().map_or(&[][..], |library| library.protocols());
        protocols.iter().map(|protocol| (protocol.key(), protocol.label()))
    }

    /// The code that decodes messages, once it is loaded.
    pub fn library(self) -> Option<&'static dyn Library> {
        match self.library.get() {
            LibraryState::Loaded(library) => Some(library),
            LibraryState::NotLoaded | LibraryState::Loading | LibraryState::Failed => None,
        }
    }

    /// Loads the code that decodes messages, if it is not loaded.
    pub fn request_library(self) {
        if matches!(self.library.get_untracked(), LibraryState::NotLoaded | LibraryState::Failed) {
            spawn_local(async move {
                self.load_library().await;
            });
        }
    }

    async fn load_library(self) -> Option<&'static dyn Library> {
        if let LibraryState::Loaded(library) = self.library.get_untracked() {
            return Some(library);
        }
        self.library.set(LibraryState::Loading);
        let loaded = modules::protocols().await;
        let state = loaded.map_or(LibraryState::Failed, |library| LibraryState::Loaded(install(library)));
        self.library.set(state);
        loaded.ok()
    }
}

/// Whether all messages of a socket are analyzed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Completeness {
    Running,
    Complete,
}
