//! Methods, statuses and close codes as producers write them.

use std::borrow::Cow;

use super::lenient::Number;

/// The method; a common one without an allocation.
pub(in crate::formats) fn method_name(method: &str) -> Cow<'static, str> {
    const COMMON: [&str; 8] = ["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "CONNECT"];
    match COMMON.into_iter().find(|common| *common == method) {
        Some(common) => Cow::Borrowed(common),
        None => Cow::Owned(method.to_owned()),
    }
}

/// A status from 100 to 999. Producers write 0 or -1 if there was no response.
pub(in crate::formats) fn status(number: Number) -> Option<u16> {
    number.get().filter(|status| (100.0..1000.0).contains(status)).map(|status| status as u16)
}

/// A close code of a WebSocket (RFC 6455, 7.4).
pub(in crate::formats) fn close_code(number: Number) -> Option<u16> {
    number.get().filter(|code| (1000.0..5000.0).contains(code)).map(|code| code as u16)
}
