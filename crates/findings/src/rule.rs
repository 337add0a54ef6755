//! The table of rules.

use session::model::{Message, Record, Session};

use crate::console::ConsoleErrors;
use crate::details::DetailsReader;
use crate::endpoint::{EndpointId, Endpoints};
use crate::finding::{Finding, Sentences};
use crate::report::Report;
use crate::rules;
use crate::socket_runner::SocketInput;

/// What a rule looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Rows and console entries: judged without messages.
    Rows,
    /// The messages of a socket, which have to be loaded.
    Messages,
}

/// A rule.
pub struct RuleInfo {
    /// Its name in options, JSON and the documentation: lower case, hyphens for spaces.
    pub id: &'static str,
    /// Its name on screen.
    pub label: &'static str,
    pub(crate) detector: Detector,
    pub(crate) describe: fn(&Finding) -> Sentences,
}

/// Makes what carries out a rule.
pub(crate) enum Detector {
    Rows(fn() -> Box<dyn RowRule>),
    Messages(fn() -> Box<dyn MessageRule>),
}

impl RuleInfo {
    /// What it looks at.
    pub fn scope(&self) -> Scope {
        match self.detector {
            Detector::Rows(_) => Scope::Rows,
            Detector::Messages(_) => Scope::Messages,
        }
    }
}

impl PartialEq for RuleInfo {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl Eq for RuleInfo {}

impl std::fmt::Debug for RuleInfo {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.id)
    }
}

/// All rules, in the order in which findings of the same severity are listed.
pub static RULES: [&RuleInfo; 22] = [
    &rules::console_exception::RULE,
    &rules::error_status::RULE,
    &rules::failed_request::RULE,
    &rules::blocked_request::RULE,
    &rules::cors_error::RULE,
    &rules::mixed_content::RULE,
    &rules::expired_token::RULE,
    &rules::socket_never_opened::RULE,
    &rules::socket_abnormal_close::RULE,
    &rules::socket_reconnect_loop::RULE,
    &rules::socket_silent::RULE,
    &rules::socket_unanswered::RULE,
    &rules::socket_queue::RULE,
    &rules::slow_request::RULE,
    &rules::duplicate_request::RULE,
    &rules::request_chain::RULE,
    &rules::redirect_chain::RULE,
    &rules::large_transfer::RULE,
    &rules::uncompressed_transfer::RULE,
    &rules::uncached_transfer::RULE,
    &rules::secret_in_url::RULE,
    &rules::clock_skew::RULE,
];

/// The rule with that [`RuleInfo::id`].
pub fn rule(id: &str) -> Option<&'static RuleInfo> {
    RULES.into_iter().find(|rule| rule.id == id)
}

/// The position of a rule in the order of the list.
pub(crate) fn position(rule: &RuleInfo) -> usize {
    RULES.iter().position(|known| *known == rule).unwrap_or(RULES.len())
}

/// A rule over rows: sees each row once, in the order of the recording.
pub(crate) trait RowRule {
    fn row(&mut self, row: &mut Row<'_>);

    /// Reports what was found; called once, after the last row.
    fn finish(&mut self, end: &mut End<'_>);
}

/// A rule over the messages of one socket: sees each once, in the order of the file.
pub(crate) trait MessageRule {
    fn message(&mut self, input: &SocketInput<'_>, index: u32, message: &Message);

    /// Reports what was found; called once, after the last message.
    fn finish(&mut self, input: &SocketInput<'_>, report: &mut Report);
}

/// A row, and what several rules ask of it.
pub(crate) struct Row<'a> {
    pub(crate) session: &'a Session,
    pub(crate) record: &'a Record,
    /// `None` of a row beyond the number of endpoints that are followed.
    pub(crate) endpoint: Option<EndpointId>,
    pub(crate) console: &'a ConsoleErrors,
    pub(crate) details: &'a mut DetailsReader,
}

/// What a rule has at its end.
pub(crate) struct End<'a> {
    pub(crate) session: &'a Session,
    pub(crate) endpoints: &'a Endpoints,
    pub(crate) console: &'a ConsoleErrors,
    pub(crate) details: &'a mut DetailsReader,
    pub(crate) report: &'a mut Report,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_unique_and_name_their_rule() {
        for (at, info) in RULES.iter().enumerate() {
            assert_eq!(position(info), at, "{} occurs twice", info.id);
            assert_eq!(rule(info.id), Some(*info));
            assert!(info.id.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-'), "{}", info.id);
        }
        assert_eq!(rule("no-such-rule"), None);
    }
}
