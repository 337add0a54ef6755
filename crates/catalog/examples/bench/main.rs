//! Measures queries of a catalog of 1,000,000 generated sessions on the local disk: each filter in a
//! process of its own, first without anything cached (but by the operating system), then again; and
//! all filters in one process. On a machine with other work the processor's time says more than the
//! clock's.
//!
//! `cargo run --release -p catalog --example bench [FOLDER [ROWS]]`; a folder that has a catalog is
//! used as it is.

mod generate;

use std::error::Error;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::Instant;

use catalog::{Catalog, FOLDER, Page, Query, State, TimeBasis};
use object_store::local::LocalFileSystem;

const ROWS: u64 = 1_000_000;
/// Number of processes of which the median is printed.
const RUNS: usize = 5;
const DAY_MS: i64 = 86_400_000;
const MIDDLE: i64 = 1_796_256_000_000 - 15 * DAY_MS;
/// Environment variable by which a process knows that it is to run one filter, or all.
const FILTER: &str = "BENCH_FILTER";

type Outcome<T> = Result<T, Box<dyn Error>>;

fn filters() -> Vec<(&'static str, Query)> {
    let any = Query::default;
    let text = |text: &str| Some(text.to_owned());
    vec![
        ("no filter", any()),
        ("no filter, 500 rows", Query { limit: 500, ..any() }),
        ("one project", Query { project: text("docs"), ..any() }),
        ("a day in the middle", Query { from: Some(MIDDLE), to: Some(MIDDLE + DAY_MS), ..any() }),
        ("received in an hour", received_in_an_hour()),
        ("a page far down", Query { before: Some(format!("{MIDDLE}_0000000000000000")), ..any() }),
        ("url, frequent", Query { url: text("/orders/"), ..any() }),
        ("url, rare", Query { url: text("/invoices/12345"), ..any() }),
        ("url, none", Query { url: text("/nowhere/at/all"), ..any() }),
        ("user, one", Query { user: text("mia.4711@customers.example.test"), ..any() }),
        ("user, none", Query { user: text("nobody"), ..any() }),
        ("q, frequent", Query { q: text("lantern"), ..any() }),
        ("q, rare", Query { q: text("order 77"), project: text("mobile-web"), ..any() }),
        ("q, few", Query { q: text("Order 123456"), ..any() }),
        ("q, none", Query { q: text("nothing like it"), ..any() }),
        ("q, none, one letter off", Query { q: text("example.tesx"), ..any() }),
        ("errors, frequent", Query { errors: Some(1), ..any() }),
        ("errors, none", Query { errors: Some(40), ..any() }),
        ("sockets, none", Query { sockets: Some(8), ..any() }),
        ("duration, rare", Query { min: Some(3_599_900), ..any() }),
        ("duration, none", Query { min: Some(9_000_000), ..any() }),
        ("live (all superseded)", Query { state: Some(State::Live), ..any() }),
        ("everything at once, none", everything()),
    ]
}

fn received_in_an_hour() -> Query {
    Query { from: Some(MIDDLE), to: Some(MIDDLE + 3_600_000), time: TimeBasis::Received, ..Query::default() }
}

fn everything() -> Query {
    Query {
        url: Some("/orders".to_owned()),
        q: Some("category 299 ".to_owned()),
        errors: Some(2),
        sockets: Some(1),
        min: Some(1_000),
        max: Some(60_000),
        from: Some(MIDDLE - 14 * DAY_MS),
        user: Some("mia.1@customers.example.test".to_owned()),
        ..Query::default()
    }
}

fn main() -> Outcome<()> {
    let mut arguments = std::env::args().skip(1);
    let given = arguments.next();
    let rows = arguments.next().map_or(Ok(ROWS), |rows| rows.parse())?;
    let temporary = tempfile::tempdir()?;
    let folder = given.as_deref().map_or(temporary.path(), Path::new);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    if let Ok(name) = std::env::var(FILTER) {
        return runtime.block_on(measure(folder, &name));
    }
    runtime.block_on(prepare(folder, rows))?;
    report(folder)
}

fn open(folder: &Path) -> Outcome<Catalog> {
    Ok(Catalog::new(Arc::new(LocalFileSystem::new_with_prefix(folder)?)))
}

