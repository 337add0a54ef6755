//! What happened on the page: what its user did, and where it went.

use super::{EpochMs, Span};

/// One event of the page.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PageEvent {
    pub time: Option<EpochMs>,
    pub kind: PageEventKind,
    /// The element of the source that describes the event; it is decoded when shown.
    pub source: Span,
    /// The browser window or tab it belongs to, an index into the windows of the session's DOM
    /// events.
    pub window: u16,
}

/// The kind of a page event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PageEventKind {
    /// A navigation or a reload. rrweb records loads only: a change of the address without a load
    /// (`history.pushState`) is not recorded.
    Navigation,
    /// The document was parsed (`DOMContentLoaded`).
    DomContentLoaded,
    /// The page and all that belongs to it was loaded (`load`).
    Load,
    Click,
    DoubleClick,
    /// The context menu was requested.
    ContextMenu,
    /// A finger touched the page.
    Touch,
    /// A value was typed or selected.
    Input,
    /// The window was resized.
    Resize,
    /// An event that the page or its recorder named itself.
    Custom,
}

/// The details of a page event, decoded from its source.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PageEventDetails {
    /// The name of a custom event; the address of a navigation; what was typed, as recorded (masked
    /// where it was); the new size of a window in CSS pixels, `1280 × 720`. Empty if it was not
    /// recorded.
    pub text: String,
    /// For an input: a box was checked or an option selected. rrweb writes `false` both for a
    /// cleared box and for text.
    pub is_checked: bool,
    /// Its position on the page, in CSS pixels.
    pub position: Option<(f64, f64)>,
    /// The ID of its target node, as rrweb assigns them.
    pub node: Option<u32>,
    /// The payload of a custom event, as JSON text.
    pub payload: Option<Vec<u8>>,
}
