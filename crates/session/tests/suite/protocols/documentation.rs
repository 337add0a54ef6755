//! `docs/protocols.md`: the registry, what recognizes each protocol, and the conversations that
//! were recorded of it.

use super::descriptions::{DESCRIPTIONS, Description};
use super::recorded::{assert_file, fixtures};

use session::protocols::{Evidence, Handshake, PROTOCOLS, Protocol};

const FILE: &str = "../../docs/protocols.md";

const INTRODUCTION: &str = "\
# Protocols inside WebSockets

A socket's protocol is recognized by the subprotocol that the server selected, else by the URL, else by the first messages:
all must fit, and at least one must be one that hardly any other protocol has. **Decode as** selects another protocol.

The columns **Heartbeats** and **Pairs** say which messages only keep the connection alive, and which replies are linked
to their requests. **Fixtures** are conversations recorded with the real client
(`crates/session/tests/fixtures/protocols`); what is decoded of them is in
`crates/session/tests/suite/protocols/matrix.txt`. Protocols without one are tested with the vectors of their
specification. In `…/123/abc/websocket` and the like, parts of a URL are examples.

This file is written by `REPLAYSCOPE_BLESS=1 cargo test -p session --test suite protocols::documentation`, and compared by
every run of the tests.

";

fn description(protocol: &dyn Protocol) -> &'static Description {
    DESCRIPTIONS
        .iter()
        .find(|description| description.key == protocol.key())
        .unwrap_or_else(|| panic!("{} has a description in `descriptions.rs`", protocol.key()))
}

#[test]
fn the_table_of_protocols_is_that_of_the_registry() {
    let mut text = INTRODUCTION.to_owned();
    text.push_str(
        "| Protocol | Recognized by | Heartbeats | Pairs | Fixtures |\n| --- | --- | --- | --- | --- |\n",
    );
    for protocol in PROTOCOLS.iter().copied() {
        text.push_str(&row(protocol, description(protocol)));
    }
    assert_file(FILE, &text);
}

fn row(protocol: &dyn Protocol, description: &Description) -> String {
    let code = |names: &[&str]| names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    let mut evidence = Vec::new();
    if !description.subprotocols.is_empty() {
        evidence.push(format!("subprotocol {}", code(description.subprotocols)));
    }
    if !description.urls.is_empty() {
        evidence.push(format!("URL {}", code(description.urls)));
    }
    if description.has_distinctive_messages {
        evidence.push("messages".to_owned());
    }
    let fixtures = fixtures();
    let recorded = fixtures.iter().filter(|fixture| {
        fixture.sockets().any(|socket| {
            socket.recognition().is_some_and(|recognition| recognition.protocol.key() == protocol.key())
        })
    });
    let names: Vec<&str> = recorded.map(|fixture| fixture.name.as_str()).collect();
    let (heartbeats, pairs) = (description.heartbeats, description.pairs);
    format!(
        "| {} | {} | {heartbeats} | {pairs} | {} |\n",
        protocol.label(),
        evidence.join("; "),
        code(&names)
    )
}

#[test]
fn every_description_is_of_a_protocol_of_the_registry() {
    for description in DESCRIPTIONS {
        let is_known = PROTOCOLS.iter().any(|protocol| protocol.key() == description.key);
        assert!(is_known, "{} is in the registry", description.key);
    }
}

#[test]
fn documented_subprotocols_and_urls_are_recognized() {
    for protocol in PROTOCOLS.iter().copied() {
        let description = description(protocol);
        for name in description.subprotocols {
            let handshake = Handshake { url: "wss://host.test/".into(), subprotocol: Some((*name).into()) };
            assert_eq!(protocol.evidence(&handshake), Some(Evidence::Subprotocol), "{name}");
        }
        for url in description.urls {
            let url = if url.contains("://") { (*url).to_owned() } else { format!("wss://host.test{url}") };
            let handshake = Handshake { url: url.as_str().into(), subprotocol: None };
            assert_eq!(protocol.evidence(&handshake), Some(Evidence::Url), "{url}");
        }
    }
}
