//! The server as a process: what it takes of the machine.

use std::fs;
use std::io;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

/// A process ticks so often in a second, on every Linux.
const TICKS: u64 = 100;

/// A running server, which is killed with this value.
#[derive(Debug)]
pub struct Server {
    child: Child,
    pub host: String,
    id: u32,
}

/// What the process has taken.
#[derive(Clone, Copy, Debug, Default)]
pub struct Usage {
    /// Memory that it has, bytes.
    pub resident: u64,
    /// Time of processors since its start.
    pub processor: Duration,
}

impl Server {
    /// Starts `replayscope serve` on a store, with further arguments; it writes its errors to a file.
    ///
    /// # Errors
    /// When it cannot be started, or ends at once.
    pub async fn start(command: &Path, store: &str, more: &[String], errors: &Path) -> io::Result<Self> {
        let mut child = Command::new(command)
            .args(["serve", "--listen", "127.0.0.1:0", "--store", store])
            .args(more)
            .stdout(Stdio::piped())
            .stderr(fs::File::create(errors)?)
            .kill_on_drop(true)
            .spawn()?;
        let ended = || io::Error::other(format!("the server ends at once: see {}", errors.display()));
        let output = child.stdout.take().ok_or_else(ended)?;
        let link = BufReader::new(output).lines().next_line().await?.ok_or_else(ended)?;
        let id = child.id().ok_or_else(ended)?;
        Ok(Self { child, host: link.trim().trim_start_matches("http://").to_owned(), id })
    }

    /// # Errors
    /// When the process has ended.
    pub fn usage(&self) -> io::Result<Usage> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.id))?;
        let resident = status
            .lines()
            .find_map(|line| line.strip_prefix("VmRSS:")?.trim().strip_suffix(" kB")?.parse::<u64>().ok())
            .ok_or_else(|| io::Error::other("the server has ended"))?;
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.id))?;
        // The name of the command, in parentheses, is the second field: user time is the 14th, system time the 15th.
        let fields = stat.rsplit_once(") ").map_or("", |(_, rest)| rest);
        let ticks: u64 =
            fields.split(' ').skip(11).take(2).filter_map(|ticks| ticks.parse::<u64>().ok()).sum();
        let processor = Duration::from_millis(ticks * 1000 / TICKS);
        Ok(Usage { resident: resident << 10, processor })
    }

    pub async fn kill(mut self) {
        // Fails where it has ended.
        let _ = self.child.kill().await;
    }
}