async fn prepare(folder: &Path, rows: u64) -> Outcome<()> {
    std::fs::create_dir_all(folder)?;
    if !folder.join(FOLDER).exists() {
        let started = Instant::now();
        generate::generate(&open(folder)?, rows).await?;
        println!("Wrote {rows} sessions of {} days in {:.1?}", generate::DAYS, started.elapsed());
    }
    Ok(())
}

/// Prints a line for each filter, each run in new processes.
fn report(folder: &Path) -> Outcome<()> {
    println!("{:28} {:>5} {:>16} {:>16} {:>8}", "", "", "cold ms", "warm ms", "peak");
    println!("{:28} {:>5} {:>8}{:>8} {:>8}{:>8} {:>8}", "filter", "rows", "wall", "cpu", "wall", "cpu", "MB");
    for (name, _) in filters() {
        let runs = (0..RUNS).map(|_| run(folder, name)).collect::<Outcome<Vec<_>>>()?;
        let median = |column: usize| {
            let mut values: Vec<f64> = runs.iter().map(|run| run[column]).collect();
            values.sort_by(f64::total_cmp);
            values[RUNS / 2]
        };
        let [rows, cold, cold_cpu, warm, warm_cpu, peak] = [0, 1, 2, 3, 4, 5].map(median);
        println!("{name:28} {rows:5.0} {cold:8.1}{cold_cpu:8.1} {warm:8.1}{warm_cpu:8.1} {peak:8.0}");
    }
    let all = run(folder, "")?;
    println!(
        "All filters in one process: at first {:.1} ms at most, again {:.1} ms at most; peak {:.0} MB",
        all[1], all[3], all[5]
    );
    Ok(())
}

fn run(folder: &Path, name: &str) -> Outcome<Vec<f64>> {
    let mut command = Command::new(std::env::current_exe()?);
    let output = command.arg(folder).env(FILTER, name).output()?;
    let text = String::from_utf8(output.stdout)?;
    let figures = text.split_whitespace().map(str::parse).collect::<Result<Vec<f64>, _>>()?;
    let is_complete = output.status.success() && figures.len() == 6;
    if is_complete { Ok(figures) } else { Err(String::from_utf8_lossy(&output.stderr).into()) }
}

/// What a query took, in milliseconds.
#[derive(Clone, Copy, Default)]
struct Time {
    wall: f64,
    cpu: f64,
}

impl Time {
    fn max(self, other: Self) -> Self {
        Self { wall: self.wall.max(other.wall), cpu: self.cpu.max(other.cpu) }
    }
}

/// Runs the filter of that name, or all for none, and prints: the number of rows, the milliseconds
/// without and with a cache, and the peak of the process's memory in MB.
async fn measure(folder: &Path, name: &str) -> Outcome<()> {
    let (mut rows, mut cold, mut warm) = (0, Time::default(), Time::default());
    let catalog = open(folder)?;
    let selected = || filters().into_iter().filter(|(filter, _)| name.is_empty() || *filter == name);
    for (_, query) in selected() {
        let (page, time) = timed(&catalog, &query).await?;
        rows = page.rows.len();
        cold = cold.max(time);
    }
    for (_, query) in selected() {
        warm = warm.max(timed(&catalog, &query).await?.1);
    }
    println!("{rows} {} {} {} {} {}", cold.wall, cold.cpu, warm.wall, warm.cpu, peak_mb()?);
    Ok(())
}

async fn timed(catalog: &Catalog, query: &Query) -> Outcome<(Page, Time)> {
    let (started, cpu) = (Instant::now(), cpu_ms()?);
    let page = catalog.query(query).await?;
    let time = Time { wall: started.elapsed().as_secs_f64() * 1_000.0, cpu: cpu_ms()? - cpu };
    if page.problems.is_empty() { Ok((page, time)) } else { Err(format!("{:?}", page.problems).into()) }
}

/// The time that the process's threads have run, of Linux.
fn cpu_ms() -> Outcome<f64> {
    let mut nanoseconds = 0.0;
    for task in std::fs::read_dir("/proc/self/task")? {
        let statistics = std::fs::read_to_string(task?.path().join("schedstat"))?;
        nanoseconds += statistics.split(' ').next().unwrap_or_default().parse::<f64>()?;
    }
    Ok(nanoseconds / 1e6)
}

/// The peak of the process's resident memory, of Linux.
fn peak_mb() -> Outcome<f64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).ok_or("no VmHWM")?;
    let kilobytes: f64 = line.trim().trim_end_matches(" kB").parse()?;
    Ok(kilobytes / 1_000.0)
}
