//! A server of S3, moto. `REPLAYSCOPE_MOTO` names its executable, as `make test` does.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};

use super::sessions::eventually;

/// The name of its bucket.
pub const BUCKET: &str = "bucket";

/// Ends with the test.
pub struct Moto {
    child: Child,
    address: SocketAddr,
}

impl Moto {
    /// Starts it with an empty bucket; `None` where it is not installed.
    pub fn start() -> Option<Self> {
        let executable = std::env::var_os("REPLAYSCOPE_MOTO")?;
        let address = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).ok()?;
        let child = Command::new(executable)
            .args(["-H", "127.0.0.1", "-p", &address.port().to_string()])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("moto starts");
        let moto = Self { child, address };
        let answer =
            eventually("moto answers", || moto.put_bucket().ok().filter(|answer| !answer.is_empty()));
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        Some(moto)
    }

    fn put_bucket(&self) -> std::io::Result<String> {
        let mut connection = TcpStream::connect(self.address)?;
        let head = format!("PUT /{BUCKET} HTTP/1.1\r\nHost: {}\r\n", self.address);
        write!(connection, "{head}Content-Length: 0\r\nConnection: close\r\n\r\n")?;
        let mut answer = String::new();
        connection.read_to_string(&mut answer)?;
        Ok(answer)
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The variables of the environment by which a process finds it.
    pub fn variables(&self) -> [(&'static str, String); 5] {
        variables_of(self.address)
    }

    /// Ends it.
    pub fn end(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// Runs an ignored test of this executable in a process that finds the server, with further variables.
    pub fn run_test(&self, name: &str, more: &[(&str, &str)]) {
        let output = Command::new(std::env::current_exe().expect("this executable"))
            .args(["--ignored", "--exact", name])
            .envs(self.variables())
            .envs(more.iter().copied())
            .output()
            .expect("the test runs");
        let text =
            String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success() && text.contains(" 1 passed"), "{text}");
    }
}

impl Drop for Moto {
    fn drop(&mut self) {
        self.end();
    }
}

/// The variables of the environment by which a process finds a server of S3 at that address.
pub fn variables_of(address: SocketAddr) -> [(&'static str, String); 5] {
    [
        ("AWS_ENDPOINT_URL", format!("http://{address}")),
        ("AWS_ALLOW_HTTP", "true".to_owned()),
        ("AWS_REGION", "us-east-1".to_owned()),
        ("AWS_ACCESS_KEY_ID", "key".to_owned()),
        ("AWS_SECRET_ACCESS_KEY", "secret".to_owned()),
    ]
}
