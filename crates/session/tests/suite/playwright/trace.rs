//! Traces of Playwright: what each version writes, and what is made of it.

use crate::common;
use session::formats::MessagesReader;
use session::model::{Body, ConsoleLevel, Messages, MessagesFile, Record, Session};

const TRACE: &[u8] = include_bytes!("../../fixtures/playwright/trace.zip");

fn open(files: &[(&str, &str)]) -> Session {
    let files = files.iter().map(|(name, text)| ((*name).to_owned(), text.as_bytes().to_vec())).collect();
    common::open_all(&files, 50).expect("a trace")
}

fn recorded() -> (Session, common::Files) {
    let files = common::zip::unpack(TRACE).expect("an archive");
    (common::open_all(&files, 1000).expect("a trace"), files)
}

/// Milliseconds since the session's start.
fn offset(session: &Session, time: Option<session::model::EpochMs>) -> Option<f64> {
    Some((time? - session.started_at?).ms().round())
}

fn notes(session: &Session) -> Vec<String> {
    session.notes.listed().iter().map(|note| format!("{}: {}", note.place, note.text)).collect()
}

const ENTRY: &str = r#"{"type":"resource-snapshot","snapshot":{"startedDateTime":"2026-11-21T14:02:01.000Z","time":20,"request":{"method":"GET","url":"https://a.test/"},"response":{"status":200,"content":{"size":3,"mimeType":"text/plain","_sha1":"abc.txt"}},"timings":{"wait":20}}}"#;

mod a_recorded_trace {
    use super::*;

    #[test]
    fn network_entries_of_a_trace_are_rows() {
        let (session, _) = recorded();
        assert_eq!(session.format.name(), "Playwright trace");
        assert_eq!(
            (session.producer.name.as_str(), session.producer.version.as_str()),
            ("Playwright", "1.65.1")
        );
        assert_eq!(session.title.as_deref(), Some("Orders of a day"));
        assert_eq!(session.records.len(), 13);
        assert_eq!(session.records.iter().filter(|record| record.socket().is_some()).count(), 6);
        assert_eq!((&session.truncation, notes(&session)), (&None, Vec::<String>::new()));
    }

    #[test]
    fn messages_of_a_trace_are_in_its_resources() {
        let (session, files) = recorded();
        let echo =
            session.records.iter().find(|record| record.url.ends_with("/ws/echo")).and_then(Record::socket);
        let Some(Messages::File(file)) = echo.map(|socket| &socket.messages) else {
            panic!("a file of messages")
        };
        let bytes =
            files.iter().find(|(name, _)| *name == *file.path).map(|(_, bytes)| bytes).expect("the file");
        let mut reader = MessagesReader::new(MessagesFile::clone(file));
        reader.feed(bytes).expect("messages");
        reader.finish(None).expect("messages");
        // Playwright leaves out the empty message and its echo.
        assert_eq!(reader.log().len(), 6);
        let times: Vec<f64> = reader.log().columns.raw_times().to_vec();
        assert!(times.is_sorted() && times.iter().all(|time| *time > 1.7e12), "{times:?}");
    }

    #[test]
    fn bodies_of_a_trace_are_in_its_resources() {
        let (session, files) = recorded();
        let items =
            session.records.iter().find(|record| record.url.contains("/api/items")).expect("a request");
        let Body::InFile { path, mime } = session.details(items).response_body else { panic!("a file") };
        assert_eq!(mime, "application/json");
        let body =
            files.iter().find(|(name, _)| **name == *path).map(|(_, bytes)| String::from_utf8_lossy(bytes));
        assert!(body.is_some_and(|body| body.contains("日本")));
        let order = session.records.iter().find(|record| record.method == "POST").expect("a request");
        assert!(matches!(session.details(order).request_body, Body::InFile { .. }));
    }

