//! An HTTP server that keeps what it receives, byte for byte.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

/// A request as it arrived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Received {
    pub(crate) method: String,
    pub(crate) target: String,
    pub(crate) headers: Vec<(String, Vec<u8>)>,
    pub(crate) body: Vec<u8>,
}

pub(crate) struct Server {
    port: u16,
    received: Receiver<Received>,
}

impl Server {
    /// Listens until the test ends.
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        let (sender, received) = channel();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let Some(request) = answer(&stream) else { continue };
                if sender.send(request).is_err() {
                    return;
                }
            }
        });
        Self { port, received }
    }

    pub(crate) fn url(&self, target: &str) -> String {
        format!("http://127.0.0.1:{}{target}", self.port)
    }

    pub(crate) fn host(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// The next request that a command, which has ended, has sent.
    pub(crate) fn next(&self) -> Received {
        self.received.recv_timeout(Duration::from_secs(30)).expect("a request")
    }

    /// The requests that were sent and not yet taken.
    pub(crate) fn rest(&self) -> Vec<Received> {
        self.received.try_iter().collect()
    }
}

/// Reads one request and answers it; `None` if the connection ends before.
fn answer(mut stream: &TcpStream) -> Option<Received> {
    stream.set_read_timeout(Some(Duration::from_secs(30))).ok()?;
    let mut reader = BufReader::new(stream);
    let mut line = || {
        let mut bytes = Vec::new();
        reader.read_until(b'\n', &mut bytes).ok().filter(|len| *len > 0)?;
        while bytes.last().is_some_and(|byte| b"\r\n".contains(byte)) {
            bytes.pop();
        }
        Some(bytes)
    };
    let first = String::from_utf8(line()?).ok()?;
    let (method, rest) = first.split_once(' ')?;
    let (target, _) = rest.rsplit_once(' ')?;
    let mut headers = Vec::new();
    loop {
        let bytes = line()?;
        if bytes.is_empty() {
            break;
        }
        let colon = bytes.iter().position(|byte| *byte == b':')?;
        let name = String::from_utf8(bytes[..colon].to_vec()).ok()?;
        headers.push((name, bytes[colon + 1..].trim_ascii().to_vec()));
    }
    let length = headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("content-length"));
    let length = length.and_then(|(_, value)| std::str::from_utf8(value).ok()?.parse().ok()).unwrap_or(0);
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    let content: &[u8] = if method == "HEAD" { b"" } else { b"ok" };
    let head = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n";
    stream.write_all(&[head, content].concat()).ok()?;
    let received = Received { method: method.to_owned(), target: target.to_owned(), headers, body };
    Some(received)
}
