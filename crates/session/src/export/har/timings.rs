//! The timings of an entry, which follow one another from its start.

use super::UNKNOWN;
use crate::export::json::Json;
use crate::model::{Phase, Phases};

/// Less than this between two phases is how floats round, not time: in ms.
const NO_GAP: f64 = 0.0005;

/// Writes the seven timings, [`UNKNOWN`] for what was not recorded. `ssl` is inside `connect`. Time
/// between two phases, in which the request did nothing that has a name, is time that it was held
/// up: it counts to `blocked`, so that the phases behind it keep their place.
pub(super) fn write(json: &mut Json, phases: &Phases) {
    let length = |phase: Phase| phases.get(phase).map(|range| decimal(range.end) - decimal(range.start));
    let tls = length(Phase::Tls);
    let connect = match (length(Phase::Connect), tls) {
        (Some(connect), tls) => Some(connect + tls.unwrap_or(0.0)),
        (None, tls) => tls,
    };
    let blocked = match (length(Phase::Blocked), gaps(phases)) {
        (blocked, Some(gaps)) => Some(blocked.unwrap_or(0.0) + gaps),
        (blocked, None) => blocked,
    };
    json.open_object();
    for (key, length) in [
        ("blocked", blocked),
        ("dns", length(Phase::Dns)),
        ("connect", connect),
        ("ssl", tls),
        ("send", length(Phase::Send)),
        ("wait", length(Phase::Wait)),
        ("receive", length(Phase::Receive)),
    ] {
        json.number_field(key, length.map_or(UNKNOWN, rounded));
    }
    json.close_object();
}

fn gaps(phases: &Phases) -> Option<f64> {
    let mut at = 0.0_f64;
    let mut gaps = 0.0;
    for range in phases.iter() {
        let gap = decimal(range.start) - at;
        gaps += if gap > NO_GAP { gap } else { 0.0 };
        at = at.max(decimal(range.end));
    }
    (gaps > 0.0).then_some(gaps)
}

/// The decimal number that was meant: phases are kept as 32-bit floats, whose neighbours in 64 bits
/// are long.
fn decimal(ms: f64) -> f64 {
    (ms as f32).to_string().parse().unwrap_or(ms)
}

/// To a millionth of a microsecond, which takes away what subtracting adds.
fn rounded(ms: f64) -> f64 {
    (ms * 1e9).round() / 1e9
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(ranges: &[(Phase, f64, f64)]) -> String {
        let mut phases = Phases::default();
        for (phase, start, end) in ranges {
            phases.set(*phase, *start, *end);
        }
        let mut json = Json::default();
        write(&mut json, &phases);
        String::from_utf8_lossy(&json.take()).into_owned()
    }

    #[test]
    fn phases_are_lengths_and_tls_lies_inside_connect() {
        let ranges = [
            (Phase::Blocked, 0.0, 1.2),
            (Phase::Connect, 1.2, 3.4),
            (Phase::Tls, 3.4, 5.5),
            (Phase::Send, 5.5, 5.5),
            (Phase::Wait, 5.5, 12.345),
        ];
        let expected =
            r#"{"blocked":1.2,"dns":-1,"connect":4.3,"ssl":2.1,"send":0,"wait":6.845,"receive":-1}"#;
        assert_eq!(written(&ranges), expected);
    }

    #[test]
    fn a_handshake_that_is_all_tls_is_a_connect_as_long() {
        let expected = r#"{"blocked":-1,"dns":-1,"connect":3,"ssl":3,"send":-1,"wait":-1,"receive":-1}"#;
        assert_eq!(written(&[(Phase::Tls, 0.0, 3.0)]), expected);
    }

    #[test]
    fn time_between_phases_counts_as_blocked() {
        let ranges = [(Phase::Dns, 0.0, 2.0), (Phase::Connect, 3.0, 5.0), (Phase::Wait, 5.5, 9.0)];
        let expected = r#"{"blocked":1.5,"dns":2,"connect":2,"ssl":-1,"send":-1,"wait":3.5,"receive":-1}"#;
        assert_eq!(written(&ranges), expected);
        let unknown = r#"{"blocked":-1,"dns":-1,"connect":-1,"ssl":-1,"send":-1,"wait":-1,"receive":-1}"#;
        assert_eq!(written(&[]), unknown);
    }
}
