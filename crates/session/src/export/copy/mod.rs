//! Rows as text for the clipboard: commands that send a request again, and parts of the recording.
//!
//! A recording is hostile input, and a copied command is run by the user's shell. What is written
//! is therefore quoted so that no shell interprets any of it, and has no line break and no character
//! outside of ASCII within a shell's quotes. What a form cannot express is left out and reported as
//! a [`Remark`]; nothing is changed in silence.
//!
//! Credentials follow the rules of every export ([`super::ExportOptions::sanitize`]): bodies are
//! copied as recorded.

mod bash;
mod body;
mod cmd;
mod curl;
mod fetch;
mod form;
mod javascript;
mod log;
mod power_shell;
mod remark;
mod request;
mod socket;
mod url;
mod web_socket;
mod websocat;

use std::fmt;

use super::MAX_COPIED_BYTES;
use crate::model::{Details, MessageLog, Record, Session};
use crate::protocols::Analysis;
use crate::redact::Redactor;
use remark::Remarks;
use request::HttpRequest;
use socket::Handshake;

pub use form::{Availability, CopyForm, FormOffer, forms_of};
pub use remark::{Names, Omission, Remark};

/// A row to copy, and what its session does not hold.
#[derive(Clone, Copy, Debug)]
pub struct CopyRequest<'a> {
    pub session: &'a Session,
    /// The index of the row in [`Session::records`].
    pub record: usize,
    /// The details of the row ([`Session::details`]).
    pub details: &'a Details,
    /// The files of the recording that hold its bodies, by their paths, as far as they were loaded.
    pub files: &'a [(String, Vec<u8>)],
    /// Its messages, where they are in a file of their own.
    pub messages: Option<MessageLog<'a>>,
    /// What the protocol says of the messages; `None` where nothing is decoded.
    pub analysis: Option<&'a Analysis>,
    /// Redacts credentials, but not within bodies.
    pub sanitize: bool,
}

impl<'a> CopyRequest<'a> {
    /// A request with what the session itself holds.
    pub fn new(session: &'a Session, record: usize, details: &'a Details, sanitize: bool) -> Self {
        Self { session, record, details, files: &[], messages: None, analysis: None, sanitize }
    }

    fn row(&self) -> Result<&'a Record, CopyError> {
        self.session.records.get(self.record).ok_or_else(CopyError::nothing)
    }
}

/// What is copied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    Text(String),
    /// A body that is not UTF-8.
    Bytes(Vec<u8>),
}

/// A copy, and how it differs from what was recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Copied {
    pub content: Content,
    /// Each once.
    pub remarks: Vec<Remark>,
}

/// Why nothing is copied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CopyError {
    /// The row has nothing of the form, for the reason that the sentence gives.
    Unavailable(String),
    /// It takes more than [`MAX_COPIED_BYTES`].
    TooLong,
}

impl CopyError {
    fn nothing() -> Self {
        Self::Unavailable("There is no row to copy".to_owned())
    }
}

impl fmt::Display for CopyError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unavailable(why) => formatter.write_str(why),
            Self::TooLong => formatter.write_str("Too long for the clipboard"),
        }
    }
}

impl std::error::Error for CopyError {}

/// Copies a row in a form.
///
/// # Errors
/// The row has nothing of that form ([`forms_of`] says so before), or it is too long.
pub fn copy(form: CopyForm, request: &CopyRequest<'_>) -> Result<Copied, CopyError> {
    let record = request.row()?;
    if let Availability::Unavailable(why) = form::availability(form, record, request.details) {
        return Err(CopyError::Unavailable(why));
    }
    let (content, remarks) = match form {
        CopyForm::Url => url_of(request, record),
        CopyForm::CurlBash
        | CopyForm::CurlCmd
        | CopyForm::PowerShell
        | CopyForm::Fetch
        | CopyForm::NodeFetch => command(form, request, record)?,
        CopyForm::HarEntry => log::entry(request)?,
        CopyForm::RequestBody => body::of_request(request)?,
        CopyForm::ResponseBody => body::of_response(request)?,
        CopyForm::Websocat => {
            let handshake = Handshake::of(request, record)?;
            (Content::Text(websocat::write(&handshake)), handshake.remarks)
        }
        CopyForm::JavaScriptClient => {
            let mut handshake = Handshake::of(request, record)?;
            (Content::Text(web_socket::write(&mut handshake)), handshake.remarks)
        }
        CopyForm::MessagesAsJsonLines => log::lines(request, record)?,
    };
    finish(content, remarks)
}

