//! The command line.

use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, Parser, Subcommand, ValueEnum};
use compare::{PairState, Part};
use findings::{RULES, RuleInfo, Severity};

use crate::health::HealthArguments;
use crate::manage::{KeepCommand, KeyCommand};
use crate::serve::ServeArguments;

/// Reads recorded browser sessions: HAR, Playwright traces, rrweb, PostHog, Sentry, Highlight and
/// Replayscope's own format.
#[derive(Debug, Parser)]
#[command(name = "replayscope", version, propagate_version = true, arg_required_else_help = true)]
pub struct Arguments {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Opens recordings in the viewer, in the browser.
    Open(OpenArguments),
    /// Takes sessions from recorders, keeps them on a store and shows them.
    Serve(Box<ServeArguments>),
    /// Asks a server whether it is well: status 0 if so, else 2.
    Health(HealthArguments),
    /// Makes, lists and revokes keys of recorders.
    #[command(subcommand)]
    Key(KeyCommand),
    #[command(flatten)]
    Keep(KeepCommand),
    /// Answers an assistant's questions about recordings: an MCP server over standard input and output.
    Mcp(McpOptions),
    #[command(flatten)]
    Read(ReadCommand),
}

/// What reads a recording and writes what it finds.
#[derive(Debug, Subcommand)]
#[expect(clippy::doc_markdown, reason = "these comments are the help, which is plain text")]
pub enum ReadCommand {
    /// What the recording is, and what is in it.
    Summary {
        #[command(flatten)]
        input: Input,
    },
    /// The rows of the Network table: requests and WebSockets, by start.
    Requests {
        #[command(flatten)]
        input: Input,
        /// Lists only the rows that match, in the viewer's filter language.
        #[arg(long)]
        filter: Option<String>,
    },
    /// The messages of a WebSocket or an event stream.
    Messages {
        #[command(flatten)]
        input: Input,
        /// The row's number, or a part of its URL; not needed where only one row has messages.
        #[arg(long, value_name = "ROW|URL")]
        socket: Option<String>,
        /// Lists only the messages that match, in the viewer's filter language.
        #[arg(long)]
        filter: Option<String>,
        /// Writes payloads as their protocol or encoding reads them; with --json.
        #[arg(long)]
        decoded: bool,
    },
    /// Messages of all WebSockets that match a filter.
    Search {
        #[command(flatten)]
        input: Input,
        /// What to find, in the viewer's filter language.
        text: String,
    },
    /// The entries of the console.
    Console {
        #[command(flatten)]
        input: Input,
        /// Lists only the entries that match, in the viewer's filter language.
        #[arg(long)]
        filter: Option<String>,
    },
    /// What looks wrong: failures, sockets that died, slow requests and more, by named rules.
    Findings {
        #[command(flatten)]
        input: Input,
    },
    /// What differs between two recordings: requests and sockets that are missing, added or changed.
    Compare(CompareOptions),
    /// Writes the recording in another format.
    Convert(ConvertOptions),
    /// Writes the recording as a session without its credentials, and lists what was redacted.
    Redact(RedactOptions),
}

/// What `open` takes.
#[derive(Args, Debug)]
pub struct OpenArguments {
    /// The recordings: files, folders, zip archives, URLs (http, https, s3, gs, az), or - for standard input.
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<String>,
    /// The port; 0 for any free one.
    #[arg(long)]
    pub port: Option<u16>,
    /// Only prints the link.
    #[arg(long)]
    pub no_browser: bool,
    /// Seconds until the end after the last tab was closed.
    #[arg(long, value_name = "SECONDS", hide = true, value_parser = seconds)]
    pub idle: Option<f64>,
}

fn seconds(text: &str) -> Result<f64, String> {
    const MAX: f64 = 86_400.0;
    match text.parse::<f64>() {
        Ok(seconds) if (0.0..=MAX).contains(&seconds) => Ok(seconds),
        _ => Err(format!("must be a number from 0 to {MAX}")),
    }
}

/// What every command takes that lists something.
#[derive(Args, Debug)]
pub struct Input {
    /// The recording: a file, a folder, a zip archive, or - for standard input.
    pub file: String,
    /// Writes JSON Lines, one value a line.
    #[arg(long)]
    pub json: bool,
    /// Writes credentials as recorded; without it they are redacted.
    #[arg(long)]
    pub credentials: bool,
    /// Ends with status 1 if the recording has one of these: error (a failed row), unclosed-socket,
    /// console-error, truncated, the id of a rule of `findings`, or severity:error, severity:warning
    /// or severity:info (a finding as bad as that, or worse).
    #[arg(long, value_delimiter = ',', value_name = "FINDING", value_parser = FailOn::parser())]
    pub fail_on: Vec<FailOn>,
}

