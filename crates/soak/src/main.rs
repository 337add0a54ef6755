//! Plays sessions of many recorders against `replayscope serve`, and checks that each acknowledged record is there once.
//! `make soak` runs it; it is no part of the command.

mod client;
mod events;
mod recorder;
mod report;
mod server;
mod verify;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use clap::Parser;
use tokio::time::{Instant, sleep_until};

use client::Client;
use events::Script;
use recorder::{Entries, Journal, Load, Played, play};
use report::{Sample, conclude, megabytes, percentile, sorted};
use server::Server;

/// Time between two looks at the process of the server.
const SAMPLE_EVERY: Duration = Duration::from_secs(1);
/// Faults that are printed.
const MAX_PRINTED: usize = 20;
/// What recorders do that are not told an interval.
const DEFAULT_INTERVAL: u64 = 2;
/// The recorder of the session that asks for the interval.
const SCOUT: u32 = 99_999;

/// Plays sessions of many recorders against a server.
#[derive(Debug, Parser)]
struct Arguments {
    /// The command `replayscope`.
    #[arg(long)]
    command: PathBuf,
    /// Duration of the load.
    #[arg(long, default_value_t = 600)]
    seconds: u64,
    #[arg(long, default_value_t = 1000, value_parser = clap::value_parser!(u32).range(1..i64::from(SCOUT)))]
    recorders: u32,
    /// Events of a recorder in a second.
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..10_000))]
    rate: u32,
    /// Average duration of a session.
    #[arg(long, default_value_t = 180)]
    session_seconds: u64,
    /// Where sessions are kept: a folder or a URL; a temporary folder if it is left out.
    #[arg(long)]
    store: Option<String>,
    /// Seconds between two lines of figures.
    #[arg(long, default_value_t = 30)]
    report_every: u64,
    /// Further arguments of `replayscope serve`.
    #[arg(last = true)]
    serve: Vec<String>,
}

type Failure = Box<dyn std::error::Error + Send + Sync>;

#[tokio::main]
async fn main() -> ExitCode {
    let folder = match tempfile::tempdir() {
        Ok(folder) => folder,
        Err(error) => {
            eprintln!("error: no temporary folder: {error}");
            return ExitCode::FAILURE;
        }
    };
    // The folder is deleted after this, which takes minutes where a load has left many batches.
    match run(&Arguments::parse(), folder.path()).await {
        Ok(broken) if broken.is_empty() => {
            println!("All promises were kept.");
            ExitCode::SUCCESS
        }
        Ok(broken) => {
            for line in broken.iter().take(MAX_PRINTED) {
                println!("BROKEN: {line}");
            }
            println!("{} promises or records are broken.", broken.len());
            ExitCode::FAILURE
        }
        Err(failure) => {
            eprintln!("error: {failure}");
            ExitCode::FAILURE
        }
    }
}

/// Returns what was promised and not kept.
async fn run(arguments: &Arguments, folder: &Path) -> Result<Vec<String>, Failure> {
    let store = arguments.store.clone().unwrap_or_else(|| folder.join("store").display().to_string());
    let errors = folder.join("errors");
    let server = Server::start(&arguments.command, &store, &arguments.serve, &errors).await?;
    let (interval, scout) = ask_interval(&server.host).await?;
    let load = Duration::from_secs(arguments.seconds);
    let begin = Instant::now();
    let plan = Arc::new(Load {
        host: server.host.clone(),
        interval,
        rate: arguments.rate,
        session: Duration::from_secs(arguments.session_seconds),
        begin,
        end: begin + load,
    });
    println!(
        "{} recorders, {} events a second each, a batch every {} s, for {} s",
        arguments.recorders,
        arguments.rate,
        interval.as_secs_f64(),
        arguments.seconds
    );
    let journal = Arc::new(Journal::default());
    let players: Vec<_> = (0..arguments.recorders)
        .map(|recorder| {
            let phase = interval.mul_f64(f64::from(recorder) / f64::from(arguments.recorders));
            tokio::spawn(play(Arc::clone(&plan), Arc::clone(&journal), recorder, phase))
        })
        .collect();
    let samples = watch(&server, &plan, &journal, Duration::from_secs(arguments.report_every)).await?;
    let mut played = vec![scout];
    for player in players {
        played.extend(player.await?);
    }
    let entries = journal.with(std::mem::take);
    let mut broken = conclude(&entries, &samples, load);
    broken.extend(check(&server, played, &errors).await?);
    server.kill().await;
    Ok(broken)
}