    #[test]
    fn console_actions_and_screenshots_of_a_trace_are_on_one_clock() {
        let (session, files) = recorded();
        let levels: Vec<ConsoleLevel> = session.console.iter().map(|entry| entry.level).collect();
        assert_eq!(levels[..3], [ConsoleLevel::Log, ConsoleLevel::Warn, ConsoleLevel::Exception]);
        assert_eq!(levels.len(), 6);
        let titles: Vec<&str> = session.actions.iter().map(|action| action.title.as_ref()).collect();
        assert!(titles.contains(&"Frame.goto") && titles.contains(&"Frame.click"), "{titles:?}");
        assert_eq!(session.actions.iter().filter(|action| action.has_failed).count(), 1);
        assert_eq!(session.screenshots.len(), 2);
        for picture in &session.screenshots {
            assert!(files.iter().any(|(name, _)| **name == *picture.path), "{}", picture.path);
        }
        let start = session.started_at.expect("a start");
        let end = session.end().expect("an end");
        let times = session
            .console
            .iter()
            .map(|entry| entry.time)
            .chain(session.screenshots.iter().map(|picture| picture.time));
        for time in times.chain(session.records.iter().map(|record| record.start)) {
            assert!(time.is_some_and(|time| start <= time && time <= end), "{time:?}");
        }
        assert!((end - start).ms() < 60_000.0);
    }

    #[test]
    fn a_trace_loads_the_same_in_pieces_of_any_size() {
        let files = common::zip::unpack(TRACE).expect("an archive");
        let at_once = common::open_all(&files, usize::MAX).expect("a trace");
        for piece in [1, 17, 4096] {
            let pieces = common::open_all(&files, piece).expect("a trace");
            assert_eq!(format!("{pieces:?}"), format!("{at_once:?}"), "in pieces of {piece}");
        }
    }
}

mod versions {
    use super::*;

    #[test]
    fn an_action_of_version_3_is_one_line_and_a_console_message_refers_to_an_earlier_one() {
        let session = open(&[(
            "trace.trace",
            r#"{"version":3,"type":"context-options","browserName":"chromium","wallTime":1795269720000,"options":{}}
{"type":"action","metadata":{"id":"call@1","startTime":100,"endTime":150,"apiName":"page.goto","type":"Frame","method":"goto","params":{"url":"https://a.test/"},"wallTime":1795269720100}}
{"type":"event","metadata":{"id":"event@2","wallTime":1795269720160,"startTime":160,"endTime":0,"type":"ConsoleMessage","method":"__create__","params":{"type":"ConsoleMessage","initializer":{"type":"error","text":"no","args":[{"guid":"handle@1"}],"location":{"url":"","lineNumber":0,"columnNumber":13}},"guid":"m@1"},"log":[],"snapshots":[]}}
{"type":"event","metadata":{"id":"event@3","wallTime":1795269720170,"startTime":170,"endTime":0,"type":"Page","method":"console","params":{"message":{"guid":"m@1"}},"log":[],"snapshots":[]}}
{"type":"event","metadata":{"id":"event@4","wallTime":1795269720180,"startTime":180,"endTime":0,"type":"Page","method":"pageError","params":{"error":{"error":{"message":"boom","name":"Error"}}},"log":[],"snapshots":[]}}"#,
        )]);
        assert_eq!(session.actions.len(), 1);
        assert_eq!(session.pages.first().map(|page| page.url.as_str()), Some("https://a.test/"));
        assert_eq!(offset(&session, session.actions[0].end), Some(50.0));
        let console = session.console.iter();
        let console: Vec<_> = console.map(|entry| (entry.level, offset(&session, entry.time))).collect();
        assert_eq!(console, [(ConsoleLevel::Error, Some(70.0)), (ConsoleLevel::Exception, Some(80.0))]);
        assert_eq!(notes(&session), Vec::<String>::new());
    }