/// How two recordings are compared.
#[derive(Args, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "independent switches of the command line")]
pub struct CompareOptions {
    /// The base: a file, a folder, a zip archive, or - for standard input.
    pub base: String,
    /// The recording that is compared with it.
    pub other: String,
    /// Writes JSON Lines, one value a line.
    #[arg(long)]
    pub json: bool,
    /// Lists rows that are the same too.
    #[arg(long)]
    pub all: bool,
    /// Compares the messages of sockets too, by event.
    #[arg(long)]
    pub messages: bool,
    /// Writes credentials as recorded; without it they are redacted.
    #[arg(long)]
    pub credentials: bool,
    /// Ends with status 1 if there is such a row: changed, missing, added, or one that differs in
    /// status, timing, size, request-headers, response-headers, request-body, response-body, close
    /// or messages.
    #[arg(long, value_delimiter = ',', value_name = "DIFFERENCE", value_parser = FailOnDifference::parser())]
    pub fail_on: Vec<FailOnDifference>,
}

/// What makes a comparison fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailOnDifference {
    State(PairState),
    Part(Part),
}

impl FailOnDifference {
    fn named(name: &str) -> Option<Self> {
        let state = PairState::from_key(name).filter(|state| *state != PairState::Same);
        state.map(Self::State).or_else(|| Part::from_key(name).map(Self::Part))
    }

    fn parser() -> impl TypedValueParser<Value = Self> {
        let states = PairState::ALL.into_iter().filter(|state| *state != PairState::Same).map(PairState::key);
        let names = states.chain(Part::ALL.into_iter().map(Part::key));
        PossibleValuesParser::new(names).try_map(|given| Self::named(&given).ok_or("not a known difference"))
    }
}

/// How a recording is converted.
#[derive(Args, Debug)]
pub struct ConvertOptions {
    /// The recording: a file, a folder, a zip archive, or - for standard input.
    pub file: String,
    /// The format to write.
    #[arg(long, value_name = "FORMAT")]
    pub to: Target,
    #[command(flatten)]
    pub destination: Destination,
    /// Writes credentials as recorded; without it they are redacted.
    #[arg(long)]
    pub credentials: bool,
}

/// How a recording is redacted.
#[derive(Args, Debug)]
pub struct RedactOptions {
    /// The recording: a file, a folder, a zip archive, or - for standard input.
    pub file: String,
    /// The session to write: a file that ends in .zip, or a folder.
    #[arg(short, long, value_name = "OUT")]
    pub output: PathBuf,
    /// Replaces what is there.
    #[arg(long)]
    pub force: bool,
    /// Writes JSON Lines, one value a line.
    #[arg(long)]
    pub json: bool,
}

/// What an assistant may read.
#[derive(Args, Debug)]
pub struct McpOptions {
    /// A folder whose recordings may be read, with all in it; several can be given. Without it, the
    /// current folder.
    #[arg(long, value_name = "FOLDER")]
    pub root: Vec<PathBuf>,
    /// Answers with credentials as recorded; without it they are redacted.
    #[arg(long)]
    pub credentials: bool,
}

/// Where a file is written.
#[derive(Args, Debug)]
pub struct Destination {
    /// The file to write; for the native format a file that ends in .zip, or a folder. Without it,
    /// standard output.
    #[arg(short, long, value_name = "OUT")]
    pub output: Option<PathBuf>,
    /// Replaces what is there.
    #[arg(long)]
    pub force: bool,
}

/// A format that can be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Target {
    /// A HAR with the messages of the sockets.
    Har,
    /// A session of Replayscope: a folder, or a zip archive of it.
    Native,
    /// JSON Lines: a line for each row, message, console entry and event.
    Jsonl,
}

/// What makes a run fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailOn {
    /// A request that failed, or has a status of 400 or more, or a WebSocket that was refused.
    Error,
    /// A WebSocket without a close.
    UnclosedSocket,
    /// An error in the console: a logged one, a failed assertion or an uncaught exception.
    ConsoleError,
    /// A recording that could only be read in part.
    Truncated,
    /// A finding of that rule.
    Rule(&'static RuleInfo),
    /// A finding of that severity, or a worse one.
    Severity(Severity),
}

impl FailOn {
    /// All values with their names, in the order in which an error lists them.
    fn named() -> Vec<(String, Self)> {
        let states = [
            ("error", Self::Error),
            ("unclosed-socket", Self::UnclosedSocket),
            ("console-error", Self::ConsoleError),
            ("truncated", Self::Truncated),
        ];
        let severities = Severity::ALL
            .into_iter()
            .map(|severity| (format!("severity:{}", severity.key()), Self::Severity(severity)));
        let rules = RULES.into_iter().map(|rule| (rule.id.to_owned(), Self::Rule(rule)));
        states
            .map(|(name, value)| (name.to_owned(), value))
            .into_iter()
            .chain(severities)
            .chain(rules)
            .collect()
    }

    fn parser() -> impl TypedValueParser<Value = Self> {
        let names = Self::named().into_iter().map(|(name, _)| name);
        PossibleValuesParser::new(names).try_map(|given| {
            let found = Self::named().into_iter().find(|(name, _)| *name == given);
            found.map(|(_, value)| value).ok_or("not a known finding")
        })
    }
}
