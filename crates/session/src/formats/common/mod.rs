//! What several formats share: reading JSON leniently, and the values that producers write.

pub(super) mod arguments;
pub(super) mod body;
pub(super) mod ending;
pub(super) mod evidence;
pub(super) mod fields;
pub(super) mod http;
pub(super) mod infer;
pub(super) mod lenient;
pub(super) mod message;
pub(super) mod part;
pub(super) mod path;
pub(super) mod records;
pub(super) mod signatures;
pub(super) mod size;
pub(super) mod stored;
pub(super) mod text_encoding;
pub(super) mod unflagged_base64;
pub(super) mod values;
