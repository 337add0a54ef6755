//! The settings of `replayscope serve`: flags, environment variables and a TOML file.

use std::ffi::OsString;
use std::fs;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use axum::http::HeaderName;
use clap::{Args, Command, ValueEnum};

use super::retention::KeepRule;
use crate::Failure;
use crate::selection::duration;

/// The settings of a server; `docs/deploy.md` lists them.
#[derive(Args, Clone, Debug)]
pub struct ServeArguments {
    /// A TOML file with these settings, named as the flags are; flags and variables override it.
    #[arg(long, env = "REPLAYSCOPE_CONFIG", value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Where sessions are kept: a folder, or the URL of an object store (s3, gs, az).
    #[arg(long, env = "REPLAYSCOPE_STORE", value_name = "URL|FOLDER", default_value = "replayscope-data")]
    pub store: String,
    /// The address that recorders and viewers use.
    #[arg(long, env = "REPLAYSCOPE_LISTEN", value_name = "HOST:PORT", default_value = "127.0.0.1:8687")]
    pub listen: SocketAddr,
    /// The address of /metrics, /healthz and /readyz.
    #[arg(long, env = "REPLAYSCOPE_ADMIN_LISTEN", value_name = "HOST:PORT")]
    pub admin_listen: Option<SocketAddr>,
    /// What this server does.
    #[arg(long, env = "REPLAYSCOPE_ROLE", value_delimiter = ',', default_value = "collect,view,compact")]
    pub role: Vec<Role>,
    /// Lets everyone who can reach the server see all sessions.
    #[arg(long, env = "REPLAYSCOPE_PUBLIC")]
    pub public: bool,
    /// A file with the password of viewers.
    #[arg(long, env = "REPLAYSCOPE_VIEWER_PASSWORD_FILE", value_name = "FILE")]
    pub viewer_password_file: Option<PathBuf>,
    /// The request header in which a proxy names the viewer that it has authenticated.
    #[arg(long, env = "REPLAYSCOPE_TRUST_HEADER", value_name = "NAME", requires = "trusted_proxies")]
    pub trust_header: Option<String>,
    /// The addresses of the proxies whose headers are trusted.
    #[arg(long, env = "REPLAYSCOPE_TRUSTED_PROXIES", value_delimiter = ',', value_name = "IP")]
    pub trusted_proxies: Vec<std::net::IpAddr>,
    /// The request header in which these proxies name the address of a client.
    #[arg(long, env = "REPLAYSCOPE_CLIENT_HEADER", value_name = "NAME", default_value = "x-forwarded-for")]
    pub client_header: HeaderName,
    /// Host names that the server answers to on the loopback interface, besides those of this machine.
    #[arg(long, env = "REPLAYSCOPE_HOST_NAMES", value_delimiter = ',', value_name = "NAME")]
    pub host_names: Vec<String>,
    /// Sends viewers to signed URLs of the object store for the files of sessions.
    #[arg(long, env = "REPLAYSCOPE_REDIRECT_READS")]
    pub redirect_reads: bool,
    /// Number of prefixes over which the batches of a new store are distributed.
    #[arg(long, env = "REPLAYSCOPE_SHARDS", value_name = "COUNT", default_value_t = 1,
        value_parser = clap::value_parser!(u16).range(1..=256))]
    pub shards: u16,
    #[command(flatten)]
    pub limits: LimitArguments,
    #[command(flatten)]
    pub schedule: ScheduleArguments,
}

