//! What is read of a recording: a command, or a question of an assistant, with its filters parsed.

use presentation::network::RequestFilter;
use session::filter::{FilterError, MessageFilter, Query};

use super::{BodyRange, Context, console, details, findings, messages, requests, search, summary};
use crate::Failure;

/// What is read of a recording.
#[derive(Debug)]
pub enum Inspection {
    Summary,
    Requests { filter: Box<RequestFilter> },
    Request { row: u32, bodies: BodyRange },
    Messages { socket: Option<String>, filter: Box<MessageFilter>, is_decoded: bool },
    Search { filter: Box<MessageFilter> },
    Console { filter: Box<Query> },
    Findings,
}

impl Inspection {
    /// The rows of the Network table.
    ///
    /// # Errors
    /// If the filter is not valid.
    pub fn requests(filter: Option<&str>) -> Result<Self, Failure> {
        let text = filter.unwrap_or_default();
        let filter = RequestFilter::parse(text).map_err(|error| invalid_filter(text, &error))?;
        Ok(Self::Requests { filter: Box::new(filter) })
    }

    /// The messages of the row that `socket` names.
    ///
    /// # Errors
    /// If the filter is not valid.
    pub fn messages(socket: Option<&str>, filter: Option<&str>, is_decoded: bool) -> Result<Self, Failure> {
        let filter = Box::new(message_filter(filter.unwrap_or_default())?);
        Ok(Self::Messages { socket: socket.map(str::to_owned), filter, is_decoded })
    }

    /// The messages of all sockets that match `text`.
    ///
    /// # Errors
    /// If the filter is not valid.
    pub fn search(text: &str) -> Result<Self, Failure> {
        Ok(Self::Search { filter: Box::new(message_filter(text)?) })
    }

    /// The entries of the console.
    ///
    /// # Errors
    /// If the filter is not valid.
    pub fn console(filter: Option<&str>) -> Result<Self, Failure> {
        Ok(Self::Console { filter: Box::new(query(filter)?) })
    }

    /// Whether it has any number of lines.
    pub fn is_list(&self) -> bool {
        !matches!(self, Self::Summary | Self::Request { .. })
    }

    /// Writes it.
    ///
    /// # Errors
    /// If it is not in the recording, cannot be read, or cannot be written.
    pub fn run(&self, context: &mut Context<'_, '_>) -> Result<(), Failure> {
        match self {
            Self::Summary => Ok(summary::run(context)?),
            Self::Requests { filter } => Ok(requests::run(context, filter)?),
            Self::Request { row, bodies } => details::run(context, *row, *bodies),
            Self::Messages { socket, filter, is_decoded } => {
                messages::run(context, socket.as_deref(), filter, *is_decoded)
            }
            Self::Search { filter } => search::run(context, filter),
            Self::Console { filter } => Ok(console::run(context, filter)?),
            Self::Findings => Ok(findings::run(context)?),
        }
    }
}

fn query(filter: Option<&str>) -> Result<Query, Failure> {
    let filter = filter.unwrap_or_default();
    Query::try_parse(filter).map_err(|error| invalid_filter(filter, &error))
}

fn message_filter(filter: &str) -> Result<MessageFilter, Failure> {
    MessageFilter::parse(filter).map_err(|error| invalid_filter(filter, &error))
}

fn invalid_filter(filter: &str, error: &FilterError) -> Failure {
    Failure::Argument(format!("The filter {filter} is not valid: {error}"))
}
