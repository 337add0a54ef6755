//! Secrets in addresses.
//!
//! RFC 6750, section 5.3: bearer tokens should not be passed in page URLs, which servers, proxies and
//! browsers keep. CWE-598; RFC 3986, section 3.2.1, deprecates a password in the authority.

use session::redact::{REDACTED, is_credential_name};

use crate::finding::{Evidence, Finding, Sentences, Severity, Subject};
use crate::groups::Groups;
use crate::rule::{Detector, End, Row, RowRule, RuleInfo};
use crate::rules::quoted;
use crate::token::is_web_token;
use crate::url::UrlParts;

pub(crate) static RULE: RuleInfo = RuleInfo {
    id: "secret-in-url",
    label: "Secrets in URLs",
    detector: Detector::Rows(|| Box::<SecretsInUrls>::default()),
    describe,
};

/// Parts of names of parameters that give access to an account. Names of keys that are public by
/// design, of signatures and of sessions of analytics are not among them.
const SECRET_NAMES: [&str; 8] =
    ["token", "secret", "passw", "pwd", "jwt", "credential", "authorization", "private_key"];
/// Parts of names of tokens that give no access: they protect forms, or continue a list.
const HARMLESS_NAMES: [&str; 9] =
    ["csrf", "xsrf", "page", "next", "cursor", "continuation", "sync", "verif", "pageview"];
/// Beginnings of values that are made to be public.
const PUBLIC_VALUES: [&str; 3] = ["pk.", "pk_", "public-token"];
/// Least characters of a secret.
const MIN_CHARS: usize = 12;

#[derive(Debug, Default)]
struct SecretsInUrls {
    /// By host and name.
    groups: Groups<(Box<str>, Box<str>)>,
}

impl RowRule for SecretsInUrls {
    fn row(&mut self, row: &mut Row<'_>) {
        let url = &*row.record.url;
        if !url.contains(['=', '@']) {
            return;
        }
        let parts = UrlParts::of(url);
        if parts.host.is_empty() || parts.is_loopback() {
            return;
        }
        let subject = Subject::Row(row.record.number);
        if parts.user_info.split_once(':').is_some_and(|(_, password)| !password.is_empty()) {
            self.groups.add((quoted(parts.host), "password before the host".into()), subject);
        }
        if let Some((name, _)) = parts.parameters().find(|(name, value)| is_secret(name, value)) {
            self.groups.add((quoted(parts.host), quoted(name)), subject);
        }
    }

    fn finish(&mut self, end: &mut End<'_>) {
        for ((host, name), group) in self.groups.take() {
            let evidence = Evidence { group: host, text: name, ..Evidence::default() };
            end.report.push(group.finding(&RULE, Severity::Warning, evidence));
        }
    }
}

fn is_secret(name: &str, value: &str) -> bool {
    if value.is_empty() || name.len() > 64 {
        return false;
    }
    let is_redacted = value.contains(REDACTED) || value.contains("%5BREDACTED%5D");
    let lower = name.to_ascii_lowercase();
    let is_named = SECRET_NAMES.iter().any(|part| lower.contains(part))
        && !HARMLESS_NAMES.iter().any(|part| lower.contains(part))
        && is_credential_name(name);
    let is_public = PUBLIC_VALUES.iter().any(|start| value.starts_with(start));
    let is_password = lower.contains("passw") || lower.contains("pwd");
    let is_long = is_password || value.len() >= MIN_CHARS && value.bytes().any(|byte| byte.is_ascii_digit());
    is_named && (is_redacted || is_long && !is_public) || is_web_token(value)
}

fn describe(finding: &Finding) -> Sentences {
    let Evidence { group, text, .. } = &finding.evidence;
    let requests = if finding.count == 1 { "request" } else { "requests" };
    Sentences {
        title: format!("Secret in the URL of {} {requests} to {group}: {text}", finding.count),
        explanation:
            "URLs are kept in logs, in the browser's history and in Referer headers. Send the secret in \
                      a header or in the body, and revoke this one if the recording was shared."
                .to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{http, session, socket, titles};

    fn titles_of(url: &str) -> Vec<String> {
        titles(&session(vec![http(1, url)]), "secret-in-url")
    }

    #[test]
    fn secrets_are_found_by_name_by_shape_and_before_the_host() {
        let token = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln";
        for (url, name) in [
            ("https://a.test/x?access_token=abcdef0123456789", "access_token"),
            ("https://a.test/#id_token=abcdef0123456789", "id_token"),
            ("https://a.test/x?access_token=[REDACTED]", "access_token"),
            ("https://a.test/login?password=hunter2", "password"),
            (&format!("https://a.test/x?q={token}"), "q"),
            ("https://mia:hunter2@a.test/", "password before the host"),
        ] {
            assert_eq!(
                titles_of(url),
                [format!("Secret in the URL of 1 request to a.test: {name}")],
                "{url}"
            );
        }
        let sockets = session(vec![socket(1, "wss://a.test/live?token=abcdef0123456789")]);
        assert_eq!(titles(&sockets, "secret-in-url").len(), 1);
    }

    #[test]
    fn what_is_public_or_gives_no_access_is_no_secret() {
        for url in [
            "https://a.test/x?page_token=abcdef0123456789",
            "https://a.test/x?csrf_token=abcdef0123456789",
            "https://maps.test/v1?access_token=pk.abcdef0123456789",
            "https://a.test/x?key=abcdef0123456789&sig=abcdef0123456789",
            "https://a.test/x?token=yes&max_tokens=100000000000",
            "http://localhost/?token=abcdef0123456789",
            "https://fonts.test/css@1.2.3/x",
        ] {
            assert!(titles_of(url).is_empty(), "{url}");
        }
    }
}
