//! What the handshake of a socket offered and agreed on.

use session::encodings::visible_line;
use session::model::{Details, Header, Record};
use session::redact::{REDACTED, Redactor};

use super::{Fact, NOT_RECORDED};

const PROTOCOL: &str = "Sec-WebSocket-Protocol";
const EXTENSIONS: &str = "Sec-WebSocket-Extensions";
/// Characters of a list of subprotocols or extensions.
const MAX_LIST_CHARS: usize = 4000;
/// Prefixes of subprotocols that are followed by a credential: of AWS `AppSync`, and of Kubernetes.
const TOKEN_PREFIXES: [&str; 2] = ["header-", "base64url.bearer.authorization.k8s.io."];

/// Subprotocol and extensions: what the page offered and what the server agreed to. Credentials are
/// hidden as `redactor` says.
pub fn handshake_facts(record: &Record, details: &Details, redactor: &mut Redactor) -> Vec<Fact> {
    let Some(socket) = record.socket() else { return Vec::new() };
    let request = details.request_headers.as_deref();
    let response = details.response_headers.as_deref();
    let recorded = &details.socket;
    let offered = header(request, PROTOCOL).or_else(|| recorded.requested_protocols.clone());
    let agreed = socket.protocol.as_deref().map(str::to_owned);
    let agreed = agreed.or_else(|| recorded.protocol.clone()).or_else(|| header(response, PROTOCOL));
    let extensions = header(response, EXTENSIONS).or_else(|| recorded.extensions.clone());
    let list = offered.clone().unwrap_or_default();
    let offered = offered.map(|offered| redacted_protocols(&offered, redactor));
    let agreed = agreed.map(|agreed| redacted_agreed(&agreed, &list, redactor));
    let none_offered = is_complete(request).then_some("None");
    let none_agreed = is_complete(response).then_some("None");
    let offered_extensions = header(request, EXTENSIONS);
    vec![
        fact("Offered subprotocols", offered.as_deref(), none_offered),
        fact("Agreed subprotocol", agreed.as_deref(), none_agreed),
        fact("Offered extensions", offered_extensions.as_deref(), none_offered),
        fact("Agreed extensions", extensions.as_deref(), none_agreed),
    ]
}

/// A value as recorded; an empty one, and one that is missing from recorded headers, is none.
fn fact(label: &'static str, value: Option<&str>, missing: Option<&'static str>) -> Fact {
    let value = match value.map(str::trim) {
        Some("") => "None".to_owned(),
        Some(value) => visible_line(value, MAX_LIST_CHARS).into_owned(),
        None => missing.unwrap_or(NOT_RECORDED).to_owned(),
    };
    Fact::new(label, value)
}

/// Whether the headers of the handshake are recorded: one that is not among them was not sent.
/// Recorders that write the headers of the page only do not have those of the WebSocket protocol.
fn is_complete(headers: Option<&[Header]>) -> bool {
    let is_of_handshake = |header: &Header| {
        header.name.get(..14).is_some_and(|start| start.eq_ignore_ascii_case("sec-websocket-"))
    };
    headers.is_some_and(|headers| headers.iter().any(is_of_handshake))
}

/// The values of a header, joined as if they were written in one.
fn header(headers: Option<&[Header]>, name: &str) -> Option<String> {
    let values = headers?.iter().filter(|header| header.name.eq_ignore_ascii_case(name));
    let values: Vec<_> = values.map(|header| header.value.as_str()).collect();
    (!values.is_empty()).then(|| values.join(", "))
}

/// The headers of a handshake, with credentials hidden as `redactor` says.
pub fn redacted_headers(headers: &[Header], redactor: &mut Redactor) -> Vec<Header> {
    let mut headers = headers.to_vec();
    for header in headers.iter_mut().filter(|header| header.name.eq_ignore_ascii_case(PROTOCOL)) {
        header.value = redacted_protocols(&header.value, redactor);
    }
    redactor.headers(&mut headers);
    headers
}

/// A list of subprotocols without the credentials in it.
fn redacted_protocols(list: &str, redactor: &mut Redactor) -> String {
    let list = if redactor.is_on() {
        list.split(',').map(redacted_token).collect::<Vec<_>>().join(",")
    } else {
        list.to_owned()
    };
    redactor.protocols(&list).into_owned()
}

