//! The handshake of a socket as a client can repeat it.

use super::body::find;
use super::remark::{Names, Omission, Remark};
use super::request::{is_token, omit, sendable};
use super::url::CleanUrl;
use super::{CopyError, CopyRequest};
use crate::encodings::base64;
use crate::model::{Header, Record};
use crate::redact::Redactor;

const PROTOCOL: &str = "sec-websocket-protocol";
const EXTENSIONS: &str = "sec-websocket-extensions";
/// Headers that the client's handshake has anyway (RFC 6455, section 4.1).
const HANDSHAKE: [&str; 5] = ["connection", "upgrade", "host", "sec-websocket-key", "sec-websocket-version"];

/// What a client connects to, and what it offers.
#[derive(Debug)]
pub(super) struct Handshake {
    /// Without a fragment.
    pub(super) url: String,
    /// Different tokens.
    pub(super) protocols: Vec<String>,
    /// Headers that are not of the handshake itself.
    pub(super) headers: Vec<Header>,
    pub(super) remarks: Vec<Remark>,
}

impl Handshake {
    pub(super) fn of(request: &CopyRequest<'_>, record: &Record) -> Result<Self, CopyError> {
        let mut redactor = Redactor::new(request.sanitize);
        let mut remarks = Vec::new();
        let details = request.details;
        let url = CleanUrl::parse(&redactor.url(&record.url))
            .ok_or_else(|| CopyError::Unavailable("The URL is not a WebSocket address".to_owned()))?;
        remarks.extend(url.is_changed.then_some(Remark::UrlEncoded));
        let recorded = details.request_headers.as_deref();
        remarks.extend(recorded.is_none().then_some(Remark::HeadersNotRecorded));
        let mut headers = recorded.unwrap_or_default().to_vec();
        redactor.headers(&mut headers);
        let mut headers = sendable(headers, &mut remarks);
        let offered = find(&headers, PROTOCOL).map(str::to_owned);
        let offered = offered.or_else(|| {
            let list = details.socket.requested_protocols.as_deref()?;
            Some(redactor.protocols(list).into_owned())
        });
        let protocols = protocols(&offered.unwrap_or_default(), &mut remarks);
        let has_extensions = find(&headers, EXTENSIONS).is_some() || details.socket.extensions.is_some();
        remarks.extend(has_extensions.then_some(Remark::ExtensionsNegotiated));
        remarks.extend((redactor.count() > 0).then(|| Remark::Redacted(redactor.count())));
        headers.retain(|header| {
            let is = |name: &&str| header.name.eq_ignore_ascii_case(name);
            !HANDSHAKE.iter().chain(&[PROTOCOL, EXTENSIONS]).any(is)
        });
        let is_framing = |header: &Header| {
            ["content-length", "transfer-encoding"].iter().any(|name| header.name.eq_ignore_ascii_case(name))
        };
        omit(&mut headers, is_framing, Omission::Handshake, &mut remarks);
        if let Some(user_info) = url.user_info.as_ref().filter(|_| find(&headers, "authorization").is_none())
        {
            let value = format!("Basic {}", base64::encode(user_info));
            headers.push(Header { name: "Authorization".to_owned(), value });
            remarks.push(Remark::UserInfoAsHeader);
        }
        Ok(Self { url: url.of_socket(), protocols, headers, remarks })
    }
}

/// The subprotocols of a list: clients refuse those that are no tokens or occur twice.
fn protocols(list: &str, remarks: &mut Vec<Remark>) -> Vec<String> {
    let mut protocols: Vec<String> = Vec::new();
    let mut omitted = Names::default();
    for name in list.split(',').map(str::trim).filter(|name| !name.is_empty()) {
        /// No server is known to be offered more than a few; the search for repeats is linear.
        const MAX: usize = 100;
        if is_token(name) && protocols.len() < MAX && !protocols.iter().any(|known| known == name) {
            protocols.push(name.to_owned());
        } else {
            omitted.add(name);
        }
    }
    remarks.extend((!omitted.is_empty()).then_some(Remark::SubprotocolsOmitted(omitted)));
    protocols
}
