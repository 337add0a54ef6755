//! Redirects that lead to further redirects.
//!
//! Lighthouse's `redirects`: a page that needs two or more redirects fails. The Fetch Standard,
//! section 4.5 (HTTP-redirect fetch), makes a network error of the twenty-first.

use rustc_hash::{FxHashMap, FxHashSet};
use session::model::{ResourceType, Session};

use crate::details::{NOT_READ, header};
use crate::endpoint::EndpointId;
use crate::finding::{Evidence, Finding, Sentences, Severity, Subject};
use crate::groups::Groups;
use crate::rule::{Detector, End, Row, RowRule, RuleInfo};
use crate::rules::request;
use crate::url::resolved;

pub(crate) static RULE: RuleInfo = RuleInfo {
    id: "redirect-chain",
    label: "Chains of redirects",
    detector: Detector::Rows(|| Box::<RedirectChains>::default()),
    describe,
};

/// Fewest redirects in a row.
const MIN_REDIRECTS: usize = 2;
/// Redirects in a row that are a fault rather than a detour.
const MANY_REDIRECTS: usize = 5;
/// Longest time from one redirect to the next, in ms.
const MAX_GAP_MS: f64 = 10_000.0;
/// Most redirects that are followed.
const MAX_REDIRECTS: usize = 2000;

#[derive(Debug, Default)]
struct RedirectChains {
    redirects: Vec<Redirect>,
    without_target: u32,
    not_read: u32,
}

#[derive(Debug)]
struct Redirect {
    row: u32,
    url: Box<str>,
    target: Box<str>,
    start: Option<f64>,
    endpoint: EndpointId,
}

impl RowRule for RedirectChains {
    fn row(&mut self, row: &mut Row<'_>) {
        let (Some(_), Some(endpoint)) = (request(row.record), row.endpoint) else { return };
        let is_redirect = matches!(row.record.status, Some(301 | 302 | 303 | 307 | 308));
        if !is_redirect || self.redirects.len() == MAX_REDIRECTS {
            return;
        }
        let Some(details) = row.details.of(row.session, row.record) else {
            self.not_read += 1;
            return;
        };
        let location = header(details.response_headers.as_ref(), "location");
        let recorded = details.redirect_url.as_deref().filter(|url| !url.is_empty());
        let Some(target) = recorded.or(location).filter(|target| !target.is_empty()) else {
            self.without_target += 1;
            return;
        };
        self.redirects.push(Redirect {
            row: row.record.number,
            url: without_fragment(&row.record.url).into(),
            target: without_fragment(&resolved(&row.record.url, target)).into(),
            start: row.record.start.map(session::model::EpochMs::ms),
            endpoint,
        });
    }

    fn finish(&mut self, end: &mut End<'_>) {
        let mut groups: Groups<EndpointId, usize> = Groups::default();
        let chains = chains(&self.redirects);
        let target = |chain: &Vec<usize>| Some(&*self.redirects.get(*chain.last()?)?.target);
        let minor = minor_targets(end.session, &chains.iter().filter_map(target).collect());
        for chain in &chains {
            // Trackers redirect images to each other, which holds up nothing.
            if target(chain).is_some_and(|target| minor.contains(target)) {
                continue;
            }
            let members: Vec<&Redirect> = chain.iter().filter_map(|at| self.redirects.get(*at)).collect();
            let Some(first) = members.first().filter(|_| members.len() >= MIN_REDIRECTS) else { continue };
            let Some(longest) = groups.add(first.endpoint, Subject::Row(first.row)) else { continue };
            *longest = (*longest).max(members.len());
            if let Some(group) = groups.get_mut(&first.endpoint).filter(|group| group.count == 1) {
                group.further =
                    members.iter().skip(1).take(10).map(|member| Subject::Row(member.row)).collect();
            }
        }
        for (endpoint, group) in groups.take() {
            let severity = if group.extra >= MANY_REDIRECTS { Severity::Warning } else { Severity::Info };
            let numbers = [group.extra as f64, 0.0, 0.0];
            let evidence = Evidence { group: end.endpoints.name(endpoint), numbers, ..Evidence::default() };
            end.report.push(group.finding(&RULE, severity, evidence));
        }
        end.report.note_unjudged(&RULE, "The target of the redirect was not recorded", self.without_target);
        end.report.note_unjudged(&RULE, NOT_READ, self.not_read);
    }
}

/// Those of the URLs that lead to an image, or to a response of an unknown type. The type of the
/// redirects themselves is often not that of what they lead to.
fn minor_targets<'a>(session: &Session, urls: &FxHashSet<&'a str>) -> FxHashSet<&'a str> {
    let mut minor = FxHashSet::default();
    for record in session.records.iter().filter(|_| !urls.is_empty()) {
        let Some(http) = request(record) else { continue };
        let is_minor =
            matches!(http.resource_type, ResourceType::Image | ResourceType::Ping | ResourceType::Other);
        if is_minor && let Some(url) = urls.get(without_fragment(&record.url)) {
            minor.insert(*url);
        }
    }
    minor
}

