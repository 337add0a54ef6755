//! The Chrome DevTools Protocol: JSON-RPC without the member `jsonrpc`. Commands of several targets
//! share a socket, so an id counts within its `sessionId`.

use super::super::json_message::{JsonDialect, UnitResult, id_key, json_fit, request};
use super::super::units::Detail;
use super::super::{Decoder, Evidence, Fit, Frame, Handshake, PairKey, Protocol, Sample, Unit, Units};
use super::{Call, Calls, call_detail, response};
use crate::encodings::{SpanTree, Value};
use crate::model::Direction;

/// Domains that most sessions use.
const DOMAINS: &[&str] = &[
    "Accessibility",
    "Browser",
    "CSS",
    "DOM",
    "DOMDebugger",
    "DOMSnapshot",
    "Debugger",
    "Emulation",
    "Fetch",
    "HeapProfiler",
    "Inspector",
    "Network",
    "Overlay",
    "Page",
    "Performance",
    "Profiler",
    "Runtime",
    "Security",
    "ServiceWorker",
    "Target",
    "Tracing",
];

#[derive(Debug)]
pub(in super::super) struct Cdp;

impl Protocol for Cdp {
    fn key(&self) -> &'static str {
        "cdp"
    }

    fn label(&self) -> &'static str {
        "Chrome DevTools Protocol"
    }

    fn evidence(&self, handshake: &Handshake<'_>) -> Option<Evidence> {
        let path = handshake.path();
        (path.contains("/devtools/page/") || path.contains("/devtools/browser")).then_some(Evidence::Url)
    }

    fn fit(&self, frame: &Frame<'_>) -> Fit {
        json_fit(frame, |message| match Call::of(message) {
            Ok(_) if message.get("jsonrpc").is_some() => Fit::No,
            Ok(Call::Method { method, .. }) => match domain(&method) {
                Some(domain) if DOMAINS.contains(&domain) => Fit::Distinctive,
                Some(_) => Fit::Neutral,
                None => Fit::No,
            },
            Ok(Call::Response { id: Some(id), .. }) if id.u64().is_some() => Fit::Neutral,
            _ => Fit::No,
        })
    }

    fn decoder(&self, _: &Handshake<'_>, _: &Sample) -> Box<dyn Decoder> {
        Box::new(Calls::new(Dialect))
    }
}

/// The domain of a method such as `Runtime.evaluate`.
fn domain(method: &str) -> Option<&str> {
    let (domain, name) = method.split_once('.')?;
    let is_word = |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let is_method = domain.starts_with(|char: char| char.is_ascii_uppercase())
        && name.starts_with(|char: char| char.is_ascii_lowercase())
        && is_word(domain)
        && is_word(name);
    is_method.then_some(domain)
}

#[derive(Clone, Debug)]
struct Dialect;

impl JsonDialect for Dialect {
    fn unit<'v>(&mut self, message: Value<'v>, _: &mut SpanTree, units: &mut Units<'_>) -> UnitResult<'v> {
        let session = message.get_str("sessionId");
        let key =
            |id: Option<Value<'_>>| -> Option<PairKey> { id_key(session.as_deref().unwrap_or_default(), id) };
        Ok(match Call::of(message)? {
            Call::Method { method, id } => Unit::new(0..0, method).with_role(request(key(id))),
            Call::Response { id, is_error } => response(id, key(id), is_error, units),
        })
    }

    fn detail(&self, message: Value<'_>, _: Direction, detail: &mut Detail) {
        call_detail(message, detail);
    }
}
