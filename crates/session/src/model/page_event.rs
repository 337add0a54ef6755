//! What happened on the page: what its user did, and where it went.

use super::{EpochMs, Span};

/// One event of the page.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PageEvent {
    pub time: Option<EpochMs>,
    pub kind: PageEventKind,
    /// The element of the source that tells of it; what it says is decoded when it is shown.
    pub source: Span,
    /// The browser window or tab it belongs to, an index into the windows of the session's DOM events.
    pub window: u16,
}

/// What sort of event it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PageEventKind {
    /// The page went to an address, or was loaded again. rrweb tells of a page that is loaded; a change of the address
    /// without a load (`history.pushState`) is none.
    Navigation,
    /// The document was parsed (`DOMContentLoaded`).
    DomContentLoaded,
    /// The page and all that belongs to it was loaded (`load`).
    Load,
    Click,
    DoubleClick,
    /// The menu of the right button was asked for.
    ContextMenu,
    /// A finger touched the page.
    Touch,
    /// A value was typed or chosen.
    Input,
    /// The window got another size.
    Resize,
    /// An event that the page or its recorder named itself.
    Custom,
}

/// What an event of the page says, decoded from its source.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PageEventDetails {
    /// The name of a custom event; the address of a navigation; what was typed, as recorded (masked where it was); the
    /// new size of a window in CSS pixels, `1280 × 720`. Empty where nothing of it was recorded.
    pub text: String,
    /// Of an input: a box was ticked or an option chosen. rrweb writes `false` of a box that was cleared as of a text.
    pub is_checked: bool,
    /// Where it happened on the page, in CSS pixels.
    pub position: Option<(f64, f64)>,
    /// The number of the node that it happened to, as rrweb counts them.
    pub node: Option<u32>,
    /// What a custom event carries, as JSON text.
    pub payload: Option<Vec<u8>>,
}