/// Copies several rows in one of [`CopyForm::SEVERAL`]: URLs one a line, commands one after the
/// other, the entries as a HAR. Rows that have nothing of the form are passed over and counted.
///
/// # Errors
/// No row has anything of that form, or they are too long together.
pub fn copy_all(form: CopyForm, requests: &[CopyRequest<'_>]) -> Result<Copied, CopyError> {
    if form == CopyForm::HarEntry {
        let (content, remarks) = log::har(requests)?;
        return finish(content, remarks);
    }
    if !CopyForm::SEVERAL.contains(&form) {
        let why = format!("{} is copied of one row at a time", form.label());
        return Err(CopyError::Unavailable(why));
    }
    let (mut text, mut remarks) = (String::new(), Remarks::default());
    let (mut skipped, mut redacted) = (0, 0);
    for request in requests {
        match copy(form, request) {
            Ok(Copied { content: Content::Text(part), remarks: more }) => {
                if !text.is_empty() {
                    text.push_str(separator(form));
                }
                text.push_str(&part);
                for remark in more {
                    match remark {
                        Remark::Redacted(count) => redacted += count,
                        remark => remarks.add(remark),
                    }
                }
            }
            Ok(_) | Err(CopyError::Unavailable(_)) => skipped += 1,
            Err(CopyError::TooLong) => return Err(CopyError::TooLong),
        }
        if text.len() > MAX_COPIED_BYTES {
            return Err(CopyError::TooLong);
        }
    }
    if text.is_empty() {
        return Err(CopyError::Unavailable(format!("No row can be copied as {}", form.label())));
    }
    let mut remarks = remarks.into_list();
    remarks.extend((redacted > 0).then_some(Remark::Redacted(redacted)));
    remarks.extend((skipped > 0).then_some(Remark::RowsSkipped { count: skipped, form }));
    Ok(Copied { content: Content::Text(text), remarks })
}

/// What is between two rows.
fn separator(form: CopyForm) -> &'static str {
    match form {
        CopyForm::CurlBash => bash::SEPARATOR,
        CopyForm::CurlCmd => cmd::SEPARATOR,
        CopyForm::PowerShell => power_shell::SEPARATOR,
        CopyForm::Fetch | CopyForm::NodeFetch => fetch::SEPARATOR,
        _ => "\n",
    }
}

fn url_of(request: &CopyRequest<'_>, record: &Record) -> (Content, Vec<Remark>) {
    let mut redactor = Redactor::new(request.sanitize);
    let recorded = redactor.url(&record.url);
    let url = url::on_one_line(&recorded);
    let mut remarks = Vec::new();
    remarks.extend((url != recorded).then_some(Remark::UrlEncoded));
    remarks.extend((redactor.count() > 0).then(|| Remark::Redacted(redactor.count())));
    (Content::Text(url), remarks)
}

fn command(
    form: CopyForm,
    request: &CopyRequest<'_>,
    record: &Record,
) -> Result<(Content, Vec<Remark>), CopyError> {
    let mut request = HttpRequest::of(request, record)?;
    let text = match form {
        CopyForm::CurlCmd => cmd::write(&mut request),
        CopyForm::PowerShell => power_shell::write(&mut request),
        CopyForm::Fetch => fetch::for_page(&mut request),
        CopyForm::NodeFetch => fetch::for_node(&mut request),
        _ => bash::write(&mut request),
    };
    Ok((Content::Text(text), request.remarks))
}

fn finish(content: Content, recorded: Vec<Remark>) -> Result<Copied, CopyError> {
    let len = match &content {
        Content::Text(text) => text.len(),
        Content::Bytes(bytes) => bytes.len(),
    };
    if len > MAX_COPIED_BYTES {
        return Err(CopyError::TooLong);
    }
    let mut remarks = Remarks::default();
    for remark in recorded {
        remarks.add(remark);
    }
    Ok(Copied { content, remarks: remarks.into_list() })
}
