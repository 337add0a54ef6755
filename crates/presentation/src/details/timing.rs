//! The Timing tab: the total of a request, and a note where it disagrees with the phases.

use session::model::{Http, Millis, Record, RecordKind};

use crate::labels::phase_label;

/// Differences below this come from rounding. In ms.
const ROUNDING_MS: f64 = 1.0;

/// The same as a share of the total.
const ROUNDING_SHARE: f64 = 0.01;

/// The total of a request as the Timing tab shows it, with what the producer wrote where that is
/// another value.
pub fn timing_total(record: &Record) -> Option<String> {
    let RecordKind::Http(http) = &record.kind else { return None };
    let duration = http.duration?.duration();
    Some(match http.recorded_duration {
        Some(recorded) => format!("{duration} (recorded as {}, which counts TLS twice)", recorded.duration()),
        None => duration,
    })
}

/// Why the phases do not add up to the total, in one sentence; `None` where they do, or where only
/// one of the two is there.
pub fn timing_note(record: &Record) -> Option<String> {
    let RecordKind::Http(http) = &record.kind else { return None };
    let phases = Millis::new(http.phases.end()?)?;
    let Some(total) = http.duration else { return Some(missing_total(http)) };
    let difference = phases.ms() - total.ms();
    if difference.abs() <= ROUNDING_MS.max(total.ms() * ROUNDING_SHARE) {
        return None;
    }
    let (phases, total) = (phases.duration(), total.duration());
    Some(if difference > 0.0 {
        format!(
            "The phases add up to {phases}, more than the recorded total of {total}. Both are shown as recorded."
        )
    } else {
        format!("The phases cover {phases} of the recorded total of {total}. The rest was not recorded.")
    })
}

fn missing_total(http: &Http) -> String {
    let known = http.phases.iter().map(|range| phase_label(range.phase)).collect::<Vec<_>>().join(", ");
    format!("The total was not recorded, and phases are missing: the sum of {known} is not the duration.")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{http, millis, socket, with_http};
    use session::model::Phase;

    /// A request of that total with phases that end then.
    fn request(total: Option<f64>, end: f64) -> Record {
        with_http(http(1, "https://a.test/"), |http| {
            http.duration = total.map(millis);
            http.phases.set(Phase::Send, 0.0, 1.0);
            http.phases.set(Phase::Wait, 1.0, end);
        })
    }

    #[test]
    fn phases_that_add_up_to_the_total_have_no_note() {
        for (total, end) in [(50.0, 50.0), (50.0, 50.9), (5000.0, 4960.0)] {
            assert_eq!(timing_note(&request(Some(total), end)), None);
        }
        assert_eq!(timing_note(&http(1, "https://a.test/")), None, "no phases");
        assert_eq!(timing_note(&socket(1, "wss://a.test/")), None);
    }

    #[test]
    fn phases_that_contradict_the_total_are_explained() {
        assert_eq!(
            timing_note(&request(Some(50.0), 80.0)).as_deref(),
            Some(
                "The phases add up to 80 ms, more than the recorded total of 50 ms. Both are shown as recorded."
            )
        );
        assert_eq!(
            timing_note(&request(Some(100.0), 60.0)).as_deref(),
            Some("The phases cover 60 ms of the recorded total of 100 ms. The rest was not recorded.")
        );
        assert!(timing_note(&request(None, 60.0)).is_some_and(|text| text.contains("sum of Send, Wait")));
    }

    #[test]
    fn a_corrected_total_names_the_recorded_one() {
        let corrected =
            with_http(request(Some(50.0), 50.0), |http| http.recorded_duration = Some(millis(68.0)));
        assert_eq!(
            timing_total(&corrected).as_deref(),
            Some("50 ms (recorded as 68 ms, which counts TLS twice)")
        );
        assert_eq!(timing_total(&request(None, 50.0)), None);
    }
}
