//! The details of one row, decoded from the session's bytes when they are opened.

use super::Millis;

/// A header as recorded: order, case and repeats are kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    pub name: String,
    pub value: String,
}

/// A labeled value, as the details list it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Property {
    pub label: &'static str,
    pub value: String,
}

/// A body, or why there is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Body {
    /// The recording states that nothing was sent.
    Empty,
    /// The recording does not hold it, for the reason that the sentence gives.
    NotRecorded(String),
    /// In a file of the recording, named relative to it and read on demand.
    InFile {
        path: Box<str>,
        mime: String,
    },
    Text {
        text: String,
        mime: String,
        is_truncated: bool,
    },
    Binary {
        bytes: Vec<u8>,
        mime: String,
        is_truncated: bool,
    },
}

/// Why the recorder omits a body that was transferred: as the session format names it, and as a
/// sentence.
const OMISSIONS: [(&str, &str); 2] = [
    ("not-read", "Not read by the page: the recorder captures what the page reads of a response"),
    ("stream", "Sent as a stream, which the recorder leaves to the page"),
];

impl Body {
    /// A body that was omitted for the reason of that name in the session format.
    pub fn omitted(name: &str) -> Option<Self> {
        let (_, why) = OMISSIONS.into_iter().find(|(known, _)| *known == name)?;
        Some(Self::NotRecorded(why.to_owned()))
    }

    /// The name of that reason in the session format.
    pub fn omission_name(&self) -> Option<&'static str> {
        let Self::NotRecorded(why) = self else { return None };
        OMISSIONS.into_iter().find_map(|(name, known)| (known == why).then_some(name))
    }

    /// Sets whether only the beginning of the content was recorded. A body without content stays as
    /// it is.
    pub fn set_truncated(&mut self, value: bool) {
        if let Self::Text { is_truncated, .. } | Self::Binary { is_truncated, .. } = self {
            *is_truncated = value;
        }
    }
}

impl Default for Body {
    fn default() -> Self {
        Self::NotRecorded("Body not recorded".to_owned())
    }
}

/// The protocol of a request and of its response: `h2`, `HTTP/1.1`. Recorders that know one of both
/// set both.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Protocols {
    pub request: Option<String>,
    pub response: Option<String>,
}

impl Protocols {
    /// Of a recorder that does not distinguish them.
    pub fn both(protocol: Option<String>) -> Self {
        Self { request: protocol.clone(), response: protocol }
    }
}

/// A metric of the `Server-Timing` header.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ServerTiming {
    pub name: String,
    pub duration: Option<Millis>,
}

/// The details of one record. What was not recorded is `None`; a list that was recorded without
/// elements is empty.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Details {
    /// The id of the page that it belongs to.
    pub page_id: Option<String>,
    pub status_text: Option<String>,
    /// An error that is more than a text, as JSON.
    pub structured_error: Option<String>,
    pub protocol: Protocols,
    pub remote_address: Option<String>,
    pub connection: Option<String>,
    pub priority: Option<String>,
    /// The cache that served the response.
    pub cache: Option<String>,
    /// How Safari fetched the response: `Network Load`, `Memory Cache`.
    pub fetch_type: Option<String>,
    /// The target of a redirect.
    pub redirect_url: Option<String>,
    /// How long redirects took before the request.
    pub redirect_duration: Option<Millis>,
    /// The MIME type of the response, where the format records it apart from the body.
    pub mime_type: Option<String>,
    /// The MIME type of the response's body, recorded with the body even where its bytes are not.
    pub body_mime_type: Option<String>,
    /// The type of what initiated the request, in the words of Resource Timing.
    pub initiator: Option<String>,
    /// What made the browser send the request, where the recording says more than a type.
    pub caller: Option<Caller>,
    pub socket: SocketDetails,
    pub comment: Option<String>,
    /// In the order of the source.
    pub server_timing: Vec<ServerTiming>,
    /// What only one format records. Shown, and never read by code.
    pub extra: Vec<Property>,
    pub request_headers: Option<Vec<Header>>,
    pub response_headers: Option<Vec<Header>>,
    /// The cookies of the request, as a `Cookie` header has them, where they are listed without one.
    pub request_cookies: Option<String>,
    pub query: Vec<Header>,
    /// Fields of a submitted form, where the producer lists them.
    pub form: Vec<Header>,
    pub request_body: Body,
    pub response_body: Body,
}