/// What a client may take.
#[derive(Args, Clone, Debug)]
pub struct LimitArguments {
    /// Connections at the same time.
    #[arg(long, env = "REPLAYSCOPE_MAX_CONNECTIONS", value_name = "COUNT", default_value_t = 4096)]
    pub max_connections: usize,
    /// Bytes of a batch, as sent.
    #[arg(long, env = "REPLAYSCOPE_MAX_BATCH_BYTES", value_name = "BYTES", default_value_t = 64 << 20)]
    pub max_batch_bytes: usize,
    /// Bytes of a batch, unpacked.
    #[arg(long, env = "REPLAYSCOPE_MAX_UNPACKED_BYTES", value_name = "BYTES", default_value_t = 64 << 20)]
    pub max_unpacked_bytes: usize,
    /// Bytes of all batches that are being received; further ones are told to come later.
    #[arg(long, env = "REPLAYSCOPE_MAX_BYTES_IN_FLIGHT", value_name = "BYTES", default_value_t = 256 << 20)]
    pub max_bytes_in_flight: usize,
    /// Longest time for the head of a request.
    #[arg(long, env = "REPLAYSCOPE_HEAD_TIMEOUT", value_name = "TIME", default_value = "10s", value_parser = duration)]
    pub head_timeout: Duration,
    /// Longest time for the body of a batch.
    #[arg(long, env = "REPLAYSCOPE_BODY_TIMEOUT", value_name = "TIME", default_value = "30s", value_parser = duration)]
    pub body_timeout: Duration,
    /// Longest time for a request to the store; then a recorder is told to come later.
    #[arg(long, env = "REPLAYSCOPE_STORE_TIMEOUT", value_name = "TIME", default_value = "10s", value_parser = duration)]
    pub store_timeout: Duration,
    /// Longest time for requests under way when the server ends.
    #[arg(long, env = "REPLAYSCOPE_SHUTDOWN_TIMEOUT", value_name = "TIME", default_value = "25s", value_parser = duration)]
    pub shutdown_timeout: Duration,
    /// Wrong passwords that one address may send in a minute.
    #[arg(long, env = "REPLAYSCOPE_MAX_LOGINS", value_name = "COUNT", default_value_t = 5)]
    pub max_logins: u32,
    /// Bytes that must be free on the disk of a local store for batches to be taken.
    #[arg(long, env = "REPLAYSCOPE_MIN_FREE_BYTES", value_name = "BYTES", default_value_t = 256 << 20)]
    pub min_free_bytes: u64,
    /// Memory for the catalog.
    #[arg(long, env = "REPLAYSCOPE_CATALOG_BYTES", value_name = "BYTES", default_value_t = 256 << 20)]
    pub catalog_bytes: usize,
}

/// When what is done.
#[derive(Args, Clone, Debug)]
pub struct ScheduleArguments {
    /// Time between batches that recorders are asked for; 2s shows a session sooner, 10s costs less.
    #[arg(long, env = "REPLAYSCOPE_BATCH_INTERVAL", value_name = "TIME", default_value = "2s", value_parser = duration)]
    pub batch_interval: Duration,
    /// Time between two looks for sessions to compact.
    #[arg(long, env = "REPLAYSCOPE_COMPACT_EVERY", value_name = "TIME", default_value = "30s", value_parser = duration)]
    pub compact_every: Duration,
    /// A session is compacted when its last batch is so old.
    #[arg(long, env = "REPLAYSCOPE_COMPACT_IDLE", value_name = "TIME", default_value = "2min", value_parser = duration)]
    pub compact_idle: Duration,
    /// A session that has ended, with all its batches, is compacted after this time.
    #[arg(long, env = "REPLAYSCOPE_COMPACT_ENDED", value_name = "TIME", default_value = "15s", value_parser = duration)]
    pub compact_ended: Duration,
    /// Batches and files that were replaced are deleted after this time.
    #[arg(long, env = "REPLAYSCOPE_SWEEP_AFTER", value_name = "TIME", default_value = "10min", value_parser = duration)]
    pub sweep_after: Duration,
    /// Time between two writes of new rows to the catalog.
    #[arg(long, env = "REPLAYSCOPE_CATALOG_EVERY", value_name = "TIME", default_value = "10s", value_parser = duration)]
    pub catalog_every: Duration,
    /// Sessions are deleted when they are so old: those of a project, or all others. Without it they are kept.
    #[arg(long, env = "REPLAYSCOPE_KEEP", value_delimiter = ',', value_name = "TIME|PROJECT=TIME")]
    pub keep: Vec<KeepRule>,
}

/// What a server does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Role {
    /// Takes batches from recorders.
    Collect,
    /// Shows sessions.
    View,
    /// Compacts sessions, merges the catalog and deletes what has been replaced.
    Compact,
}

impl ServeArguments {
    /// How the store is used.
    pub fn store_settings(&self) -> store::Settings {
        let ScheduleArguments { compact_idle, compact_ended, sweep_after, .. } = self.schedule;
        let limits = store::Limits { batch: self.limits.max_unpacked_bytes, ..store::Limits::default() };
        let schedule = store::Schedule {
            idle: compact_idle,
            ended: compact_ended,
            keep: sweep_after,
            ..store::Schedule::default()
        };
        store::Settings {
            limits,
            schedule,
            shards: self.shards,
            request_timeout: self.limits.store_timeout,
            ..store::Settings::default()
        }
    }

