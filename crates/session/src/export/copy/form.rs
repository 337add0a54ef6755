//! What a row can be copied as.

use super::body::{self, Fields};
use super::url::{is_http, is_socket};
use crate::model::{Body, Details, Messages, Missing, Record, RecordKind};

/// A text that a row is copied as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CopyForm {
    Url,
    /// A command of cURL for bash, which zsh reads alike.
    CurlBash,
    /// A command of cURL for the command prompt of Windows.
    CurlCmd,
    /// `Invoke-WebRequest`, for Windows PowerShell 5.1 and PowerShell 7.
    PowerShell,
    /// `fetch` for the console of a page.
    Fetch,
    NodeFetch,
    HarEntry,
    RequestBody,
    ResponseBody,
    Websocat,
    JavaScriptClient,
    MessagesAsJsonLines,
}

impl CopyForm {
    /// The forms of a request, in the order of the menu.
    pub const HTTP: [Self; 9] = [
        Self::Url,
        Self::CurlBash,
        Self::CurlCmd,
        Self::PowerShell,
        Self::Fetch,
        Self::NodeFetch,
        Self::HarEntry,
        Self::RequestBody,
        Self::ResponseBody,
    ];
    /// The forms of a socket, in the order of the menu.
    pub const SOCKET: [Self; 4] =
        [Self::Url, Self::Websocat, Self::JavaScriptClient, Self::MessagesAsJsonLines];
    /// The forms of several rows, in the order of the menu. A HAR has their entries.
    pub const SEVERAL: [Self; 7] = [
        Self::Url,
        Self::CurlBash,
        Self::CurlCmd,
        Self::PowerShell,
        Self::Fetch,
        Self::NodeFetch,
        Self::HarEntry,
    ];

    /// Its name on screen.
    pub fn label(self) -> &'static str {
        match self {
            Self::Url => "URL",
            Self::CurlBash => "cURL (bash)",
            Self::CurlCmd => "cURL (cmd)",
            Self::PowerShell => "PowerShell",
            Self::Fetch => "fetch",
            Self::NodeFetch => "Node fetch",
            Self::HarEntry => "HAR entry",
            Self::RequestBody => "Request body",
            Self::ResponseBody => "Response body",
            Self::Websocat => "websocat",
            Self::JavaScriptClient => "JavaScript client",
            Self::MessagesAsJsonLines => "Messages as JSON Lines",
        }
    }
}

/// A form of a row, and whether the row can be copied as it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormOffer {
    pub form: CopyForm,
    pub availability: Availability,
}

/// Whether a row can be copied in a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Availability {
    Ready,
    /// Bodies are in these files of the recording: load them first. Without them the copy lacks the
    /// bodies, and says so.
    NeedsFiles(Vec<Box<str>>),
    /// The messages are in a file of the recording: load it first.
    NeedsMessages,
    /// For the reason that the sentence gives.
    Unavailable(String),
}

/// The forms of a row, in the order of the menu.
pub fn forms_of(record: &Record, details: &Details) -> Vec<FormOffer> {
    let forms: &[CopyForm] = match record.kind {
        RecordKind::Http(_) => &CopyForm::HTTP,
        RecordKind::Socket(_) => &CopyForm::SOCKET,
    };
    let offer =
        |form: &CopyForm| FormOffer { form: *form, availability: availability(*form, record, details) };
    forms.iter().map(offer).collect()
}

/// Whether the row can be copied in the form.
pub(super) fn availability(form: CopyForm, record: &Record, details: &Details) -> Availability {
    let unavailable = |why: &str| Availability::Unavailable(why.to_owned());
    match form {
        CopyForm::Url if record.url.is_empty() => unavailable("The URL was not recorded"),
        CopyForm::Url => Availability::Ready,
        CopyForm::HarEntry => needs([&details.request_body, &details.response_body]),
        CopyForm::CurlBash
        | CopyForm::CurlCmd
        | CopyForm::PowerShell
        | CopyForm::Fetch
        | CopyForm::NodeFetch => {
            if record.socket().is_some() || !is_http(&record.url) {
                return unavailable("The URL is not an HTTP address");
            }
            needs([&details.request_body])
        }
        CopyForm::RequestBody => match (body::fields(details), &details.request_body) {
            (Fields::Encoded(_), _) => Availability::Ready,
            (Fields::Multipart, _) => unavailable("Only the fields of the form were recorded"),
            (Fields::None, body) => body_availability(body, "The request has no body"),
        },
        CopyForm::ResponseBody => body_availability(&details.response_body, "The response has no body"),
        CopyForm::Websocat | CopyForm::JavaScriptClient => match record.kind {
            RecordKind::Socket(_) if is_socket(&record.url) => Availability::Ready,
            _ => unavailable("The URL is not a WebSocket address"),
        },
        CopyForm::MessagesAsJsonLines => messages_availability(record),
    }
}

fn needs<const N: usize>(bodies: [&Body; N]) -> Availability {
    let path = |body: &Body| if let Body::InFile { path, .. } = body { Some(path.clone()) } else { None };
    let mut paths: Vec<Box<str>> = bodies.into_iter().filter_map(path).collect();
    paths.dedup();
    if paths.is_empty() { Availability::Ready } else { Availability::NeedsFiles(paths) }
}

fn body_availability(body: &Body, why_empty: &str) -> Availability {
    match body {
        Body::Empty => Availability::Unavailable(why_empty.to_owned()),
        Body::NotRecorded(why) => Availability::Unavailable(why.clone()),
        Body::InFile { .. } | Body::Text { .. } | Body::Binary { .. } => needs([body]),
    }
}

fn messages_availability(record: &Record) -> Availability {
    if record.messages_file().is_some() {
        return Availability::NeedsMessages;
    }
    if record.inline_messages().is_some() {
        return Availability::Ready;
    }
    let why = match record.socket().map(|socket| &socket.messages) {
        Some(Messages::Missing(Missing::NotExported)) => "The recording's producer does not export messages",
        Some(Messages::Missing(Missing::OutsideRecording)) => {
            "The messages are in a file outside of the recording's folder"
        }
        _ => "No messages were recorded",
    };
    Availability::Unavailable(why.to_owned())
}
