//! A proxy before a server of S3 that answers late, with errors, or not to the end.

use std::net::{SocketAddr, TcpListener as StdListener};
use std::thread;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::time::{sleep, timeout};

/// What happens to connections. Those that are open when it changes are cut.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Mode {
    Pass,
    Late(Duration),
    SlowDown,
    /// Nothing is answered.
    Silence,
    /// Answers end after that many bytes.
    Cut(usize),
}

#[derive(Debug)]
pub struct Proxy(watch::Sender<Mode>);

/// A request that is silent for so long is complete.
const QUIET: Duration = Duration::from_millis(30);
const SLOW_DOWN: &str = "<Error><Code>SlowDown</Code><Message>Reduce your request rate.</Message></Error>";

impl Proxy {
    /// Listens on `address` in a thread of its own, since each test has a runtime of its own.
    pub fn start(address: SocketAddr, server: SocketAddr) -> Self {
        let (sender, receiver) = watch::channel(Mode::Pass);
        let listener = StdListener::bind(address).expect("a free port");
        listener.set_nonblocking(true).expect("a listener");
        thread::spawn(move || {
            let runtime =
                tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            runtime.block_on(async {
                let listener = TcpListener::from_std(listener).expect("a listener");
                while let Ok((client, _)) = listener.accept().await {
                    let mut receiver = receiver.clone();
                    let mode = *receiver.borrow_and_update();
                    tokio::spawn(async move {
                        tokio::select! {
                            _ = receiver.changed() => {}
                            // Either side may be gone: that is what this is for.
                            _ = pass(client, server, mode) => {}
                        }
                    });
                }
            });
        });
        Self(sender)
    }

    pub fn set(&self, mode: Mode) {
        self.0.send_replace(mode);
    }
}

async fn pass(mut client: TcpStream, server: SocketAddr, mode: Mode) -> std::io::Result<()> {
    match mode {
        Mode::Silence => std::future::pending().await,
        Mode::SlowDown => {
            // A connection that is closed with a part of the request unread is reset.
            let mut request = vec![0; 65_536];
            while matches!(timeout(QUIET, client.read(&mut request)).await, Ok(Ok(1..))) {}
            let length = SLOW_DOWN.len();
            let head =
                format!("HTTP/1.1 503 Slow Down\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n");
            client.write_all((head + SLOW_DOWN).as_bytes()).await?;
        }
        Mode::Pass | Mode::Late(_) => {
            if let Mode::Late(time) = mode {
                sleep(time).await;
            }
            copy_bidirectional(&mut client, &mut TcpStream::connect(server).await?).await?;
        }
        Mode::Cut(bytes) => {
            let mut server = TcpStream::connect(server).await?;
            let (mut from_client, mut to_client) = client.split();
            let (from_server, mut to_server) = server.split();
            let mut from_server = from_server.take(bytes as u64);
            let requests = tokio::io::copy(&mut from_client, &mut to_server);
            tokio::select! {
                result = tokio::io::copy(&mut from_server, &mut to_client) => drop(result?),
                result = requests => drop(result?),
            }
        }
    }
    Ok(())
}