    pub fn has(&self, role: Role) -> bool {
        self.role.contains(&role)
    }
}

/// Makes the values of the file that `--config` or `REPLAYSCOPE_CONFIG` names the defaults of the flags.
///
/// # Errors
/// If the file cannot be read, or has a name that no flag has.
pub fn with_config(command: Command, arguments: &[OsString]) -> Result<Command, Failure> {
    let Some(path) = config_path(arguments) else { return Ok(command) };
    let failed =
        |why: String| Failure::Argument(format!("The settings in {} cannot be used: {why}", path.display()));
    let text = fs::read_to_string(&path).map_err(|error| failed(error.to_string()))?;
    let table: toml::Table = text.parse().map_err(|error: toml::de::Error| failed(error.to_string()))?;
    let mut serve = command.find_subcommand("serve").cloned().unwrap_or_default();
    for (name, value) in table {
        let id = name.replace('-', "_");
        if id == "config" || !serve.get_arguments().any(|argument| argument.get_id() == id.as_str()) {
            return Err(failed(format!("there is no setting {name}")));
        }
        let values =
            setting(&value).ok_or_else(|| failed(format!("{name} is no text, number, list or true")))?;
        serve = serve.mut_arg(id, |argument| argument.default_values(values));
    }
    Ok(command.mut_subcommand("serve", |_| serve))
}

/// The path after `--config`, or the one of the environment.
fn config_path(arguments: &[OsString]) -> Option<PathBuf> {
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        match argument.to_str() {
            Some("--config") => return rest.next().map(PathBuf::from),
            Some(text) if text.starts_with("--config=") => {
                return text.strip_prefix("--config=").map(PathBuf::from);
            }
            _ => {}
        }
    }
    std::env::var_os("REPLAYSCOPE_CONFIG").map(PathBuf::from)
}

/// The values of a setting as a flag has them.
fn setting(value: &toml::Value) -> Option<Vec<String>> {
    match value {
        toml::Value::String(text) => Some(vec![text.clone()]),
        toml::Value::Integer(number) => Some(vec![number.to_string()]),
        toml::Value::Boolean(flag) => Some(vec![flag.to_string()]),
        toml::Value::Array(list) => Some(list.iter().filter_map(setting).flatten().collect()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    /// A row of the table of settings: flag, variable, default.
    type Setting = (String, String, String);

    /// The rows of `docs/deploy.md`, of which the last column is text: "| `--flag` | `VARIABLE` | default | … |".
    fn documented() -> Vec<Setting> {
        let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/deploy.md");
        let text = fs::read_to_string(page).expect("the page");
        let rows = text.lines().filter(|line| line.starts_with("| `--") && line.contains("REPLAYSCOPE_"));
        rows.map(|row| {
            let mut cells = row.split('|').skip(1).map(|cell| cell.trim().trim_matches('`').to_owned());
            let mut next = || cells.next().expect("a cell");
            (next(), next(), next())
        })
        .collect()
    }

    fn defined() -> Vec<Setting> {
        let command = ServeArguments::augment_args(Command::new("serve"));
        let settings = command.get_arguments().map(|argument| {
            let flag = format!("--{}", argument.get_long().expect("every setting has a flag"));
            let variable = argument.get_env().expect("every setting has a variable").to_string_lossy();
            let has_value = argument.get_action().takes_values();
            let default = argument.get_default_values().iter().filter(|_| has_value);
            let default: Vec<_> = default.map(|value| value.to_string_lossy()).collect();
            let default = if default.is_empty() { "none".to_owned() } else { default.join(",") };
            (flag, variable.into_owned(), default)
        });
        settings.collect()
    }

    #[test]
    fn every_setting_is_documented_with_its_default() {
        let (documented, defined) = (documented(), defined());
        assert!(defined.len() > 20, "the settings are found");
        for setting in &defined {
            assert!(documented.contains(setting), "docs/deploy.md has no row for {setting:?}");
        }
        for setting in &documented {
            assert!(
                defined.contains(setting),
                "docs/deploy.md has a row for {setting:?}, which is no setting"
            );
        }
    }

    #[test]
    fn a_variable_is_named_as_its_flag() {
        for (flag, variable, _) in defined() {
            let name = flag.trim_start_matches("--").replace('-', "_").to_uppercase();
            assert_eq!(variable, format!("REPLAYSCOPE_{name}"));
        }
    }
}
