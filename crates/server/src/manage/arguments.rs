//! The arguments of the commands for a store.

use clap::{Args, Subcommand};

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
