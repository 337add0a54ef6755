//! The store on a server of S3, moto, behind a proxy that fails. `REPLAYSCOPE_MOTO` names its
//! executable, as `make test` does; without it nothing of this runs.

mod common;

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, OnceLock};
use std::thread;
use std::time::{Duration, Instant};

use common::proxy::{Mode, Proxy};
use common::{Objects, batch, expect_compacted, key, names, project, put_noise, read};
use object_store::aws::AmazonS3Builder;
use store::{Conditions, Settings, Store, StoreError};

const MINUTE: Duration = Duration::from_secs(60);
const SECRET: &str = "SECRETSECRETSECRET";
/// Names the addresses of the proxy and the server to the process that runs the cases.
const ADDRESSES: &str = "STORE_S3_ADDRESSES";

/// Ends the server with the test.
struct Moto(Child);

impl Drop for Moto {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The variables of the environment, by which the store is opened, are those of a process: the cases
/// run in another one.
#[test]
fn all_cases_pass_on_s3() {
    let Ok(executable) = std::env::var("REPLAYSCOPE_MOTO") else {
        eprintln!("REPLAYSCOPE_MOTO is not set: the tests against S3 are skipped");
        return;
    };
    let (server, proxy) = (free_address(), free_address());
    let mut command = Command::new(executable);
    command.args(["-H", "127.0.0.1", "-p", &server.port().to_string()]);
    let _moto = Moto(command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("moto starts"));
    create_bucket(server);
    let cases = Command::new(std::env::current_exe().expect("this executable"))
        .args(["--ignored", "--test-threads=1"])
        .env(ADDRESSES, format!("{proxy} {server}"))
        .env("AWS_ENDPOINT", format!("http://{proxy}"))
        .env("AWS_ALLOW_HTTP", "true")
        .env("AWS_REGION", "us-east-1")
        .env("AWS_ACCESS_KEY_ID", "key")
        .env("AWS_SECRET_ACCESS_KEY", SECRET)
        .output()
        .expect("the cases run");
    let output =
        String::from_utf8_lossy(&cases.stdout).into_owned() + &String::from_utf8_lossy(&cases.stderr);
    assert!(cases.status.success() && output.contains(" 6 passed"), "{output}");
}

fn free_address() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a free port")
}

/// Creates the bucket as soon as the server answers.
fn create_bucket(server: SocketAddr) {
    let started = Instant::now();
    let answer = loop {
        match put_bucket(server) {
            Ok(answer) if !answer.is_empty() => break answer,
            _ => thread::sleep(Duration::from_millis(100)),
        }
        assert!(started.elapsed() < MINUTE, "moto does not answer");
    };
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
}

fn put_bucket(server: SocketAddr) -> std::io::Result<String> {
    let mut connection = TcpStream::connect(server)?;
    write!(
        connection,
        "PUT /bucket HTTP/1.1\r\nHost: {server}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    )?;
    let mut answer = String::new();
    connection.read_to_string(&mut answer)?;
    Ok(answer)
}

fn proxy() -> &'static Proxy {
    static PROXY: OnceLock<Proxy> = OnceLock::new();
    PROXY.get_or_init(|| {
        let addresses = std::env::var(ADDRESSES).expect("the addresses");
        let (proxy, server) = addresses.split_once(' ').expect("two addresses");
        Proxy::start(proxy.parse().expect("an address"), server.parse().expect("an address"))
    })
}

/// A store in a folder of the bucket.
async fn store(folder: &str) -> Arc<Store> {
    proxy().set(Mode::Pass);
    let settings = Settings { request_timeout: Duration::from_secs(1), ..Settings::default() };
    Arc::new(Store::open(&format!("s3://bucket/{folder}"), settings).await.expect("a store"))
}

/// The keys of a folder of the bucket.
async fn keys(folder: &str) -> Vec<String> {
    let bucket = AmazonS3Builder::from_env().with_bucket_name("bucket").build().expect("a bucket");
    let objects: Objects = Arc::new(bucket);
    let prefix = format!("{folder}/");
    names(&objects)
        .await
        .into_iter()
        .filter_map(|name| Some(name.strip_prefix(&prefix)?.to_owned()))
        .collect()
}

fn console(sequence: u32) -> store::Batch {
    batch("s", sequence, &[("console.jsonl", &format!("{{\"n\":{sequence}}}"))])
}

