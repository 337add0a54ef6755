//! A HAR entry as far as the Network table needs it. Bodies and headers stay where they are until details ask.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::own::Own;
use crate::read::lenient::{Flag, Number, Object, Text, unwanted};

#[derive(Debug, Default, Deserialize)]
#[serde(default, bound(deserialize = "'de: 'a"))]
pub(super) struct Entry<'a> {
    #[serde(rename = "startedDateTime")]
    pub(super) started: Text<'a>,
    pub(super) time: Number,
    pub(super) pageref: Text<'a>,
    pub(super) request: Object<Request<'a>>,
    pub(super) response: Object<Response<'a>>,
    pub(super) timings: Object<Timings>,
    #[serde(rename = "_resourceType")]
    pub(super) resource_type: Text<'a>,
    /// Chrome: `memory`, `disk`, …
    #[serde(rename = "_fromCache")]
    pub(super) from_cache: Text<'a>,
    /// HTTP Toolkit: an object, or the word `aborted`.
    #[serde(rename = "_webSocketClose")]
    pub(super) close: CloseField,
    #[serde(rename = "_wasAborted")]
    pub(super) was_aborted: Flag,
    #[serde(rename = "_replayscope")]
    pub(super) own: Object<Own<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, bound(deserialize = "'de: 'a"))]
pub(super) struct Request<'a> {
    pub(super) method: Text<'a>,
    pub(super) url: Text<'a>,
    pub(super) headers: UpgradeHeader,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, bound(deserialize = "'de: 'a"))]
pub(super) struct Response<'a> {
    pub(super) status: Number,
    #[serde(rename = "bodySize")]
    pub(super) body_size: Number,
    #[serde(rename = "headersSize")]
    pub(super) headers_size: Number,
    #[serde(rename = "_transferSize")]
    pub(super) transfer_size: Number,
    pub(super) content: Object<Content<'a>>,
    /// Chrome and mitmproxy.
    #[serde(rename = "_error")]
    pub(super) error: Text<'a>,
    /// Playwright.
    #[serde(rename = "_failureText")]
    pub(super) failure_text: Text<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, bound(deserialize = "'de: 'a"))]
pub(super) struct Content<'a> {
    pub(super) size: Number,
    #[serde(rename = "mimeType")]
    pub(super) mime: Text<'a>,
    /// Playwright: the body, or a socket's messages, in a file beside the HAR.
    #[serde(rename = "_file")]
    pub(super) file: Text<'a>,
    /// Playwright's traces up to version 8: the same, as a bare name under `resources/`.
    #[serde(rename = "_sha1")]
    pub(super) sha1: Text<'a>,
}

#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Timings {
    pub(super) blocked: Number,
    pub(super) dns: Number,
    pub(super) connect: Number,
    pub(super) ssl: Number,
    pub(super) send: Number,
    pub(super) wait: Number,
    pub(super) receive: Number,
}

/// The close as HTTP Toolkit writes it.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) enum CloseField {
    #[default]
    Absent,
    Aborted,
    /// Code, reason, and the time in epoch seconds.
    Recorded {
        code: Number,
        reason: Option<Box<str>>,
        timestamp: Number,
        /// Our own addition.
        was_clean: Flag,
    },
}

impl<'de> Deserialize<'de> for CloseField {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct CloseVisitor;
        impl<'de> Visitor<'de> for CloseVisitor {
            type Value = CloseField;
            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("an object or a word")
            }
            fn visit_str<E>(self, word: &str) -> Result<CloseField, E> {
                Ok(if word.is_empty() { CloseField::Absent } else { CloseField::Aborted })
            }
            unwanted!(CloseField::Absent => bool, number, array, null);
            fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<CloseField, A::Error> {
                let (mut code, mut reason, mut timestamp) = (Number::Missing, None, Number::Missing);
                let mut was_clean = Flag::default();
                while let Some(key) = fields.next_key::<Text<'de>>()? {
                    match key.as_str() {
                        Some("code") => code = fields.next_value()?,
                        Some("reason") => reason = fields.next_value::<Text<'de>>()?.boxed(),
                        Some("timestamp") => timestamp = fields.next_value()?,
                        Some("wasClean") => was_clean = fields.next_value()?,
                        _ => {
                            fields.next_value::<IgnoredAny>()?;
                        }
                    }
                }
                Ok(CloseField::Recorded { code, reason, timestamp, was_clean })
            }
        }
        deserializer.deserialize_any(CloseVisitor)
    }
}

/// Whether the request headers ask for an upgrade to WebSocket. The headers themselves are not kept.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct UpgradeHeader(pub(super) bool);

#[derive(Default, Deserialize)]
#[serde(default, bound(deserialize = "'de: 'a"))]
pub(super) struct NameValue<'a> {
    pub(super) name: Text<'a>,
    pub(super) value: Text<'a>,
}

impl NameValue<'_> {
    pub(super) fn is(&self, name: &str) -> bool {
        self.name.as_str().is_some_and(|found| found.eq_ignore_ascii_case(name))
    }

    pub(super) fn is_upgrade(&self) -> bool {
        self.is("upgrade") && self.value.as_str().is_some_and(|value| value.eq_ignore_ascii_case("websocket"))
    }
}

impl<'de> Deserialize<'de> for UpgradeHeader {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct HeadersVisitor;
        impl<'de> Visitor<'de> for HeadersVisitor {
            type Value = bool;
            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("headers")
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut headers: A) -> Result<bool, A::Error> {
                let mut is_upgrade = false;
                while let Some(header) = headers.next_element::<Object<NameValue<'de>>>()? {
                    is_upgrade |= header.0.is_some_and(|header| header.is_upgrade());
                }
                Ok(is_upgrade)
            }
            unwanted!(false => bool, number, text, object, null);
        }
        deserializer.deserialize_any(HeadersVisitor).map(Self)
    }
}