    #[test]
    fn the_end_0_of_an_interrupted_action_of_version_3_does_not_extend_the_session() {
        let session = open(&[(
            "trace.trace",
            r#"{"version":3,"type":"context-options","browserName":"chromium","wallTime":1795269720000,"options":{}}
{"type":"action","metadata":{"id":"call@9","wallTime":1795269720000,"startTime":89340663.5,"endTime":89340753.5,"apiName":"page.click","type":"Frame","method":"click"}}
{"type":"action","metadata":{"id":"call@10","wallTime":1795269720094,"startTime":89340757.5,"endTime":0,"apiName":"tracing.stop","type":"Tracing","method":"tracingStopChunk","error":{"error":{"name":"Error","message":"Action was interrupted"}}}}"#,
        )]);
        let interrupted = &session.actions[1];
        assert!(interrupted.has_failed && interrupted.end.is_none());
        assert_eq!(session.started_at.map(|start| start.ms().round()), Some(1_795_269_720_000.0));
        assert_eq!(offset(&session, session.end()), Some(94.0));
    }

    #[test]
    fn up_to_version_6_an_action_relates_the_clocks() {
        let session = open(&[(
            "trace.trace",
            r#"{"version":6,"type":"context-options","browserName":"webkit","wallTime":1,"options":{}}
{"type":"before","callId":"call@9","startTime":350,"apiName":"browserContext.newPage","class":"BrowserContext","method":"newPage","params":{},"wallTime":1795269720350}
{"type":"console","messageType":"warning","text":"x","time":400}
{"type":"after","callId":"call@9","endTime":460,"error":{"message":"no"}}
{"type":"screencast-frame","sha1":"p.jpeg","width":1280,"height":720,"timestamp":450}"#,
        )]);
        let action = &session.actions[0];
        assert_eq!((action.title.as_ref(), action.has_failed), ("browserContext.newPage", true));
        assert_eq!(offset(&session, session.console[0].time), Some(50.0));
        assert_eq!(offset(&session, action.end), Some(110.0));
        let picture = &session.screenshots[0];
        assert_eq!((picture.path.as_ref(), picture.size), ("resources/p.jpeg", Some((1280, 720))));
        assert_eq!(offset(&session, picture.time), Some(100.0));
    }

    #[test]
    fn from_version_8_an_action_is_named_by_its_title() {
        let session = open(&[(
            "test.trace",
            r#"{"version":10,"type":"context-options","origin":"testRunner","browserName":"","wallTime":1795269720000,"monotonicTime":0}
{"type":"before","callId":"a@1","startTime":1,"class":"Test","method":"test.step","title":"log in as admin","params":{}}
{"type":"before","callId":"a@2","startTime":2,"class":"Frame","method":"click","params":{}}"#,
        )]);
        let titles: Vec<_> = session.actions.iter().map(|action| action.title.as_ref()).collect();
        assert_eq!(titles, ["log in as admin", "Frame.click"]);
    }

    #[test]
    fn from_version_7_the_context_relates_the_clocks() {
        let session = open(&[(
            "trace.trace",
            r#"{"version":8,"type":"context-options","wallTime":1795269720000,"monotonicTime":5000,"playwrightVersion":"1.60.0"}
{"type":"console","messageType":"log","text":"x","time":5250.5}"#,
        )]);
        assert_eq!(session.console[0].time.map(session::model::EpochMs::ms), Some(1_795_269_720_250.5));
    }

    #[test]
    fn without_a_relation_of_the_clocks_times_are_estimated_and_noted() {
        let session = open(&[(
            "trace.trace",
            r#"{"version":5,"type":"context-options","wallTime":1795269720000}
{"type":"console","messageType":"log","text":"x","time":700}
{"type":"console","messageType":"log","text":"y","time":750}"#,
        )]);
        assert_eq!(offset(&session, session.console[1].time), Some(50.0));
        assert!(notes(&session)[0].contains("estimated"));
    }

