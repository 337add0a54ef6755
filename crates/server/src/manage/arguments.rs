//! The arguments of the commands for a store.

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
    },
}

/// What is done with the sessions of a store.
#[derive(Debug, Subcommand)]
pub enum KeepCommand {
    /// Lists the sessions of a store, newest first.
    Ls(Box<ListOptions>),
    /// Deletes sessions of a store.
    Rm(Box<RemoveOptions>),
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
