//! What is done with a store on the command line.

mod arguments;
mod check;
mod export;
mod import;
mod key;
mod list;
mod progress;
mod remove;

use std::path::Path;
use std::sync::Arc;

use catalog::{Catalog, Page, Query};
use store::{SessionKey, Settings, Store, StoreError};
use tokio::runtime::Runtime;

use crate::rows::session_key;
use crate::{Failure, Outcome};
pub use arguments::{
    CheckOptions, ExportOptions, ImportOptions, KeepCommand, KeyCommand, ListOptions, RemoveOptions,
    StoreArguments,
};

/// Makes, lists or revokes keys of recorders.
///
/// # Errors
/// If an argument is not valid, or the store does not answer.
pub fn run_key(command: &KeyCommand) -> Result<Outcome, Failure> {
    Runtime::new()?.block_on(key::run(command))
}

/// Carries out a command for the sessions of a store.
///
/// # Errors
/// If an argument is not valid, or the store does not answer.
pub fn run(command: &KeepCommand) -> Result<Outcome, Failure> {
    let runtime = Runtime::new()?;
    match command {
        KeepCommand::Ls(options) => runtime.block_on(list::run(options)),
        KeepCommand::Rm(options) => runtime.block_on(remove::run(options)),
        KeepCommand::Export(options) => runtime.block_on(export::run(options)),
        KeepCommand::Import(options) => runtime.block_on(import::run(options)),
        KeepCommand::Check(options) => runtime.block_on(check::run(options)),
    }
}

async fn open(arguments: &StoreArguments) -> Result<Store, Failure> {
    Store::open(&arguments.store, Settings::default()).await.map_err(|error| failed(arguments, &error))
}

fn failed(arguments: &StoreArguments, error: &StoreError) -> Failure {
    unusable(&arguments.store, error)
}

fn unusable(location: &str, error: &StoreError) -> Failure {
    Failure::Argument(format!("{location} cannot be used: {error}"))
}

/// A store that exists, with its catalog.
#[derive(Debug)]
struct Kept {
    location: String,
    store: Arc<Store>,
    catalog: Catalog,
}

impl Kept {
    /// Opens a store that there is: a folder with a wrong name does not become one.
    async fn open(arguments: &StoreArguments) -> Result<Self, Failure> {
        let location = &arguments.store;
        let is_folder = !location.contains("://");
        if is_folder && !Path::new(location).join("replayscope.json").is_file() {
            let what = "is not a store. --store names another; `serve` and `import` make one.";
            return Err(Failure::Argument(format!("{location} {what}")));
        }
        Self::open_or_make(location).await
    }

    async fn open_or_make(location: &str) -> Result<Self, Failure> {
        let store = Store::open(location, Settings::default()).await;
        let store = Arc::new(store.map_err(|error| unusable(location, &error))?);
        let catalog = Catalog::new(store.objects());
        Ok(Self { location: location.to_owned(), store, catalog })
    }

    /// A page of the catalog.
    async fn page(&self, query: &Query) -> Result<Page, Failure> {
        self.catalog.query(query).await.map_err(|error| self.catalog_failed(&error))
    }

    fn failed(&self, error: &StoreError) -> Failure {
        unusable(&self.location, error)
    }

    fn catalog_failed(&self, error: &catalog::Error) -> Failure {
        Failure::Argument(format!("The catalog of {} cannot be used: {error}", self.location))
    }

    /// The session that an argument names: by its id in a project, as `PROJECT/ID`, or by an id that only one project
    /// has.
    async fn named(&self, project: Option<&str>, name: &str) -> Result<SessionKey, Failure> {
        let (project, session) = match name.split_once('/') {
            Some((project, session)) => (Some(project), session),
            None => (project, name),
        };
        let absent = || Failure::Argument(format!("There is no session {name} in {}.", self.location));
        if let Some(project) = project {
            return session_key(project, session).ok_or_else(absent);
        }
        let query = Query { q: Some(session.to_owned()), limit: catalog::MAX_LIMIT, ..Query::default() };
        let rows = self.page(&query).await?.rows;
        let mut found = rows.iter().filter(|row| row.session == session);
        let row = found.next().ok_or_else(absent)?;
        if let Some(other) = found.next() {
            let (one, other) = (&row.project, &other.project);
            let text = format!("{session} is in several projects: say {one}/{session} or {other}/{session}.");
            return Err(Failure::Argument(text));
        }
        session_key(&row.project, &row.session).ok_or_else(absent)
    }
}