/// Redirects of which each leads to the next; each is in one chain.
fn chains(redirects: &[Redirect]) -> Vec<Vec<usize>> {
    let mut by_url: FxHashMap<&str, Vec<usize>> = FxHashMap::default();
    for (at, redirect) in redirects.iter().enumerate() {
        by_url.entry(&redirect.url).or_default().push(at);
    }
    let mut next: Vec<Option<usize>> = vec![None; redirects.len()];
    let mut has_previous = vec![false; redirects.len()];
    for (at, redirect) in redirects.iter().enumerate() {
        let follows = |candidate: &usize| {
            let start = redirects.get(*candidate).and_then(|candidate| candidate.start);
            let gap = start.zip(redirect.start).map(|(next, this)| next - this);
            *candidate != at
                && has_previous.get(*candidate) == Some(&false)
                && gap.map_or(*candidate > at, |gap| (0.0..=MAX_GAP_MS).contains(&gap))
                && (gap != Some(0.0) || *candidate > at)
        };
        let Some(follower) = by_url.get(&*redirect.target).and_then(|all| all.iter().copied().find(follows))
        else {
            continue;
        };
        if let (Some(next), Some(mark)) = (next.get_mut(at), has_previous.get_mut(follower)) {
            (*next, *mark) = (Some(follower), true);
        }
    }
    let heads = (0..redirects.len()).filter(|at| has_previous.get(*at) == Some(&false));
    let follow = |head| std::iter::successors(Some(head), |at| next.get(*at).copied().flatten()).collect();
    heads.map(follow).collect()
}

fn without_fragment(url: &str) -> &str {
    url.split('#').next().unwrap_or_default()
}

fn describe(finding: &Finding) -> Sentences {
    let Evidence { group, numbers: [redirects, ..], .. } = &finding.evidence;
    let times = if finding.count == 1 { String::new() } else { format!(" ({} times)", finding.count) };
    Sentences {
        title: format!("{redirects} redirects in a row from {group}{times}"),
        explanation:
            "Each redirect costs a round trip before anything is loaded. Link to the last address, or \
                      redirect to it at once."
                .to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use session::model::{Record, ResourceType};

    use crate::Runner;
    use crate::testing::{
        found, headers, http, http_between, of_type, rows, session, titles, unjudged, with_details,
    };

    fn redirect(number: u32, url: &str, ms: f64) -> Record {
        let record = of_type(http_between(number, url, ms, ms + 10.0), ResourceType::Document);
        Record { status: Some(302), ..record }
    }

    #[test]
    fn redirects_that_lead_to_each_other_are_a_chain() {
        let records = vec![
            redirect(1, "http://a.test/", 0.0),
            redirect(2, "https://a.test/", 20.0),
            http(3, "https://www.a.test/"),
            redirect(4, "https://b.test/", 50.0),
        ];
        let session = with_details(session(records), |record| {
            let target = if record.number == 1 { "https://a.test/" } else { "//www.a.test/" };
            headers(&[], &[("Location", target)])
        });
        assert_eq!(titles(&session, "redirect-chain"), ["2 redirects in a row from GET a.test/"]);
        assert_eq!(found(&session, "redirect-chain").first().map(rows), Some(vec![1, 2]));
    }

    #[test]
    fn redirects_to_an_image_hold_up_nothing() {
        let image = of_type(http(3, "https://c.test/pixel.gif"), ResourceType::Image);
        let records = vec![redirect(1, "https://a.test/", 0.0), redirect(2, "https://b.test/", 20.0), image];
        let session = with_details(session(records), |record| {
            let target = if record.number == 1 { "https://b.test/" } else { "https://c.test/pixel.gif" };
            headers(&[], &[("Location", target)])
        });
        assert!(titles(&session, "redirect-chain").is_empty());
    }

    #[test]
    fn a_circle_ends_and_a_redirect_without_a_target_cannot_be_judged() {
        let records =
            (1..=30_u32).map(|number| redirect(number, "https://a.test/", f64::from(number))).collect();
        let circle = with_details(session(records), |_| headers(&[], &[("Location", "/")]));
        assert_eq!(titles(&circle, "redirect-chain"), ["30 redirects in a row from GET a.test/"]);
        let unknown = session(vec![redirect(1, "https://a.test/", 0.0)]);
        assert_eq!(unjudged(&Runner::run(&unknown), "redirect-chain"), 1);
    }
}
