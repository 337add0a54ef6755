//! What else is checked of everything that loads.

use session::model::{MessageColumns, Session};

/// The checks of a crate that shows sessions. The targets of the crate that only reads them have
/// none.
pub(crate) trait Views {
    /// Checks everything that is shown of a session. `typed` is what a user could type, or have in
    /// a URL. The session may be changed.
    fn check_session(session: &mut Session, typed: &[u8]);

    /// Checks the list of the messages of a file.
    fn check_messages(columns: &MessageColumns);
}
