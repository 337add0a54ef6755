//! Requests that were refused because their token had expired.
//!
//! RFC 7519, section 4.1.4 (`exp`); RFC 6750, section 3.1 (`invalid_token`).
//! linagora/esn-frontend-inbox#415 is a page that kept sending one.

use rustc_hash::FxHashMap;
use session::model::{Details, EpochMs, Millis, Record};
use session::redact::REDACTED;

use crate::details::{NOT_READ, header};
use crate::endpoint::EndpointId;
use crate::finding::{Evidence, Finding, Sentences, Severity, Subject};
use crate::groups::Groups;
use crate::rule::{Detector, End, Row, RowRule, RuleInfo};
use crate::rules::times;
use crate::token::{expiry, is_web_token};
use crate::url::UrlParts;

pub(crate) static RULE: RuleInfo = RuleInfo {
    id: "expired-token",
    label: "Expired tokens",
    detector: Detector::Rows(|| Box::<ExpiredTokens>::default()),
    describe,
};

#[derive(Debug, Default)]
struct ExpiredTokens {
    /// By endpoint; how long the first token had been expired, in ms, if it says so itself.
    groups: Groups<EndpointId, Option<f64>>,
    /// When each endpoint last answered with success, in ms since 1970.
    successes: FxHashMap<EndpointId, f64>,
    without_token: u32,
    not_read: u32,
}

/// What is known of the token of a refused request.
enum Token {
    /// For that many ms, where the token says so itself.
    Expired(Option<f64>),
    Valid,
    /// It was not recorded, or cannot be read.
    Unknown,
}

impl RowRule for ExpiredTokens {
    fn row(&mut self, row: &mut Row<'_>) {
        let (Some(status), Some(endpoint)) = (row.record.status, row.endpoint) else { return };
        if (200..300).contains(&status) {
            let start = row.record.start.map_or(f64::NEG_INFINITY, EpochMs::ms);
            let last = self.successes.entry(endpoint).or_insert(start);
            *last = last.max(start);
        }
        if !matches!(status, 401 | 403) {
            return;
        }
        let Some(details) = row.details.of(row.session, row.record) else {
            self.not_read += 1;
            return;
        };
        match token(row.record, details) {
            Token::Valid => {}
            // 403 has other reasons.
            Token::Unknown => self.without_token += u32::from(status == 401),
            Token::Expired(since) => {
                let is_new = self.groups.get_mut(&endpoint).is_none();
                if let Some(first) = self.groups.add(endpoint, Subject::Row(row.record.number))
                    && is_new
                {
                    *first = since;
                }
            }
        }
    }

    fn finish(&mut self, end: &mut End<'_>) {
        for (endpoint, group) in self.groups.take() {
            let record = group.subject.row().and_then(|row| end.session.index_of(row));
            let start =
                record.and_then(|index| end.session.records.get(index)).and_then(|record| record.start);
            // Pages renew a token when it is refused, and then repeat the request.
            let is_renewed =
                self.successes.get(&endpoint).zip(start).is_some_and(|(last, start)| *last >= start.ms());
            let severity = if is_renewed && group.count == 1 { Severity::Info } else { Severity::Error };
            let numbers = [group.extra.unwrap_or(f64::NAN), 0.0, 0.0];
            let evidence = Evidence { group: end.endpoints.name(endpoint), numbers, ..Evidence::default() };
            end.report.push(group.finding(&RULE, severity, evidence));
        }
        let reason = "The credentials of the request that was answered 401 were not recorded, or do not say when \
                      they expire";
        end.report.note_unjudged(&RULE, reason, self.without_token);
        end.report.note_unjudged(&RULE, NOT_READ, self.not_read);
    }
}

fn token(record: &Record, details: &Details) -> Token {
    let challenge = header(details.response_headers.as_ref(), "www-authenticate").unwrap_or_default();
    let challenge = challenge.to_ascii_lowercase();
    let authorization = header(details.request_headers.as_ref(), "authorization").unwrap_or_default();
    let of_header = authorization.split_once(' ').map_or(authorization, |(_, token)| token.trim());
    let of_url =
        UrlParts::of(&record.url).parameters().map(|(_, value)| value).find(|value| is_web_token(value));
    let recorded = of_url.into_iter().chain([of_header]).find_map(expiry);
    match (recorded, record.start) {
        (Some(expiry), Some(start)) if expiry <= start.ms() => Token::Expired(Some(start.ms() - expiry)),
        _ if challenge.contains("invalid_token") && challenge.contains("expired") => Token::Expired(None),
        (Some(_), Some(_)) => Token::Valid,
        _ if authorization.starts_with("Basic ") && !authorization.contains(REDACTED) => Token::Valid,
        _ => Token::Unknown,
    }
}

fn describe(finding: &Finding) -> Sentences {
    let Evidence { group, numbers: [since, ..], .. } = &finding.evidence;
    let since = Millis::new(*since).map(|since| format!(" {} before", since.duration())).unwrap_or_default();
    let outcome =
        if finding.severity == Severity::Info { " It then succeeded, as with a renewed token." } else { "" };
    Sentences {
        title: format!("{}{group} was refused: its token had expired{since}", times(finding.count)),
        explanation: format!(
            "The server refused the request with a token that was no longer valid.{outcome} Look at when the \
             page renews its token, and whether the clocks differ."
        ),
    }
}

#[cfg(test)]
mod tests {
    use session::model::Record;

    use crate::testing::{found, headers, http, http_between, session, titles, unjudged, with_details};
    use crate::{Runner, Severity};

    /// Expired at 2023-11-14 22:13:20 UTC.
    const TOKEN: &str = "Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIiwiZXhwIjoxNzAwMDAwMDAwfQ.c2ln";

    fn refused(number: u32) -> Record {
        Record { status: Some(401), ..http(number, "https://a.test/me") }
    }

    #[test]
    fn a_token_is_expired_by_its_own_date_or_by_the_servers_word() {
        let by_date = with_details(session(vec![refused(1)]), |_| headers(&[("Authorization", TOKEN)], &[]));
        let title = titles(&by_date, "expired-token").join("");
        assert!(title.starts_with("GET a.test/me was refused: its token had expired 26463 h"), "{title}");
        let challenge =
            &[("WWW-Authenticate", "Bearer error=\"invalid_token\", error_description=\"Token expired\"")];
        let by_word = with_details(session(vec![refused(1), refused(2)]), move |_| headers(&[], challenge));
        assert_eq!(
            titles(&by_word, "expired-token"),
            ["2 × GET a.test/me was refused: its token had expired"]
        );
    }

    #[test]
    fn a_token_that_was_renewed_is_only_information() {
        let records = vec![refused(1), http_between(2, "https://a.test/me", 500.0, 600.0)];
        let session = with_details(session(records), |_| headers(&[("Authorization", TOKEN)], &[]));
        let severities: Vec<_> =
            found(&session, "expired-token").iter().map(|finding| finding.severity).collect();
        assert_eq!(severities, [Severity::Info]);
    }

    #[test]
    fn a_token_that_was_not_recorded_cannot_be_judged() {
        let session = with_details(session(vec![refused(1)]), |_| {
            headers(&[("Authorization", "Bearer [REDACTED]")], &[])
        });
        assert_eq!(unjudged(&Runner::run(&session), "expired-token"), 1);
    }
}
