//! A catalog of generated sessions, the same for the same number.

use catalog::{Catalog, Error, Row, State};

/// End of the last day: 2026-11-30, 00:00 UTC.
const END: i64 = 1_796_256_000_000;
const DAY_MS: i64 = 86_400_000;
pub const DAYS: i64 = 30;
/// Names of the projects, and their shares of the sessions in percent.
const PROJECTS: [(&str, u64); 4] = [("shop", 50), ("console", 25), ("docs", 15), ("mobile-web", 10)];
/// Number of small files of the last day in each project, as if written since its last merge.
const SMALL_FILES: usize = 8;
const ROWS_OF_SMALL_FILE: usize = 50;

/// The generator `SplitMix64`: enough for rows that look different.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }

    /// Below `bound`, which is positive.
    fn time(&mut self, bound: i64) -> i64 {
        self.below(bound.unsigned_abs()).cast_signed()
    }

    /// Small numbers are more frequent.
    fn skewed(&mut self, bound: u64) -> u64 {
        let exponent = self.below(64 - u64::from(bound.leading_zeros()) + 1);
        self.below(1 << exponent).min(bound - 1)
    }

    fn is(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }
}

/// Writes about `rows` sessions of [`DAYS`] days.
pub async fn generate(catalog: &Catalog, rows: u64) -> Result<(), Error> {
    for day in 0..DAYS {
        for (project, percent) in PROJECTS {
            let mut random = Random((day as u64) << 32 | percent);
            let count = rows * percent / 100 / DAYS as u64;
            let sessions = (0..count).map(|_| session(&mut random, project, day));
            let sessions: Vec<Row> = sessions.collect();
            if day == DAYS - 1 {
                append_small_files(catalog, &sessions).await?;
            }
            catalog.append(sessions).await?;
        }
    }
    Ok(())
}

/// The rows that some of the sessions had while they were live.
async fn append_small_files(catalog: &Catalog, sessions: &[Row]) -> Result<(), Error> {
    for rows in sessions.chunks(ROWS_OF_SMALL_FILE).take(SMALL_FILES) {
        let live = |row: &Row| Row {
            state: State::Live,
            generation: 0,
            received_last: row.received_first,
            ended: None,
            ..row.clone()
        };
        catalog.append(rows.iter().map(live).collect()).await?;
    }
    Ok(())
}

fn session(random: &mut Random, project: &str, day: i64) -> Row {
    let received = END - (DAYS - day) * DAY_MS + random.time(DAY_MS);
    // One clock in 200 is wrong by up to a year.
    let skew = if random.below(200) == 0 { random.time(730) * DAY_MS - 365 * DAY_MS } else { 0 };
    let started = received - 2_100 + skew;
    let duration = random.skewed(3_600_000).cast_signed();
    let host = format!("{project}.example.test");
    let page_urls: Vec<String> = (0..=random.skewed(6)).map(|_| url(random, &host)).collect();
    let sockets = random.skewed(8);
    Row {
        project: project.to_owned(),
        session: session_id(random, started),
        generation: 1 + random.skewed(3) as u32,
        state: State::Final,
        received_first: received,
        received_last: received + duration,
        started: Some(started),
        ended: Some(started + duration),
        title: Some(title(random)),
        page_urls,
        host: Some(host),
        user: random.is(70).then(|| user(random)),
        tags: (0..random.below(4)).map(|_| format!("tag-{}", random.skewed(40))).collect(),
        release: Some(format!("2026.{}.{}", 1 + day / 10, random.below(9))),
        user_agent: Some(user_agent(random)),
        requests: Some(1 + random.skewed(400)),
        sockets: Some(sockets),
        messages: Some(sockets * random.skewed(5_000)),
        errors: Some(if random.is(80) { 0 } else { random.skewed(40) }),
        console_errors: Some(if random.is(70) { 0 } else { random.skewed(100) }),
        bytes: Some(20_000 + random.skewed(8_000_000)),
        holes: Some(u64::from(random.below(500) == 0)),
    }
}

/// An id as the recorder makes it: the time, and 64 random bits in base 36.
fn session_id(random: &mut Random, started: i64) -> String {
    let seconds = started.div_euclid(1_000);
    let (days, rest) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    let mut suffix = String::new();
    let mut bits = random.next();
    while bits > 0 {
        suffix.push(char::from(b"0123456789abcdefghijklmnopqrstuvwxyz"[(bits % 36) as usize]));
        bits /= 36;
    }
    // Days since the epoch in place of the date: as long, and in the same order.
    format!("{days:08}-{:02}{:02}{:02}-{suffix}", rest / 3_600, rest / 60 % 60, rest % 60)
}

fn url(random: &mut Random, host: &str) -> String {
    const SECTIONS: [&str; 6] = ["orders", "products", "Customers", "invoices", "search", "account/settings"];
    let section = SECTIONS[random.below(6) as usize];
    match random.below(10) {
        0..=2 => format!("https://{host}/"),
        3..=5 => format!("https://{host}/{section}?page={}", random.skewed(30)),
        _ => format!("https://{host}/{section}/{}/details?tab=items", random.below(2_000_000)),
    }
}

fn title(random: &mut Random) -> String {
    match random.below(4) {
        0 => format!("Order {} – Lantern Street Market", random.below(2_000_000)),
        1 => format!("Search: {} results", random.skewed(5_000)),
        _ => format!("Category {} – Lantern Street Market", random.skewed(300)),
    }
}

fn user(random: &mut Random) -> String {
    const NAMES: [&str; 8] = ["mia", "noah", "lena", "elias", "clara", "jonas", "Emma.K", "ben"];
    format!("{}.{}@customers.example.test", NAMES[random.below(8) as usize], random.below(60_000))
}

fn user_agent(random: &mut Random) -> String {
    let version = 120 + random.skewed(30);
    let system = ["Windows NT 10.0; Win64; x64", "Macintosh; Intel Mac OS X 10_15_7", "X11; Linux x86_64"]
        [random.below(3) as usize];
    format!(
        "Mozilla/5.0 ({system}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{version}.0.0.0 Safari/537.36"
    )
}
