//! `replayscope mcp`: an assistant's questions about recordings, as a server of the Model Context
//! Protocol over standard input and output.

mod answer;
mod recordings;
mod roots;
mod tools;
mod worker;

use std::io;

use rmcp::ServiceExt;
use rmcp::transport::stdio;

use crate::arguments::McpOptions;
use crate::{Failure, Outcome};
use roots::Roots;
use tools::Tools;
use worker::Worker;

/// Answers until standard input ends.
///
/// # Errors
/// If a root cannot be read, or the connection fails before it is established.
pub fn run(options: &McpOptions) -> Result<Outcome, Failure> {
    let roots = Roots::new(&options.root)?;
    let tools = Tools::new(Worker::start(roots, options.credentials)?);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let served = runtime.block_on(async {
        let service = tools.serve(stdio()).await.map_err(io::Error::other)?;
        service.waiting().await.map_err(io::Error::other)
    });
    // A read of standard input cannot be interrupted.
    runtime.shutdown_background();
    served?;
    Ok(Outcome::Done)
}
