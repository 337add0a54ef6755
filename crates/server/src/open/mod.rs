//! `replayscope open`: the viewer on the loopback interface, with the recordings that were named.

mod browser;
mod folder;
mod follow;
mod presence;
mod recordings;
mod remote;
mod routes;

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use tokio::runtime::Runtime;

use crate::arguments::OpenArguments;
use crate::web::{Limits, Listener, viewer_is_embedded};
use crate::{Failure, Outcome};
use presence::Presence;
use recordings::Recordings;

/// The port, so that the viewer's stored preferences, which belong to host and port, are found again.
const DEFAULT_PORT: u16 = 8686;
/// How many further ports are tried where that one is taken.
const FURTHER_PORTS: u16 = 20;
/// How long the server goes on after the last tab was closed: a reload closes and opens one.
const IDLE: Duration = Duration::from_secs(60);
/// A browser on the same machine needs no long time for what it has begun to read.
const SHUTDOWN: Duration = Duration::from_secs(1);

/// Serves the recordings until Ctrl-C, or until the last tab was closed a minute ago.
///
/// # Errors
/// If a recording cannot be read, or there is no free port.
pub fn run(arguments: &OpenArguments) -> Result<Outcome, Failure> {
    if !viewer_is_embedded() {
        let text = "This binary was built without the viewer. Build it with `make install`.";
        return Err(Failure::Argument(text.to_owned()));
    }
    Runtime::new()?.block_on(serve(arguments))
}

async fn serve(arguments: &OpenArguments) -> Result<Outcome, Failure> {
    let recordings = Recordings::open(&arguments.files).await?;
    let listener = listen(arguments.port).await?;
    let address = listener.address()?;
    let presence = Presence::new(arguments.idle.map_or(IDLE, Duration::from_secs_f64));
    let link = format!("http://{address}{}", recordings.page());
    // On standard output, so that a script can read it.
    println!("{link}");
    eprintln!("Serving the viewer on this machine only. Ctrl-C ends it, and so does closing its last tab.");
    if !arguments.no_browser {
        browser::open(&link);
    }
    let app = routes::app(recordings, presence.clone());
    let end = async move {
        tokio::select! {
            _ = tokio::signal::ctrl_c() => {}
            () = presence.ended() => eprintln!("The last tab was closed."),
        }
    };
    listener.serve(app, end).await;
    Ok(Outcome::Done)
}

/// Listens on the port that was asked for, or else on the first free one from the default.
async fn listen(port: Option<u16>) -> Result<Listener, Failure> {
    let limits = Limits { shutdown: SHUTDOWN, ..Limits::default() };
    let bind = |port| Listener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, port)), limits);
    if let Some(port) = port {
        return bind(port).await.map_err(|error| in_use(port, &error));
    }
    for port in DEFAULT_PORT..DEFAULT_PORT + FURTHER_PORTS {
        match bind(port).await {
            Err(error) if error.kind() == io::ErrorKind::AddrInUse => {}
            bound => return bound.map_err(|error| in_use(port, &error)),
        }
    }
    bind(0).await.map_err(|error| in_use(0, &error))
}

fn in_use(port: u16, error: &io::Error) -> Failure {
    Failure::Argument(format!(
        "Port {port} cannot be used: {error}. Name another one with --port, or 0 for any free one."
    ))
}
