//! Accepting connections, with a limit for everything that a client can prolong.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{ConnectInfo, Request};
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{sleep, timeout};

/// What a client may take.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Connections at the same time; further ones wait.
    pub connections: usize,
    /// Longest time for a request's head.
    pub head: Duration,
    /// Longest time for requests under way when the server ends.
    pub shutdown: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self { connections: 4096, head: Duration::from_secs(10), shutdown: Duration::from_secs(25) }
    }
}

/// Pause after connections could not be accepted: the process is out of file descriptors.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// A socket that is listened on.
#[derive(Debug)]
pub struct Listener {
    socket: TcpListener,
    limits: Limits,
}

impl Listener {
    /// # Errors
    /// If the address is in use or not one of this machine.
    pub async fn bind(address: SocketAddr, limits: Limits) -> io::Result<Self> {
        Ok(Self { socket: TcpListener::bind(address).await?, limits })
    }

    /// The address, with the port that was chosen.
    ///
    /// # Errors
    /// If the system does not return it.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.socket.local_addr()
    }

    /// Serves until `end` is ready; then finishes the requests under way, for [`Limits::shutdown`] at most.
    pub async fn serve(self, app: Router, end: impl Future<Output = ()>) {
        let graceful = GracefulShutdown::new();
        let slots = Arc::new(Semaphore::new(self.limits.connections));
        let mut end = std::pin::pin!(end);
        loop {
            let accepted = tokio::select! {
                accepted = accept(&self.socket, &slots) => accepted,
                () = &mut end => break,
            };
            match accepted {
                Ok((stream, peer, slot)) => {
                    let connection = connection(stream, peer, app.clone(), self.limits.head, &graceful);
                    tokio::spawn(async move {
                        let _slot = slot;
                        // How a connection ends is the client's affair.
                        connection.await;
                    });
                }
                Err(_) => sleep(ACCEPT_PAUSE).await,
            }
        }
        drop(self.socket);
        let _ = timeout(self.limits.shutdown, graceful.shutdown()).await;
    }
}

async fn accept(
    socket: &TcpListener,
    slots: &Arc<Semaphore>,
) -> io::Result<(TcpStream, SocketAddr, OwnedSemaphorePermit)> {
    let slot = Arc::clone(slots).acquire_owned().await.map_err(io::Error::other)?;
    let (stream, peer) = socket.accept().await?;
    stream.set_nodelay(true)?;
    Ok((stream, peer, slot))
}

fn connection(
    stream: TcpStream,
    peer: SocketAddr,
    app: Router,
    head: Duration,
    graceful: &GracefulShutdown,
) -> impl Future + Send + use<> {
    let service = service_fn(move |request: hyper::Request<hyper::body::Incoming>| {
        let mut request: Request = request.map(axum::body::Body::new);
        request.extensions_mut().insert(ConnectInfo(peer));
        tower_service::Service::call(&mut app.clone(), request)
    });
    let mut builder = auto::Builder::new(TokioExecutor::new()).http1_only();
    // Without a timer hyper's limit for the head has no effect, and a client could hold a connection forever.
    builder.http1().timer(TokioTimer::new()).header_read_timeout(head);
    let connection = builder.serve_connection_with_upgrades(TokioIo::new(stream), service).into_owned();
    graceful.watch(connection)
}
