//! State that outlives a page, as small contexts: the open session, what is selected, playback,
//! messages, preferences. A component takes those that it needs. The parts of the screen meet here
//! and nowhere else.

mod address_bar;
mod bodies;
mod catalog;
mod clock;
mod credentials;
mod export;
mod file_parts;
mod filter_text;
mod findings;
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
mod playback;
mod preferences;
mod protocols;
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

pub use crate::source::{NamedFile, TaskGuard, TimeSlicer, UnpackMethod, base_path, files_of, picked};
pub use bodies::{BodyState, readable_body};
pub use catalog::{
    CatalogRequest, CatalogState, FoundSessions, catalog_resource, found_sessions, server_catalog,
};
pub use clock::{local_clock, offset_label, offset_of, wall_clock_of};
pub use credentials::Credentials;
pub use export::{Export, ExportState, Exported};
pub use filter_text::{FilterLanguage, filter_error, filter_remark, valid_filter};
pub use findings::{Findings, FindingsStatus, FoundAt, FoundItem, UnjudgedItem};
pub use highlight::{Highlight, HighlightState, HighlightTarget};
pub use keys::is_typing;
pub use live::Live;
pub use load::{LoadStatus, Progress};
pub use message_export::{ExportedMessages, MessageExport, MessageExportRequest, MessageExportState};
pub use message_search::{MessageSearch, SearchFailure, SearchStatus};
pub use messages::{Messages, MessagesState};
pub use notices::Notices;
pub use page_elements::NamedElements;
pub use playback::{Playback, RowTiming, SPEEDS, Step};
pub use preferences::{DetailsPlace, Preferences, Theme};
pub use protocols::{AnalysisVersion, Completeness, DECODE_AS_NONE, Protocols};
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

/// Provides each store as a context. To be called once, in the app's own scope.
pub fn provide_stores() {
    let (session, notices) = (SessionStore::new(), Notices::new());
    let messages = Messages::new(session);
    let preferences = Preferences::load();
    provide_context(preferences);
    let view = ViewStore::new(session, messages, notices, preferences);
    provide_context(session);
    provide_context(notices);
    provide_context(view);
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
