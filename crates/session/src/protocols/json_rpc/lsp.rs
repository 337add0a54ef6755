//! The Language Server Protocol over JSON-RPC (vscode-ws-jsonrpc 3.5: one message a WebSocket
//! message, no header).

use super::super::json_message::{JsonDialect, UnitResult, id_key, json_fit, request};
use super::super::recognize::count_distinctive;
use super::super::units::Detail;
use super::super::{Decoder, Fit, Frame, Handshake, Protocol, Sample, Unit, Units};
use super::{Call, Calls, body, call_detail, fit, response};
use crate::encodings::{SpanTree, Value};
use crate::model::Direction;

/// The beginnings of methods that only language servers and their clients have.
const METHODS: &[&str] = &[
    "textDocument/",
    "workspace/",
    "window/",
    "client/registerCapability",
    "completionItem/",
    "codeAction/",
    "codeLens/",
    "$/cancelRequest",
    "$/setTrace",
    "$/logTrace",
];

#[derive(Debug)]
pub(in super::super) struct Lsp;

impl Protocol for Lsp {
    fn key(&self) -> &'static str {
        "lsp"
    }

    fn label(&self) -> &'static str {
        "Language Server Protocol"
    }

    fn fit(&self, frame: &Frame<'_>) -> Fit {
        json_fit(&Frame { data: body(frame.data), ..*frame }, fit)
    }

    fn score(&self, sample: &Sample) -> usize {
        // Responses are those of JSON-RPC: one message that only this protocol has decides.
        let mut is_found = false;
        for frame in sample.frames() {
            json_fit(&Frame { data: body(frame.data), ..frame }, |message| {
                is_found |= is_of_language_server(message);
                Fit::Neutral
            });
        }
        if is_found { count_distinctive(sample, |frame| self.fit(frame)) + 1 } else { 0 }
    }

    fn decoder(&self, _: &Handshake<'_>, _: &Sample) -> Box<dyn Decoder> {
        Box::new(Calls::new(Dialect))
    }
}

fn is_of_language_server(message: Value<'_>) -> bool {
    let Some(method) = message.get_str("method") else { return false };
    let has = |key| message.path(&["params", key]).is_some();
    METHODS.iter().any(|start| method.starts_with(start))
        || (method == "initialize" && has("capabilities") && (has("processId") || has("rootUri")))
}

#[derive(Clone, Debug)]
struct Dialect;

impl JsonDialect for Dialect {
    fn unit<'v>(&mut self, message: Value<'v>, _: &mut SpanTree, units: &mut Units<'_>) -> UnitResult<'v> {
        Ok(match Call::of(message)? {
            Call::Method { method, id } => Unit::new(0..0, method).with_role(request(id_key("call", id))),
            Call::Response { id, is_error } => response(id, id_key("call", id), is_error, units),
        })
    }

    fn detail(&self, message: Value<'_>, _: Direction, detail: &mut Detail) {
        detail
            .optional("Document", message.path(&["params", "textDocument"]).and_then(|at| at.get_str("uri")));
        call_detail(message, detail);
    }
}
