//! What is done with a store on the command line.

mod arguments;
mod key;

use store::{Settings, Store, StoreError};
use tokio::runtime::Runtime;

use crate::{Failure, Outcome};
pub use arguments::{KeyCommand, StoreArguments};

/// Makes, lists or revokes keys of recorders.
///
/// # Errors
/// If an argument is not valid, or the store does not answer.
pub fn run_key(command: &KeyCommand) -> Result<Outcome, Failure> {
    Runtime::new()?.block_on(key::run(command))
}

async fn open(arguments: &StoreArguments) -> Result<Store, Failure> {
    Store::open(&arguments.store, Settings::default()).await.map_err(|error| failed(arguments, &error))
}

fn failed(arguments: &StoreArguments, error: &StoreError) -> Failure {
    Failure::Argument(format!("{} cannot be used: {error}", arguments.store))
}
