//! The arguments of the commands for a store.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Subcommand};

use crate::selection::{Conditions, duration};

/// The store.
#[derive(Args, Debug)]
pub struct StoreArguments {
    /// Where sessions are kept: a folder, or the URL of an object store (s3, gs, az).
    #[arg(long, env = "REPLAYSCOPE_STORE", value_name = "URL|FOLDER", default_value = "replayscope-data")]
    pub store: String,
}

/// What is done with keys of recorders.
#[derive(Debug, Subcommand)]
pub enum KeyCommand {
    /// Makes a key and prints it; the store keeps only its hash.
    New {
        #[command(flatten)]
        store: StoreArguments,
        /// The project that it is for: lower-case letters, digits and hyphens.
        #[arg(long, value_name = "NAME")]
        project: String,
        /// Origins of the pages that may use it, such as <https://shop.example.com>; without one, any.
        #[arg(long, value_delimiter = ',', value_name = "ORIGIN")]
        origin: Vec<String>,
        /// Sessions that it may send in a day, to each server.
        #[arg(long, value_name = "COUNT")]
        sessions_per_day: Option<u64>,
        /// Bytes that it may send in a day, to each server.
        #[arg(long, value_name = "BYTES")]
        bytes_per_day: Option<u64>,
    },
    /// Lists the keys: what they are for, not what they are.
    List {
        #[command(flatten)]
        store: StoreArguments,
        /// Writes JSON Lines, one key a line.
        #[arg(long)]
        json: bool,
    },
    /// Makes a key invalid. Servers refuse it after ten seconds.
    Revoke {
        #[command(flatten)]
        store: StoreArguments,
        /// Its id, as listed.
        id: String,
        /// Recorders with the key end their recordings, and drop what they have not delivered. Without it they keep it,
        /// for a page with another key.
        #[arg(long)]
        stop: bool,
    },
}

/// What is done with the sessions of a store.
#[derive(Debug, Subcommand)]
pub enum KeepCommand {
    /// Lists the sessions of a store, newest first.
    Ls(Box<ListOptions>),
    /// Deletes sessions of a store.
    Rm(Box<RemoveOptions>),
    /// Writes a session of a store to a zip archive or a folder.
    Export(ExportOptions),
    /// Makes sessions of a store from recordings.
    Import(ImportOptions),
    /// Finds out whether a store, or the way to a server, is fit for sessions: status 0 if so, else 2.
    Check(CheckOptions),
}

/// Which sessions are listed.
#[derive(Args, Debug)]
pub struct ListOptions {
    #[command(flatten)]
    pub store: StoreArguments,
    #[command(flatten)]
    pub conditions: Conditions,
    /// Sessions that were received longer ago than this, such as 30days.
    #[arg(long, value_name = "AGE", value_parser = duration, conflicts_with_all = ["from", "to"])]
    pub older: Option<Duration>,
    /// The most sessions that are listed.
    #[arg(long, value_name = "COUNT", default_value_t = catalog::DEFAULT_LIMIT)]
    pub limit: usize,
    /// Writes JSON Lines, one session a line.
    #[arg(long)]
    pub json: bool,
}

/// Which sessions are deleted.
#[derive(Args, Debug)]
pub struct RemoveOptions {
    #[command(flatten)]
    pub store: StoreArguments,
    /// Their ids, with --project, or `PROJECT/ID`.
    #[arg(value_name = "SESSION")]
    pub sessions: Vec<String>,
    #[command(flatten)]
    pub conditions: Conditions,
    /// Sessions that were received longer ago than this, such as 30days.
    #[arg(long, value_name = "AGE", value_parser = duration, conflicts_with_all = ["from", "to"])]
    pub older: Option<Duration>,
    /// Lists what would be deleted, and deletes nothing.
    #[arg(long)]
    pub dry_run: bool,
    /// Deletes without asking.
    #[arg(short, long)]
    pub yes: bool,
    /// Writes JSON Lines, one session a line.
    #[arg(long)]
    pub json: bool,
}

/// Which session is written, and where.
#[derive(Args, Debug)]
pub struct ExportOptions {
    #[command(flatten)]
    pub store: StoreArguments,
    /// Its id, or `PROJECT/ID`.
    pub session: String,
    /// Its project; not needed where only one has a session of that id.
    #[arg(long, value_name = "NAME")]
    pub project: Option<String>,
    /// A file that ends in .zip, or a folder. Without it, a zip archive with the session's id in the current folder.
    #[arg(short, long, value_name = "OUT")]
    pub output: Option<PathBuf>,
    /// Replaces what is there.
    #[arg(long)]
    pub force: bool,
}

/// What is imported, and where to.
#[derive(Args, Debug)]
pub struct ImportOptions {
    /// The recordings: files, folders, zip archives, or - for standard input.
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<String>,
    /// The store: a folder, or the URL of an object store (s3, gs, az).
    #[arg(long, value_name = "URL|FOLDER")]
    pub to: String,
    /// The project that the sessions become part of.
    #[arg(long, value_name = "NAME", default_value = "default")]
    pub project: String,
    /// Keeps credentials of recordings in other formats as recorded; without it they are redacted. A session of
    /// Replayscope is taken as it is.
    #[arg(long)]
    pub credentials: bool,
    /// Writes JSON Lines, one recording a line.
    #[arg(long)]
    pub json: bool,
}

/// What is checked.
#[derive(Args, Debug)]
pub struct CheckOptions {
    /// A store (a folder, or a URL of s3, gs or az), or a server's address as recorders use it (http, https).
    #[arg(env = "REPLAYSCOPE_STORE", value_name = "STORE|URL", default_value = "replayscope-data")]
    pub target: String,
    /// Lists sessions that the catalog does not have, and removes those from it that the store does not have.
    #[arg(long)]
    pub repair: bool,
    /// A recorder's key, for a server.
    #[arg(long, env = "REPLAYSCOPE_KEY", value_name = "KEY", hide_env_values = true)]
    pub key: Option<String>,
    /// Writes JSON Lines, one check a line.
    #[arg(long)]
    pub json: bool,
}
