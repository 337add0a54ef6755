//! State that outlives a page, as small contexts: the open session, what is selected, playback,
//! messages, preferences. A component takes those that it needs. The parts of the screen meet here
//! and nowhere else.

mod address_bar;
mod bodies;
mod catalog;
mod clock;
mod comparison;
mod credentials;
mod export;
mod file_parts;
mod files_to_open;
mod filter_text;
mod findings;
mod groups;
mod highlight;
mod judge;
mod keys;
mod live;
mod load;
mod message_export;
mod message_search;
mod messages;
mod modules;
mod notices;
mod page_elements;
mod pane_sizes;
mod playback;
mod preferences;
mod protocols;
mod recents;
mod recorded_files;
mod refresh;
mod resource;
mod row_copy;
mod row_reading;
mod schemas;
mod screenshots;
mod session;
mod session_tab;
mod state_link;
mod throttle;
mod timed_list;
mod unpacked;
mod view;

use leptos::prelude::*;

pub use crate::source::{
    NamedFile, ReopenError, TaskGuard, TaskHandle, TimeSlicer, UnpackMethod, base_path, can_pick_handles,
    files_of, handles_of, picked,
};
pub use bodies::{BodyState, readable_body};
pub use catalog::{
    CatalogRequest, CatalogState, FoundSessions, catalog_resource, found_sessions, server_catalog,
};
pub use clock::{local_clock, offset_label, offset_of, wall_clock_of};
pub use comparison::{Comparison, ComparisonStatus};
pub use credentials::Credentials;
pub use export::{Export, ExportState, Exported};
pub use files_to_open::FilesToOpen;
pub use filter_text::{FilterLanguage, filter_error, filter_remark, valid_filter};
pub use findings::{Findings, FindingsStatus, FoundAt, FoundItem, UnjudgedItem};
pub use groups::RequestGroups;
pub use highlight::{Highlight, HighlightState, HighlightTarget};
pub use keys::is_typing;
pub use live::Live;
pub use load::{LoadStatus, Progress};
pub use message_export::{ExportedMessages, MessageExport, MessageExportRequest, MessageExportState};
pub use message_search::{MessageSearch, SearchFailure, SearchStatus};
pub use messages::{Messages, MessagesState};
pub use notices::Notices;
pub use page_elements::NamedElements;
pub use pane_sizes::PaneSizes;
pub use playback::{Playback, RowTiming, SPEEDS, Step};
pub use preferences::{DetailsPlace, Preferences, Theme};
pub use protocols::{AnalysisVersion, Completeness, DECODE_AS_NONE, Protocols};
pub use recents::Recents;
pub use resource::{ResourceWriter, resource};
pub use row_copy::CopiedRows;
pub use row_reading::{ReadingStatus, RowReading};
pub use schemas::{Schemas, TypeChoice};
pub use session::SessionStore;
pub use session_tab::SessionTab;
pub use state_link::state_link;
pub use throttle::throttle_trailing;
pub use timed_list::{RowLink, TimedList};
pub use unpacked::unpacked_message;
pub use view::ViewStore;

/// The scope of the app: what is provided in it outlives every page.
#[derive(Clone, Debug)]
struct AppScope(Owner);

/// Provides the stores that every page needs. To be called once, in the app's own scope.
pub fn provide_app_stores() {
    provide_context(Preferences::load());
    provide_context(Notices::new());
    let recents = Recents::load();
    provide_context(recents);
    provide_context(FilesToOpen::new(recents));
    if let Some(owner) = Owner::current() {
        provide_context(AppScope(owner));
    }
}

/// Provides the stores of the session page in the app's scope, unless that was done before. They
/// are part of that page's code, which other pages do not load.
pub fn provide_session_stores() {
    if use_context::<SessionStore>().is_none() {
        expect_context::<AppScope>().0.with(session_stores);
    }
}

fn session_stores() {
    let (notices, preferences) = (expect_context::<Notices>(), expect_context::<Preferences>());
    let session = SessionStore::new();
    let messages = Messages::new(session);
    let recents = expect_context::<Recents>();
    let view = ViewStore::new(session, messages, notices, preferences, recents);
    provide_context(session);
    provide_context(view);
    provide_context(Comparison::new(session, view));
    let playback = Playback::new(session, view.state);
    provide_context(playback);
    provide_context(Highlight::new(playback));
    provide_context(NamedElements::new(session));
    provide_context(Live::new(session, playback));
    provide_context(Schemas::new(session));
    provide_context(messages);
    let protocols = Protocols::new(session, messages, view);
    provide_context(protocols);
    provide_context(Findings::new(session, view, messages, protocols));
    provide_context(Credentials::new(session));
    provide_context(MessageSearch::new(session, messages, view, preferences));
    provide_context(Export::new(view));
}
