//! A running server, and requests to it.
#![allow(dead_code, reason = "each test file uses a part")]

pub mod bucket;
pub mod moto;
pub mod sessions;

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::time::Duration;

use tempfile::TempDir;

pub fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

pub fn folder_with(files: &[(&str, &str)]) -> TempDir {
    let folder = TempDir::new().expect("a folder");
    for (name, content) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("it is in a folder")).expect("a folder");
        fs::write(path, content).expect("a file");
    }
    folder
}

pub fn path(folder: &TempDir, name: &str) -> String {
    folder.path().join(name).display().to_string()
}

/// A running command, which ends with the test.
pub struct Server {
    child: Child,
    /// The first line that it printed: a link.
    pub link: String,
}

pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: Vec<u8>,
}

impl Answer {
    /// Reads an answer until the connection is closed.
    pub fn read(mut stream: TcpStream) -> Self {
        let mut answer = Vec::new();
        // A server that has not read a body may reset the connection after its answer.
        let _ = stream.read_to_end(&mut answer);
        let end = answer.windows(4).position(|bytes| bytes == b"\r\n\r\n").expect("a head");
        let head = String::from_utf8_lossy(&answer[..end]).into_owned();
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status");
        Self { status, head, body: answer.split_off(end + 4) }
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|_| panic!("no JSON: {}\n{}", self.head, self.text()))
    }

    pub fn has(&self, header: &str) -> bool {
        self.head.lines().any(|line| line.eq_ignore_ascii_case(header))
    }

    /// The value of a header, whose name is in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
    }
}

impl Server {
    pub fn start(arguments: &[&str]) -> Self {
        Self::start_with(arguments, "").0
    }

    /// Starts it with variables in its environment. What it says on standard error goes to a file.
    pub fn start_logged(arguments: &[&str], environment: &[(&str, String)], log: &Path) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_replayscope"));
        let log = fs::File::options().create(true).append(true).open(log).expect("a file");
        command.args(arguments).envs(environment.iter().map(|(name, value)| (name, value))).stderr(log);
        Self::spawn(command, "").0
    }

    /// Starts it with the beginning of its standard input, for which it waits where it reads that.
    pub fn start_with(arguments: &[&str], input: &str) -> (Self, ChildStdin) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_replayscope"));
        command.args(arguments).stderr(Stdio::null());
        Self::spawn(command, input)
    }

    fn spawn(mut command: Command, input: &str) -> (Self, ChildStdin) {
        assert!(
            repository().join("dist/index.html").exists(),
            "the viewer is not built: run `make build` first"
        );
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("it starts");
        let mut stdin = child.stdin.take().expect("piped");
        stdin.write_all(input.as_bytes()).expect("it is read");
        let mut link = String::new();
        BufReader::new(child.stdout.take().expect("piped")).read_line(&mut link).expect("it prints a link");
        (Self { child, link: link.trim().to_owned() }, stdin)
    }

    pub fn host(&self) -> &str {
        self.link.trim_start_matches("http://").split('/').next().expect("a host")
    }

    /// The same server, which listens on all interfaces, by the address of this machine.
    pub fn on_loopback(mut self) -> Self {
        self.link = self.link.replace("0.0.0.0", "127.0.0.1");
        self
    }

    pub fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.host()).expect("it listens");
        stream.set_read_timeout(Some(Duration::from_secs(20))).expect("a time-out");
        stream
    }

    /// The path of the recording that the link opens.
    pub fn source(&self) -> String {
        self.link.split_once("src=").expect("it opens a recording").1.replace("%25", "%")
    }

    /// Sends a request with these header lines, each with its line end.
    pub fn request(&self, method: &str, path: &str, headers: &str, body: &[u8]) -> Answer {
        let mut stream = self.connect();
        // By HTTP 1.0, which has no chunks.
        write!(stream, "{method} {path} HTTP/1.0\r\n{headers}Content-Length: {}\r\n\r\n", body.len())
            .expect("it is sent");
        // Fails where the server has refused the request by its head.
        let _ = stream.write_all(body);
        Answer::read(stream)
    }

    pub fn get_with(&self, path: &str, headers: &str) -> Answer {
        self.request("GET", path, headers, b"")
    }

    pub fn get(&self, path: &str) -> Answer {
        self.get_with(path, &format!("Host: {}\r\n", self.host()))
    }

    pub fn wait(&mut self) -> ExitStatus {
        self.child.wait().expect("it ends")
    }

    pub fn kill(&mut self) {
        // Fails where it has ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    pub fn id(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Posts a batch; the status, or `None` where the server did not answer.
pub fn post(host: &str, body: &[u8]) -> Option<u16> {
    let mut stream = TcpStream::connect(host).ok()?;
    stream.set_read_timeout(Some(Duration::from_secs(20))).ok()?;
    write!(stream, "POST /v1/batches HTTP/1.0\r\nHost: {host}\r\nContent-Length: {}\r\n\r\n", body.len())
        .ok()?;
    stream.write_all(body).ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    answer.split(' ').nth(1)?.parse().ok()
}