/// What made the browser send a request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Caller {
    /// `parser`, `script`, `preload`, `preflight`, `other`.
    pub kind: Option<String>,
    /// The document or script.
    pub url: Option<String>,
    /// The line in it, from 1.
    pub line: Option<u64>,
    /// The call stack of a script, innermost first.
    pub frames: Vec<StackFrame>,
}

impl Caller {
    /// The URL of the document or script that made the request: the one that is named, else that of
    /// the innermost frame that has one.
    pub fn source_url(&self) -> Option<&str> {
        let named = self.url.as_deref().into_iter();
        let urls = named.chain(self.frames.iter().filter_map(|frame| frame.url.as_deref()));
        urls.into_iter().find(|url| !url.is_empty())
    }
}

/// A frame of a call stack. Lines and columns count from 1.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StackFrame {
    pub function: Option<String>,
    pub url: Option<String>,
    pub line: Option<u64>,
    pub column: Option<u64>,
}

/// What the handshake of a socket agreed on, where it is recorded outside of the headers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SocketDetails {
    pub id: Option<String>,
    /// The subprotocols that were offered, separated by commas.
    pub requested_protocols: Option<String>,
    /// The subprotocol that the server chose.
    pub protocol: Option<String>,
    pub extensions: Option<String>,
}

impl Details {
    /// The recorded values with their labels, in the order in which they are listed.
    pub fn properties(&self) -> Vec<Property> {
        let (request, response) = (&self.protocol.request, &self.protocol.response);
        // Listed once where it is the same, as it nearly always is.
        let other_response = response.as_ref().filter(|response| Some(*response) != request.as_ref());
        let redirects = self.redirect_duration.map(Millis::duration);
        let listed = [
            ("Status text", self.status_text.as_ref()),
            ("Error as recorded", self.structured_error.as_ref()),
            ("Protocol", request.as_ref()),
            ("Response protocol", other_response),
            ("Remote address", self.remote_address.as_ref()),
            ("Connection", self.connection.as_ref()),
            ("Priority", self.priority.as_ref()),
            ("Served from", self.cache.as_ref()),
            ("Fetch type", self.fetch_type.as_ref()),
            ("Redirects to", self.redirect_url.as_ref()),
            ("MIME type", self.mime_type.as_ref()),
            ("Redirects", redirects.as_ref()),
            ("Initiator", self.initiator.as_ref()),
            ("Requested subprotocols", self.socket.requested_protocols.as_ref()),
            ("Subprotocol", self.socket.protocol.as_ref()),
            ("Extensions", self.socket.extensions.as_ref()),
            ("Socket id", self.socket.id.as_ref()),
            ("Request cookies", self.request_cookies.as_ref()),
            ("Comment", self.comment.as_ref()),
        ];
        let listed = listed.into_iter().filter_map(|(label, value)| Some(Property::new(label, value?)));
        let timings = self.server_timing.iter().map(ServerTiming::property);
        listed.chain(self.extra.iter().cloned()).chain(timings).collect()
    }

    /// Lists a value that only one format records.
    pub fn push_extra(&mut self, label: &'static str, value: Option<impl Into<String>>) {
        self.extra.extend(value.map(|value| Property::new(label, value)));
    }
}

impl Property {
    pub fn new(label: &'static str, value: impl Into<String>) -> Self {
        Self { label, value: value.into() }
    }
}

impl ServerTiming {
    /// `db: 12 ms`
    fn property(&self) -> Property {
        let name = Some(self.name.clone()).filter(|name| !name.is_empty());
        let parts = [name, self.duration.map(Millis::duration)];
        Property::new("Server timing", parts.into_iter().flatten().collect::<Vec<_>>().join(": "))
    }
}