/// Sends a session of one batch, and returns the interval that the server asks for.
async fn ask_interval(host: &str) -> Result<(Duration, Played), Failure> {
    let script = Script { recorder: SCOUT, number: 0, interval_ms: 2000, events: 10 };
    let body = events::body(&script.header(1, true, 0), &script.lines(1));
    let answer = Client::new(host).post(body.into(), false).await?;
    if answer.status != 204 {
        return Err(format!("the first batch is answered with {}", answer.status).into());
    }
    let seconds = answer.number("replayscope-interval").unwrap_or(DEFAULT_INTERVAL);
    Ok((Duration::from_secs(seconds), Played { script, batches: 1 }))
}

/// Looks at the process of the server until the load ends, and prints figures now and then.
async fn watch(
    server: &Server,
    load: &Load,
    journal: &Journal,
    report_every: Duration,
) -> Result<Vec<Sample>, Failure> {
    println!(
        "{:>6} {:>9} {:>10} {:>8} {:>8} {:>8}",
        "s", "batches", "memory MB", "CPU %", "p50 ms", "p99 ms"
    );
    let mut samples = Vec::new();
    let (mut reported, mut next) = (Sample { at: Duration::ZERO, usage: server.usage()? }, load.begin);
    while next < load.end {
        next = (next + SAMPLE_EVERY).min(load.end);
        sleep_until(next).await;
        let sample = Sample { at: next - load.begin, usage: server.usage()? };
        samples.push(sample);
        if sample.at.saturating_sub(reported.at) >= report_every {
            print_row(&sample, &reported, load.begin, journal);
            reported = sample;
        }
    }
    Ok(samples)
}

fn print_row(sample: &Sample, before: &Sample, begin: Instant, journal: &Journal) {
    let since = begin + before.at;
    let latencies = journal.with(|Entries { acknowledged, .. }| {
        // In order of time, but for those that were entered at the same moment.
        let recent = acknowledged.iter().rev().take_while(|entry| entry.at >= since);
        sorted(recent.map(|entry| entry.latency))
    });
    let processor = sample.usage.processor.saturating_sub(before.usage.processor).as_secs_f64();
    println!(
        "{:>6} {:>9} {:>10} {:>8.0} {:>8} {:>8}",
        sample.at.as_secs(),
        latencies.len(),
        megabytes(sample.usage.resident),
        100.0 * processor / sample.at.saturating_sub(before.at).as_secs_f64(),
        percentile(&latencies, 0.5).as_millis(),
        percentile(&latencies, 0.99).as_millis()
    );
}

/// Compares what the server has with what was played.
async fn check(server: &Server, played: Vec<Played>, errors: &Path) -> Result<Vec<String>, Failure> {
    let started = Instant::now();
    let found = verify::verify(&server.host, played).await;
    println!(
        "verified               {} sessions, {} of them live, {} records, {} MB, in {} s; {} reads repeated",
        found.sessions,
        found.live,
        found.records,
        megabytes(found.bytes),
        started.elapsed().as_secs(),
        found.repeated
    );
    let mut broken = found.faults;
    let errors = std::fs::read_to_string(errors)?;
    broken.extend(errors.lines().filter(|line| line.starts_with("error")).map(str::to_owned));
    Ok(broken)
}
