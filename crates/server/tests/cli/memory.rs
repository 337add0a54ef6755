//! The memory that a large recording takes.

use std::fmt::Write as _;
use std::fs;
use std::io::{Read, Write};
use std::process::{Command, Stdio};

use crate::common::file;

/// Bytes of the generated file: enough that the program itself does not count.
const FILE_BYTES: usize = 64 << 20;
/// What a recording may take, in percent of its file.
const MAX_PERCENT: usize = 150;
const SOCKET_EVERY: usize = 50;
const MESSAGES: usize = 200;

/// A HAR with headers and bodies, and with sockets among its requests.
fn write_har(out: &mut impl Write) {
    let head = r#"{"log":{"version":"1.2","creator":{"name":"tests","version":"1"},"entries":["#;
    out.write_all(head.as_bytes()).expect("a disk");
    let header = r#"{"name":"x-header","value":"0123456789abcdef0123456789abcdef"}"#;
    let headers = [header; 8].join(",");
    let body = "abcdefgh ".repeat(800);
    let (mut bytes, mut number) = (0, 0);
    while bytes < FILE_BYTES {
        let comma = if number == 0 { "" } else { ",\n" };
        let time = format!("2026-03-01T10:{:02}:{:02}Z", number / 60 % 60, number % 60);
        let mut entry = if number % SOCKET_EVERY == 0 {
            let message = r#"{"type":"send","time":1772359201.5,"opcode":1,"data":"{\"event\":\"price\",\"value\":12.5}"}"#;
            let messages = [message; MESSAGES].join(",");
            format!(
                r#"{comma}{{"startedDateTime":"{time}","time":9,"_resourceType":"websocket","request":{{"method":"GET","url":"wss://a.test/{number}","headers":[{headers}]}},"response":{{"status":101}},"_webSocketMessages":[{messages}]"#
            )
        } else {
            format!(
                r#"{comma}{{"startedDateTime":"{time}","time":9,"request":{{"method":"GET","url":"https://a.test/{number}","headers":[{headers}]}},"response":{{"status":200,"headers":[{headers}],"content":{{"mimeType":"text/plain","text":"{body}"}}}}"#
            )
        };
        let _ = write!(entry, "}}");
        out.write_all(entry.as_bytes()).expect("a disk");
        bytes += entry.len();
        number += 1;
    }
    out.write_all(b"]}}").expect("a disk");
}

#[test]
fn a_large_har_takes_at_most_one_and_a_half_times_its_size() {
    let (_folder, path) = file("large.har", b"");
    let mut out = std::io::BufWriter::new(fs::File::create(&path).expect("a file"));
    write_har(&mut out);
    out.into_inner().expect("a disk").sync_all().expect("a disk");
    let mut command = Command::new(env!("CARGO_BIN_EXE_replayscope"));
    command.args(["requests", &path, "--json"]).stdout(Stdio::piped());
    let mut child = command.spawn().expect("the command starts");
    let mut stdout = child.stdout.take().expect("it is piped");
    // The first byte comes when everything is read; then the command waits, because the rest does
    // not fit into the pipe.
    let mut first = [0];
    stdout.read_exact(&mut first).expect("a row");
    let status = fs::read_to_string(format!("/proc/{}/status", child.id())).expect("it still runs");
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("the peak");
    let peak: usize = peak.trim().trim_end_matches(" kB").parse().expect("a number");
    let rows = std::io::copy(&mut stdout, &mut std::io::sink()).expect("rows");
    assert!(rows > 1 << 20, "{rows} bytes fit into the pipe");
    assert!(child.wait().expect("it ends").success());
    let percent = peak * 1024 * 100 / FILE_BYTES;
    println!("{percent} % of {FILE_BYTES} bytes");
    assert!(percent <= MAX_PERCENT, "{percent} %");
}
