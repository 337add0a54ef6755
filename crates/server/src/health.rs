//! `replayscope health`: whether a server is well, for containers without a shell and `curl`.

use std::io::{Read, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use clap::Args;
use url::Url;

use crate::{Failure, Outcome};

/// What is asked where the URL has no path.
const PATH: &str = "/healthz";
/// Longest time for connection and answer together: the readiness check itself takes up to 5 s.
const TIMEOUT: Duration = Duration::from_secs(8);
/// Bytes in which the status line must be.
const MAX_STATUS_LINE: usize = 256;

/// Which server is asked.
#[derive(Args, Debug)]
pub struct HealthArguments {
    /// The server; /healthz is asked unless the URL has a path. Without it, the server on this machine with the
    /// same environment.
    pub url: Option<Url>,
    /// The address that `serve` listens on.
    #[arg(long, env = "REPLAYSCOPE_LISTEN", hide = true, default_value = "127.0.0.1:8687")]
    pub listen: SocketAddr,
}

/// Asks a server whether it is well.
///
/// # Errors
/// If it does not answer within 8 seconds, or answers with another status than 200.
pub fn run(arguments: &HealthArguments) -> Result<Outcome, Failure> {
    let url = match &arguments.url {
        Some(url) => url.clone(),
        None => own_server(arguments.listen)?,
    };
    check(&url, TIMEOUT).map_err(|why| Failure::Argument(format!("{url} is not well: {why}")))?;
    Ok(Outcome::Done)
}

/// The URL of a server on this machine, which may listen on all its addresses.
fn own_server(listen: SocketAddr) -> Result<Url, Failure> {
    let ip = match listen.ip() {
        ip if !ip.is_unspecified() => ip,
        IpAddr::V4(_) => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(_) => IpAddr::V6(Ipv6Addr::LOCALHOST),
    };
    let address = SocketAddr::new(ip, listen.port());
    Url::parse(&format!("http://{address}"))
        .map_err(|error| Failure::Argument(format!("{address} is not an address: {error}")))
}

fn check(url: &Url, limit: Duration) -> Result<(), String> {
    let (Some(host), "http") = (url.host_str(), url.scheme()) else {
        return Err("only URLs with http: can be asked".to_owned());
    };
    let deadline = Instant::now() + limit;
    let mut stream = connect(url, deadline)?;
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    let path = if url.path() == "/" { PATH } else { url.path() };
    let request = format!("GET {path} HTTP/1.1\r\nHost: {host}{port}\r\nConnection: close\r\n\r\n");
    let failed = |error: std::io::Error| format!("it does not answer ({error})");
    stream.set_write_timeout(Some(left(deadline)?)).map_err(failed)?;
    stream.write_all(request.as_bytes()).map_err(failed)?;
    let line = status_line(&mut stream, deadline)?;
    let mut words = line.split(' ');
    match (words.next(), words.next()) {
        (Some("HTTP/1.1" | "HTTP/1.0"), Some("200")) => Ok(()),
        (Some("HTTP/1.1" | "HTTP/1.0"), Some(status)) if status.bytes().all(|byte| byte.is_ascii_digit()) => {
            Err(format!("it answers with status {status}"))
        }
        _ => Err("it does not answer by HTTP".to_owned()),
    }
}

/// Connects to the first of the host's addresses that takes the connection.
fn connect(url: &Url, deadline: Instant) -> Result<TcpStream, String> {
    let addresses = url.socket_addrs(|| None).map_err(|error| format!("its address is unknown ({error})"))?;
    let mut why = "its host has no address".to_owned();
    for address in addresses {
        match TcpStream::connect_timeout(&address, left(deadline)?) {
            Ok(stream) => return Ok(stream),
            Err(error) => why = format!("it cannot be reached ({error})"),
        }
    }
    Err(why)
}

/// The first line of the answer, without its end.
fn status_line(stream: &mut TcpStream, deadline: Instant) -> Result<String, String> {
    let mut line = Vec::new();
    let mut chunk = [0; MAX_STATUS_LINE];
    while line.len() < MAX_STATUS_LINE {
        let wait = Some(left(deadline)?);
        let read = stream.set_read_timeout(wait).and_then(|()| stream.read(&mut chunk));
        let count = read.map_err(|error| format!("it does not answer ({error})"))?;
        line.extend_from_slice(&chunk[..count]);
        if let Some(end) = line.iter().position(|byte| *byte == b'\n') {
            line.truncate(end);
            break;
        }
        if count == 0 {
            break;
        }
    }
    Ok(String::from_utf8_lossy(&line).trim_end().to_owned())
}

/// The time until then.
fn left(deadline: Instant) -> Result<Duration, String> {
    let left = deadline.saturating_duration_since(Instant::now());
    if left.is_zero() { Err("it does not answer in time".to_owned()) } else { Ok(left) }
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;
    use std::thread::{self, JoinHandle};

    use super::*;

    /// A server of one connection: its URL, and the request that it gets.
    fn server(answer: &'static str) -> (Url, JoinHandle<String>) {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let request = thread::spawn(move || {
            let (mut stream, _) = listener.accept().expect("a connection");
            let mut request = [0; 1024];
            let count = stream.read(&mut request).expect("a request");
            // In two pieces, as a network may deliver it.
            let (first, second) = answer.split_at(answer.len() / 2);
            for piece in [first, second] {
                stream.write_all(piece.as_bytes()).expect("it is sent");
                stream.flush().expect("it is sent");
            }
            String::from_utf8_lossy(&request[..count]).into_owned()
        });
        (Url::parse(&url).expect("a URL"), request)
    }

    #[test]
    fn a_server_that_answers_with_200_is_well() {
        let (url, request) = server("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nok\n");
        assert_eq!(check(&url, TIMEOUT), Ok(()));
        let request = request.join().expect("a request");
        assert!(request.starts_with("GET /healthz HTTP/1.1\r\nHost: 127.0.0.1:"), "{request}");
    }

    #[test]
    fn another_status_or_protocol_is_a_failure() {
        for (answer, why) in [
            ("HTTP/1.1 503 Service Unavailable\r\n\r\n", "it answers with status 503"),
            ("HTTP/1.1 \x1b[2J\r\n\r\n", "it does not answer by HTTP"),
            ("SSH-2.0-OpenSSH_9.2\r\n", "it does not answer by HTTP"),
            ("", "it does not answer by HTTP"),
        ] {
            let (url, request) = server(answer);
            assert_eq!(check(&url, TIMEOUT), Err(why.to_owned()));
            request.join().expect("a request");
        }
    }

    #[test]
    fn a_path_is_asked_as_it_is() {
        let (url, request) = server("HTTP/1.0 200 OK\r\n\r\n");
        assert_eq!(check(&url.join("/readyz").expect("a URL"), TIMEOUT), Ok(()));
        assert!(request.join().expect("a request").starts_with("GET /readyz HTTP/1.1\r\n"));
    }

    #[test]
    fn a_server_that_says_nothing_is_not_waited_for() {
        // The system takes the connection; nothing ever reads it.
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let url = Url::parse(&format!("http://{}", listener.local_addr().expect("an address")));
        assert!(check(&url.expect("a URL"), Duration::from_millis(50)).is_err());
    }

    #[test]
    fn only_http_is_asked() {
        let url = Url::parse("https://127.0.0.1:1").expect("a URL");
        assert_eq!(check(&url, TIMEOUT), Err("only URLs with http: can be asked".to_owned()));
    }

    #[test]
    fn a_server_that_listens_on_all_addresses_is_asked_on_loopback() {
        for (listen, url) in [
            ("0.0.0.0:8687", "http://127.0.0.1:8687/"),
            ("[::]:80", "http://[::1]/"),
            ("192.0.2.1:9000", "http://192.0.2.1:9000/"),
        ] {
            let asked = own_server(listen.parse().expect("an address")).map(String::from);
            assert!(asked.is_ok_and(|asked| asked == url), "{listen}");
        }
    }
}
