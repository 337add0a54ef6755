//! Recorded content on screen: payload viewers (tree, text, hex, image), lists of fields, and
//! notices that may quote a recording. Whatever is shown here is bounded, and its control and
//! direction characters are made visible.

mod credentials;
mod decoded;
mod fields;
mod hex;
mod image;
mod lines;
mod media;
mod notice;
mod search;
mod source;
mod text;
mod tree;
mod value;
mod viewer;
mod wrap;

pub use credentials::{CredentialMask, hides_credentials};
pub use decoded::DecodedView;
pub use fields::{Fields, LongFields};
pub use notice::{Alert, EmptyState};
pub use tree::FieldAction;
pub use value::{TextValue, ValueView};
pub use viewer::PayloadView;