    #[test]
    fn a_future_version_loads_as_far_as_it_is_known() {
        let session = open(&[
            ("trace.trace", "{\"version\":10000,\"type\":\"context-options\",\"wallTime\":1795269720000}\n"),
            ("trace.network", ENTRY),
        ]);
        assert_eq!(session.records.len(), 1);
        assert!(notes(&session)[0].contains("version 10000"));
    }
}

mod files {
    use super::*;

    #[test]
    fn every_trace_of_the_archive_loads_with_its_network() {
        let context = r#"{"version":8,"type":"context-options","wallTime":1795269720000,"monotonicTime":0}"#;
        let session = open(&[
            ("1-trace.network", ENTRY),
            ("1-trace.trace", context),
            ("0-trace.trace", context),
            ("0-trace.network", ENTRY),
            (
                "test.trace",
                r#"{"type":"before","callId":"hook@1","startTime":1,"class":"Test","method":"step","apiName":"Before Hooks"}"#,
            ),
        ]);
        assert_eq!(session.records.iter().map(|record| record.number).collect::<Vec<_>>(), [1, 2]);
        assert_eq!(session.actions.len(), 1);
    }

    #[test]
    fn a_trace_without_a_browser_does_not_replace_that_of_another() {
        let named = r#"{"version":10,"type":"context-options","browserName":"chromium","playwrightVersion":"1.65.1","wallTime":1795269720000,"monotonicTime":0}"#;
        let unnamed = r#"{"version":10,"type":"context-options","browserName":"","wallTime":1795269720000,"monotonicTime":0}"#;
        let session = open(&[("0-trace.trace", named), ("test.trace", unnamed)]);
        assert_eq!(session.producer.browser.as_deref(), Some("chromium"));
        assert_eq!(session.producer.version, "1.65.1");
    }

    #[test]
    fn a_network_file_without_its_trace_loads_with_the_others() {
        let context = r#"{"version":8,"type":"context-options","wallTime":1795269720000,"monotonicTime":0}"#;
        let session = open(&[("x.trace", context), ("y.network", ENTRY), ("x.network", ENTRY)]);
        assert_eq!(session.records.len(), 2);
        let session = open(&[("x.network", ENTRY), ("y.network", ENTRY)]);
        assert_eq!(session.records.len(), 2);
        assert_eq!(notes(&session), Vec::<String>::new());
    }

    #[test]
    fn a_lone_network_file_opens() {
        let session = open(&[("trace.network", ENTRY)]);
        assert_eq!(session.records.len(), 1);
        let Body::InFile { path, .. } = session.details(&session.records[0]).response_body else {
            panic!("a file")
        };
        assert_eq!(path.as_ref(), "resources/abc.txt", "older versions name it without its folder");
    }

    #[test]
    fn a_trace_with_network_entries_is_recognized_by_name_in_pieces_of_any_size() {
        let context = r#"{"version":8,"type":"context-options","wallTime":1795269720000,"monotonicTime":0}"#;
        let files = [("0-trace.trace", context), ("1-trace.trace", ENTRY), ("1-trace.network", ENTRY)];
        let files = files.map(|(name, text)| (name.to_owned(), text.as_bytes().to_vec())).to_vec();
        for piece in [1, 20, usize::MAX] {
            let session = common::open_all(&files, piece).expect("a trace");
            assert_eq!(session.records.len(), 1, "in pieces of {piece}");
        }
    }

    #[test]
    fn a_trace_without_its_network_is_noted_if_the_files_are_listed() {
        let trace = br#"{"version":8,"type":"context-options","wallTime":1795269720000,"monotonicTime":0}"#;
        let session = common::open(("trace.trace", trace), &[], 100).expect("a trace");
        assert!(notes(&session)[0].starts_with("trace.network: not read"));
    }

    #[test]
    fn a_trace_in_a_folder_finds_its_sidecars() {
        let session = open(&[
            (
                "run/a/trace.trace",
                r#"{"version":8,"type":"context-options","wallTime":1795269720000,"monotonicTime":0}"#,
            ),
            ("run/a/trace.network", ENTRY),
            ("run/b/trace.network", ENTRY),
        ]);
        assert_eq!(session.records.len(), 1);
    }
}