/// The agreed subprotocol; a server that agrees to a token repeats it.
fn redacted_agreed(agreed: &str, offered: &str, redactor: &mut Redactor) -> String {
    if redactor.is_on() && redacted_token(agreed) != agreed {
        return redacted_token(agreed);
    }
    redactor.agreed_protocol(agreed, offered).into_owned()
}

/// A subprotocol without the token after a known prefix.
fn redacted_token(item: &str) -> String {
    let name = item.trim_start();
    let prefix = TOKEN_PREFIXES.iter().find(|prefix| {
        name.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix))
            && name.len() > prefix.len()
    });
    match prefix {
        Some(prefix) => format!("{}{}{REDACTED}", " ".repeat(item.len() - name.len()), prefix),
        None => item.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{socket, with_socket};
    use session::model::SocketDetails;

    fn headers(list: &[(&str, &str)]) -> Vec<Header> {
        let header = |(name, value): &(&str, &str)| Header { name: (*name).into(), value: (*value).into() };
        list.iter().map(header).collect()
    }

    fn values(protocol: Option<&str>, details: &Details, is_on: bool) -> Vec<String> {
        let record = with_socket(socket(1, "wss://a.test/"), |socket| {
            socket.protocol = protocol.map(Into::into);
        });
        let facts = handshake_facts(&record, details, &mut Redactor::new(is_on));
        facts.into_iter().map(|fact| fact.value).collect()
    }

    #[test]
    fn offers_and_agreements_are_those_of_the_headers() {
        let details = Details {
            request_headers: Some(headers(&[
                ("sec-websocket-protocol", "v2, v1"),
                ("Sec-WebSocket-Protocol", "v0"),
                ("Sec-WebSocket-Extensions", "permessage-deflate; client_max_window_bits"),
            ])),
            response_headers: Some(headers(&[
                ("Sec-WebSocket-Accept", "x"),
                ("Sec-WebSocket-Protocol", "v2"),
            ])),
            ..Details::default()
        };
        let expected = ["v2, v1, v0", "v2", "permessage-deflate; client_max_window_bits", "None"];
        assert_eq!(values(None, &details, true), expected);
    }

    #[test]
    fn what_was_not_recorded_is_said() {
        assert_eq!(values(None, &Details::default(), true), [NOT_RECORDED; 4]);
        let socket = SocketDetails {
            requested_protocols: Some("a, b".to_owned()),
            extensions: Some(String::new()),
            ..SocketDetails::default()
        };
        let details = Details { socket, ..Details::default() };
        assert_eq!(values(Some("b"), &details, true), ["a, b", "b", NOT_RECORDED, "None"]);
    }

    #[test]
    fn tokens_in_subprotocols_are_hidden_until_asked_for() {
        let offers = [
            "graphql-ws, header-eyJob3N0IjoiYS50ZXN0In0",
            "base64url.bearer.authorization.k8s.io.ZXlKaGJHY2lPaUpJ, base64.binary.k8s.io",
            "bearer, abcdef0123456789",
        ];
        for offer in offers {
            let details = Details {
                request_headers: Some(headers(&[("Sec-WebSocket-Protocol", offer)])),
                ..Details::default()
            };
            let hidden = values(None, &details, true);
            assert!(hidden[0].contains(REDACTED), "{hidden:?}");
            assert!(!hidden[0].contains("eyJ") && !hidden[0].contains("ZXlK") && !hidden[0].contains("0123"));
            assert_eq!(values(None, &details, false)[0], offer);
            let listed = details.request_headers.unwrap_or_default();
            assert_eq!(redacted_headers(&listed, &mut Redactor::new(true))[0].value, hidden[0]);
        }
    }

    #[test]
    fn a_token_that_the_server_agreed_to_is_hidden() {
        let offer = "v1, header-eyJob3N0IjoiYS50ZXN0In0";
        let details = Details {
            request_headers: Some(headers(&[("Sec-WebSocket-Protocol", offer)])),
            ..Details::default()
        };
        let agreed = &values(Some("header-eyJob3N0IjoiYS50ZXN0In0"), &details, true)[1];
        assert_eq!(agreed, &format!("header-{REDACTED}"));
    }
}
