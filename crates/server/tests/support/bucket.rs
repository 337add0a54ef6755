//! A bucket on a server of S3, moto, behind a proxy that fails when it is told to. `REPLAYSCOPE_MOTO` names moto's
//! executable, as `make test` does.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};

use super::sessions::eventually;

#[path = "../../../store/tests/common/proxy.rs"]
mod proxy;

pub use proxy::{Mode, Proxy};

/// What a process needs to reach the bucket.
pub type Environment = Vec<(&'static str, String)>;

/// A bucket of the name `bucket`, which ends with the test.
pub struct Bucket {
    moto: Child,
    proxy: Proxy,
    address: SocketAddr,
}

impl Bucket {
    /// `None`, with a message, where moto is not installed.
    pub fn start() -> Option<Self> {
        let Ok(executable) = std::env::var("REPLAYSCOPE_MOTO") else {
            eprintln!("REPLAYSCOPE_MOTO is not set: the tests with a bucket are skipped");
            return None;
        };
        let (server, address) = (free_address(), free_address());
        let mut command = Command::new(executable);
        command.args(["-H", "127.0.0.1", "-p", &server.port().to_string()]);
        let moto = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("moto starts");
        let bucket = Self { moto, proxy: Proxy::start(address, server), address };
        eventually("moto creates a bucket", || {
            put_bucket(server).ok().filter(|answer| answer.starts_with("HTTP/1.1 200"))
        });
        Some(bucket)
    }

    pub fn environment(&self) -> Environment {
        vec![
            ("AWS_ENDPOINT_URL", format!("http://{}", self.address)),
            ("AWS_ALLOW_HTTP", "true".to_owned()),
            ("AWS_REGION", "us-east-1".to_owned()),
            ("AWS_ACCESS_KEY_ID", "key".to_owned()),
            ("AWS_SECRET_ACCESS_KEY", "secret".to_owned()),
        ]
    }

    /// Says what happens to requests from now on.
    pub fn set(&self, mode: Mode) {
        self.proxy.set(mode);
    }

    /// Ends the server of S3: its address refuses connections, or cuts those that the proxy takes.
    pub fn end(&mut self) {
        // It may have ended by itself.
        let _ = self.moto.kill();
        let _ = self.moto.wait();
    }
}

impl Drop for Bucket {
    fn drop(&mut self) {
        self.end();
    }
}

fn free_address() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a free port")
}

fn put_bucket(server: SocketAddr) -> std::io::Result<String> {
    let mut connection = TcpStream::connect(server)?;
    let head = "Content-Length: 0\r\nConnection: close\r\n\r\n";
    write!(connection, "PUT /bucket HTTP/1.1\r\nHost: {server}\r\n{head}")?;
    let mut answer = String::new();
    connection.read_to_string(&mut answer)?;
    Ok(answer)
}