mod damage {
    use super::*;

    #[test]
    fn an_invalid_line_is_dropped_alone() {
        let session = open(&[
            (
                "trace.trace",
                "{\"version\":8,\"type\":\"context-options\",\"wallTime\":1795269720000,\"monotonicTime\":0}\n7\n{\"type\":\"console\",\"time\":3,\"x\":}\n{\"type\":\"console\",\"time\":4}",
            ),
            ("trace.network", &format!("{ENTRY}\n{{\"type\":\"other\"}}\n{ENTRY}")),
        ]);
        assert_eq!((session.console.len(), session.records.len()), (2, 2));
        assert_eq!(
            notes(&session),
            [
                "trace.trace, line 2: dropped: it is not an object",
                "trace.trace, line 3: its JSON is broken; what could be read of it is kept",
                "entry 2: dropped: it is not a snapshot of a resource"
            ]
        );
    }

    #[test]
    fn an_invalid_first_line_is_dropped_alone() {
        let action = r#"{"type":"before","callId":"a","startTime":1,"class":"Frame","method":"click"}"#;
        let session = open(&[("trace.trace", &format!("7\n{action}"))]);
        assert_eq!(session.actions.len(), 1);
        let session = open(&[("trace.network", &format!("garbage\n{ENTRY}"))]);
        assert_eq!(session.records.len(), 1);
        assert_eq!(notes(&session), ["entry 1: dropped: it is not a snapshot of a resource"]);
    }

    #[test]
    fn a_request_within_a_trace_is_noted() {
        let context = r#"{"version":8,"type":"context-options","wallTime":1795269720000,"monotonicTime":0}"#;
        let session = open(&[("trace.trace", &format!("{context}\n{ENTRY}"))]);
        assert_eq!(session.records.len(), 0);
        let said = ["trace.trace, line 2: dropped: requests are read from .network files only"];
        assert_eq!(notes(&session), said);
    }

    #[test]
    fn notes_on_requests_count_the_bytes_of_their_own_file() {
        let context = r#"{"version":8,"type":"context-options","wallTime":1795269720000,"monotonicTime":0}"#;
        let messages = ENTRY.replace("\"time\":20", "\"time\":20,\"_webSocketMessages\":[7]");
        let session = open(&[
            ("trace.trace", context),
            ("trace.network", &format!("{ENTRY}\n{{\"type\":\"other\"}}\n{messages}")),
        ]);
        let found: Vec<_> = session.notes.listed().iter().map(|note| note.byte).collect();
        let second = ENTRY.len() as u64 + 1;
        let message = messages.find("[7]").expect("the messages") as u64 + 1;
        assert_eq!(found, [Some(second), Some(second + 17 + message)]);
    }

    #[test]
    fn a_truncated_trace_keeps_its_complete_lines() {
        let session = open(&[
            (
                "trace.trace",
                "{\"version\":8,\"type\":\"context-options\",\"wallTime\":1795269720000,\"monotonicTime\":0}\n{\"type\":\"cons",
            ),
            ("trace.network", ENTRY),
        ]);
        let cut = session.truncation.expect("a cut");
        assert_eq!((cut.file.as_str(), cut.element, cut.element_name), ("trace.trace", Some(2), "line"));
        assert_eq!(session.records.len(), 1);
    }

    #[test]
    fn a_screenshot_outside_of_the_trace_is_ignored() {
        let session = open(&[(
            "trace.trace",
            "{\"version\":8,\"type\":\"context-options\",\"wallTime\":1795269720000,\"monotonicTime\":0}\n{\"type\":\"screencast-frame\",\"file\":\"../../secret\",\"timestamp\":1}",
        )]);
        assert_eq!(session.screenshots, []);
    }
}