#[tokio::test]
#[ignore = "run by all_cases_pass_on_s3"]
async fn a_session_goes_through_all_its_states() {
    let store = store("states").await;
    assert_eq!(store.conditions().await.expect("an answer"), Conditions { create: true, update: true });
    let now = store.clock().await.expect("a time");
    for generation in 0..2 {
        for sequence in [2, 1] {
            store.put(&project(), &console(sequence + 2 * generation)).await.expect("it is stored");
        }
        let live = read(&store, &key("s")).await.expect("the session");
        let pass = store.compact(now + 3 * MINUTE).await.expect("a pass");
        assert_eq!((pass.compacted.len(), pass.failed.len()), (1, 0), "{pass:?}");
        let session = read(&store, &key("s")).await.expect("the session");
        assert_eq!((session.is_live, session.files()), (false, live.files()));
    }
    store.sweep(now + 30 * MINUTE).await.expect("a sweep");
    let keys_then = keys("states").await;
    assert!(!keys_then.iter().any(|key| key.starts_with("inbox/") || key.contains("/g1-")), "{keys_then:?}");
    store.delete(&key("s")).await.expect("it is deleted");
    assert_eq!(keys("states").await, ["deleted/shop/s", "replayscope.json"]);
    assert!(matches!(store.put(&project(), &console(9)).await, Err(StoreError::Deleted)));
}

#[tokio::test]
#[ignore = "run by all_cases_pass_on_s3"]
async fn large_files_are_written_in_parts() {
    let store = store("large").await;
    let now = store.clock().await.expect("a time");
    put_noise(&store, 1, 3, 450_000).await;
    expect_compacted(&store, now + 3 * MINUTE).await;
}

#[tokio::test]
#[ignore = "run by all_cases_pass_on_s3"]
async fn a_server_that_slows_down_costs_time_and_nothing_else() {
    let store = store("slow").await;
    for mode in [Mode::SlowDown, Mode::Silence] {
        proxy().set(mode);
        let started = Instant::now();
        let error = store.put(&project(), &console(1)).await.expect_err("no answer");
        assert!(matches!(error, StoreError::Unavailable(_)), "{error:?}");
        assert!(
            !error.to_string().contains(SECRET) && started.elapsed() < 10 * Duration::from_secs(1),
            "{error}"
        );
    }
    proxy().set(Mode::Late(Duration::from_millis(300)));
    store.put(&project(), &console(1)).await.expect("it is stored");
    proxy().set(Mode::Pass);
    assert_eq!(read(&store, &key("s")).await.expect("the session").lines("console.jsonl").len(), 1);
}

#[tokio::test]
#[ignore = "run by all_cases_pass_on_s3"]
async fn a_request_is_tried_again_while_the_server_slows_down() {
    let store = store("again").await;
    proxy().set(Mode::SlowDown);
    let recovery = async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        proxy().set(Mode::Pass);
    };
    let (project, batch) = (project(), console(1));
    let (put, ()) = tokio::join!(store.put(&project, &batch), recovery);
    put.expect("it is stored");
}

#[tokio::test]
#[ignore = "run by all_cases_pass_on_s3"]
async fn answers_that_are_cut_change_nothing() {
    let store = store("cut").await;
    let now = store.clock().await.expect("a time");
    put_noise(&store, 2, 2, 2000).await;
    let live = read(&store, &key("s")).await.expect("the session");
    for bytes in [20, 400, 2000] {
        proxy().set(Mode::Cut(bytes));
        let compacted = store.compact(now + 3 * MINUTE).await.map_or(0, |pass| pass.compacted.len());
        assert_eq!(compacted, 0, "after {bytes} bytes");
        proxy().set(Mode::Pass);
        assert_eq!(read(&store, &key("s")).await.expect("the session").files(), live.files());
    }
    assert_eq!(store.compact(now + 3 * MINUTE).await.expect("a pass").compacted.len(), 1);
    assert_eq!(read(&store, &key("s")).await.expect("the session").files(), live.files());
}

#[tokio::test]
#[ignore = "run by all_cases_pass_on_s3"]
async fn servers_that_compact_at_once_make_one_session() {
    let (one, other) = (store("both").await, store("both").await);
    let now = one.clock().await.expect("a time");
    for round in 0..5 {
        for sequence in 1..=4 {
            one.put(&project(), &console(round * 4 + sequence)).await.expect("it is stored");
        }
        let (first, second) = tokio::join!(one.compact(now + 3 * MINUTE), other.compact(now + 3 * MINUTE));
        let compacted = [first, second].map(|pass| pass.expect("a pass").compacted.len());
        assert!(compacted.iter().sum::<usize>() >= 1, "{compacted:?}");
    }
    one.sweep(now + 30 * MINUTE).await.expect("a sweep");
    let session = read(&other, &key("s")).await.expect("the session");
    let expected: Vec<String> = (1..=20).map(|sequence| format!("{{\"n\":{sequence}}}")).collect();
    assert_eq!(
        (session.is_live, session.lines("console.jsonl")),
        (false, expected.iter().map(String::as_str).collect())
    );
    assert!(!keys("both").await.iter().any(|key| key.starts_with("inbox/")));
}
