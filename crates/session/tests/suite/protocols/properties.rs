//! What holds for every conversation, whatever its protocol.

use super::recorded::{RecordedSocket, fixtures};

use json_spans::json_string;
use serde_json::Value;
use session::encodings::base64;
use session::model::Encoding;
use session::protocols::{Analyze, Analyzer, DecodeCursor, DecodedUnit, Sample};

/// Checks each socket with its analysis by the recognized protocol.
fn each_socket(check: impl Fn(&str, &RecordedSocket<'_>, &Analyzer)) {
    for fixture in fixtures() {
        for socket in fixture.sockets() {
            if let Some(analyzer) = socket.analyzer(usize::MAX) {
                check(&fixture.name, &socket, &analyzer);
            }
        }
    }
}

/// The units that end in a message, decoded alone.
fn units(analyzer: &Analyzer, socket: &RecordedSocket<'_>, index: u32) -> Vec<DecodedUnit> {
    let mut units = analyzer.decode(socket.log, index, u32::MAX).units;
    units.retain(|unit| unit.messages.1 == index);
    units
}

/// The payload of a message, decoded from the file.
fn payload(socket: &RecordedSocket<'_>, index: u32) -> Vec<u8> {
    let message = socket.log.columns.get(index as usize).expect("a message");
    let text = json_string::unescape(&socket.log.raw(&message)).into_owned();
    match message.encoding {
        Encoding::Base64 => base64::decode(text.as_bytes()).expect("base64"),
        _ => text.into_bytes(),
    }
}

#[test]
fn the_raw_messages_are_those_of_the_file_after_the_analysis() {
    for fixture in fixtures() {
        let har: Value = serde_json::from_slice(&fixture.bytes).expect("JSON");
        let entries = har["log"]["entries"].as_array().expect("entries");
        for (socket, entry) in fixture.sockets().zip(entries) {
            let recorded = entry["_webSocketMessages"].as_array().expect("messages");
            let analyzer = socket.analyzer(usize::MAX);
            assert_eq!(socket.log.len(), recorded.len(), "{}", fixture.name);
            for (index, message) in socket.indexes().zip(recorded) {
                if let Some(analyzer) = &analyzer {
                    analyzer.decode(socket.log, index, u32::MAX);
                }
                let columns = socket.log.columns.get(index as usize).expect("a message");
                let raw = json_string::unescape(&socket.log.raw(&columns)).into_owned();
                assert_eq!(Some(&*raw), message["data"].as_str(), "{} {index}", fixture.name);
            }
        }
    }
}

/// Checks that the units of each message ascend within its payload and do not overlap.
fn assert_ranges(name: &str, socket: &RecordedSocket<'_>, analyzer: &Analyzer) {
    for index in socket.indexes() {
        let len = payload(socket, index).len();
        let mut end = 0;
        for unit in units(analyzer, socket, index) {
            let range = unit.bytes;
            assert!(
                end <= range.start && range.start <= range.end && range.end <= len,
                "{name} {index}: {range:?} after {end} of {len} bytes"
            );
            end = range.end;
        }
    }
}

#[test]
fn units_ascend_within_the_payload_and_do_not_overlap() {
    each_socket(assert_ranges);
}

#[test]
fn a_recording_that_begins_later_is_decoded_as_the_same_protocol() {
    each_socket(|name, socket, _| {
        let recognized = socket.recognition().expect("a protocol").protocol;
        for first in socket.indexes().skip(1).step_by(3) {
            let columns = socket.columns_from(first);
            let later = socket.with_columns(&columns);
            let mut analyzer = Analyzer::new(recognized, &socket.handshake, &Sample::of(later.log));
            while analyzer.advance(later.log, usize::MAX) {}
            assert_ranges(&format!("{name} from {first}"), &later, &analyzer);
        }
    });
}

#[test]
fn a_message_decoded_alone_has_the_units_of_the_pass() {
    each_socket(|name, socket, analyzer| {
        let analysis = analyzer.analysis();
        for index in socket.indexes() {
            let units = units(analyzer, socket, index);
            let event = analysis.event(index).unwrap_or_default();
            match units.as_slice() {
                [] => assert_eq!(event, "", "{name} {index}"),
                [unit] => assert_eq!(event, unit.event, "{name} {index}"),
                _ => assert!(
                    event.starts_with(&format!("{} frames: ", units.len())),
                    "{name} {index}: {event}"
                ),
            }
            let is_heartbeat = !units.is_empty() && units.iter().all(|unit| unit.is_heartbeat);
            assert_eq!(analysis.is_heartbeat(index), is_heartbeat, "{name} {index}");
            let is_malformed = units.iter().any(|unit| unit.problem.is_some());
            assert_eq!(analysis.is_malformed(index), is_malformed, "{name} {index}");
        }
    });
}

#[test]
fn messages_decoded_one_after_another_have_the_same_units() {
    each_socket(|name, socket, analyzer| {
        let mut cursor = DecodeCursor::default();
        // Some are left out, and one before them is asked for later.
        let skipped = socket.indexes().filter(|index| index % 3 != 1);
        for index in skipped.chain(socket.indexes().take(2)) {
            let next = analyzer.decode_next(&mut cursor, socket.log, index, u32::MAX).units;
            let alone = units(analyzer, socket, index);
            assert_eq!(format!("{next:?}"), format!("{alone:?}"), "{name} {index}");
        }
    });
}

#[test]
fn an_analysis_in_slices_is_that_of_all_messages_at_once() {
    each_socket(|name, socket, at_once| {
        let in_slices = socket.analyzer(1).expect("the same protocol");
        assert_eq!(at_once.label(), in_slices.label(), "{name}");
        let columns = |analyzer: &Analyzer, index| {
            let analysis = analyzer.analysis();
            let event = analysis.event(index).unwrap_or_default().to_owned();
            (event, analysis.partner(index), analysis.part(index), analysis.is_unanswered(index))
        };
        for index in socket.indexes() {
            assert_eq!(columns(at_once, index), columns(&in_slices, index), "{name} {index}");
        }
    });
}

#[test]
fn partners_have_opposite_directions() {
    each_socket(|name, socket, analyzer| {
        let direction =
            |index: u32| socket.log.columns.get(index as usize).and_then(|message| message.direction);
        for index in socket.indexes() {
            if let Some(partner) = analyzer.analysis().partner(index) {
                assert_ne!(direction(index), direction(partner), "{name} {index} {partner}");
            }
        }
    });
}
