//! Recorders that play sessions, one after the other, as the recorder in a page delivers them: a batch at a time, again
//! after a failure.

use std::io::Write;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use tokio::time::{Instant, sleep, sleep_until};

use crate::client::Client;
use crate::events::{Lines, Script, body};

/// Wait after the first failure; it doubles up to [`MAX_RETRY`].
const MIN_RETRY: Duration = Duration::from_secs(1);
const MAX_RETRY: Duration = Duration::from_secs(60);
/// After the end of the load, batches that failed are tried again for this time.
const MAX_OVERTIME: Duration = Duration::from_secs(120);
/// Bytes below which a recorder does not compress.
const MIN_COMPRESSED: usize = 1000;

/// What all recorders play.
#[derive(Clone, Debug)]
pub struct Load {
    pub host: String,
    /// Between batches.
    pub interval: Duration,
    /// Events of a recorder in a second.
    pub rate: u32,
    /// Of a session, on average.
    pub session: Duration,
    /// When the load begins and ends.
    pub begin: Instant,
    pub end: Instant,
}

/// A session that has been played.
#[derive(Clone, Debug)]
pub struct Played {
    pub script: Script,
    /// The batches from 1 to this one have been acknowledged.
    pub batches: u32,
}

/// A batch that was acknowledged.
#[derive(Clone, Copy, Debug)]
pub struct Acknowledgment {
    pub at: Instant,
    /// From the request to the answer.
    pub latency: Duration,
    /// From the moment at which the batch was due to the request.
    pub delay: Duration,
    pub records: u32,
    /// As sent.
    pub bytes: u32,
}

/// What recorders have seen.
#[derive(Debug, Default)]
pub struct Journal(Mutex<Entries>);

#[derive(Clone, Debug, Default)]
pub struct Entries {
    pub acknowledged: Vec<Acknowledgment>,
    /// Answers that asked to come again, and connections that failed.
    pub retries: u64,
    /// Batches that were refused for good, or never acknowledged.
    pub lost: Vec<String>,
}

impl Journal {
    pub fn with<T>(&self, use_entries: impl FnOnce(&mut Entries) -> T) -> T {
        use_entries(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Plays sessions until the end. Recorders begin at different moments of the interval.
pub async fn play(load: Arc<Load>, journal: Arc<Journal>, recorder: u32, phase: Duration) -> Vec<Played> {
    let mut player = Player { load, journal, client: None, compresses: false };
    let mut due = player.load.begin + phase;
    let mut sessions = Vec::new();
    for number in 0.. {
        let script = Script {
            recorder,
            number,
            interval_ms: player.load.interval.as_millis() as u64,
            events: (player.load.rate * player.load.interval.as_millis() as u32 / 1000).max(1),
        };
        let batches = player.play_session(&script, &mut due).await;
        sessions.push(Played { script, batches });
        if Instant::now() >= player.load.end {
            break;
        }
    }
    sessions
}

struct Player {
    load: Arc<Load>,
    journal: Arc<Journal>,
    client: Option<Client>,
    /// The server has said that it takes gzip.
    compresses: bool,
}

/// What has become of a batch.
#[derive(PartialEq)]
enum Delivery {
    Acknowledged,
    Lost,
}

impl Player {
    /// Returns the number of acknowledged batches.
    async fn play_session(&mut self, script: &Script, due: &mut Instant) -> u32 {
        let planned = planned_batches(script, self.load.session);
        for sequence in 1..=planned {
            *due += self.load.interval;
            sleep_until(*due).await;
            let is_final = sequence == planned || *due + self.load.interval > self.load.end;
            if self.deliver(script, sequence, is_final, *due).await == Delivery::Lost {
                return sequence - 1;
            }
            if is_final {
                return sequence;
            }
        }
        planned
    }

    async fn deliver(&mut self, script: &Script, sequence: u32, is_final: bool, due: Instant) -> Delivery {
        let lines = script.lines(sequence);
        let what = format!("batch {sequence} of {}", script.session());
        let mut wait = MIN_RETRY;
        loop {
            let header = script.header(sequence, is_final, now_ms());
            match self.post(&header, &lines, due).await {
                Ok(delivery) => return delivery,
                Err(why) if Instant::now() > self.load.end + MAX_OVERTIME => {
                    self.journal.with(|entries| entries.lost.push(format!("{what}: {}", why.reason)));
                    return Delivery::Lost;
                }
                Err(again) => {
                    self.journal.with(|entries| entries.retries += 1);
                    // A quarter less or more, so that those who failed together do not come together.
                    let jitter = 0.75 + f64::from(script.recorder % 100) / 200.0;
                    sleep(wait.mul_f64(jitter).max(again.after)).await;
                    wait = (wait * 2).min(MAX_RETRY);
                }
            }
        }
    }

    async fn post(&mut self, header: &str, lines: &Lines, due: Instant) -> Result<Delivery, Again> {
        let text = body(header, lines);
        let is_gzip = self.compresses && text.len() >= MIN_COMPRESSED;
        let body: Bytes = if is_gzip { pack(&text).into() } else { text.into() };
        let bytes = body.len() as u32;
        let client = self.client.get_or_insert_with(|| Client::new(&self.load.host));
        let sent = Instant::now();
        let answer = client.post(body, is_gzip).await;
        let at = Instant::now();
        let answer = answer.map_err(|error| Again { after: Duration::ZERO, reason: error.to_string() })?;
        self.compresses |= answer.accepts_gzip();
        let records = lines.iter().filter(|(_, record)| record.is_some()).count() as u32;
        match answer.status {
            200..300 => {
                let (latency, delay) = (at - sent, sent.saturating_duration_since(due));
                let entry = Acknowledgment { at, latency, delay, records, bytes };
                self.journal.with(|entries| entries.acknowledged.push(entry));
                Ok(Delivery::Acknowledged)
            }
            status @ (400 | 413 | 415 | 422) => {
                let text = String::from_utf8_lossy(&answer.body).trim().to_owned();
                self.journal.with(|entries| entries.lost.push(format!("refused with {status}: {text}")));
                Ok(Delivery::Lost)
            }
            status => Err(Again {
                after: Duration::from_secs(answer.number("retry-after").unwrap_or_default()),
                reason: format!("status {status}"),
            }),
        }
    }
}

/// A batch is sent again.
struct Again {
    /// As the server asks.
    after: Duration,
    reason: String,
}

/// From half of the average to one and a half.
fn planned_batches(script: &Script, average: Duration) -> u32 {
    let batches = (average.as_millis() as u64 / script.interval_ms.max(1)).max(2);
    let spread = u64::from(script.recorder * 7919 + script.number * 104_729) % (batches + 1);
    (batches / 2 + spread).max(1) as u32
}

fn pack(text: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::with_capacity(text.len() / 4), Compression::fast());
    // Writing to memory does not fail.
    let _ = encoder.write_all(text);
    encoder.finish().unwrap_or_default()
}

fn now_ms() -> u128 {
    SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_millis()
}
