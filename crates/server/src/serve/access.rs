//! Who may see sessions.

use std::collections::HashMap;
use std::fs;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use axum::http::HeaderMap;
use axum::http::header;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::settings::ServeArguments;
use crate::Failure;

/// How long a viewer stays logged in.
pub(super) const SESSION_LIFETIME: Duration = Duration::from_secs(12 * 60 * 60);
/// The name of the cookie, of which browsers accept over HTTPS only one that this host itself has set.
pub(super) const COOKIE: &str = "replayscope-viewer";
/// Shortest password: it can be tried from anywhere.
const MIN_PASSWORD_CHARS: usize = 12;
/// The time in which wrong passwords are counted.
const LOGIN_WINDOW: Duration = Duration::from_secs(60);
/// Addresses whose wrong passwords are counted; all others share one count.
const MAX_COUNTED: usize = 10_000;

/// How viewers are recognized.
#[derive(Debug)]
pub(super) enum Access {
    /// Everyone who can connect may see everything.
    Everyone,
    Password(Password),
    /// A proxy names the viewer in this header.
    Proxy {
        header: String,
    },
}

/// A password, and who has sent wrong ones.
pub(super) struct Password {
    /// Made from the password: all servers that have it accept each other's cookies.
    key: Vec<u8>,
    max_logins: u32,
    failures: Mutex<HashMap<IpAddr, (Instant, u32)>>,
}

impl std::fmt::Debug for Password {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Password")
    }
}

/// Why a password was not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    Wrong,
    /// Too many wrong ones came from this address.
    TooMany,
}

impl Access {
    /// # Errors
    /// If other machines could see sessions without anything being said about who may, or the password is not fit.
    pub(super) fn new(arguments: &ServeArguments) -> Result<Self, Failure> {
        if let Some(path) = &arguments.viewer_password_file {
            let text = fs::read_to_string(path).map_err(|error| {
                Failure::Argument(format!("The password in {} cannot be read: {error}", path.display()))
            })?;
            let password = text.trim_end_matches(['\r', '\n']);
            if password.chars().count() < MIN_PASSWORD_CHARS {
                let text = format!(
                    "The password in {} is too short: at least {MIN_PASSWORD_CHARS} characters.",
                    path.display()
                );
                return Err(Failure::Argument(text));
            }
            return Ok(Self::Password(Password::new(password, arguments.limits.max_logins)));
        }
        if let Some(header) = &arguments.trust_header {
            return Ok(Self::Proxy { header: header.clone() });
        }
        if arguments.public || arguments.listen.ip().is_loopback() {
            return Ok(Self::Everyone);
        }
        let text = "Other machines can reach this address, and nothing says who may see sessions. \
                    Use --viewer-password-file FILE, or --trust-header NAME with --trusted-proxies, or --public.";
        Err(Failure::Argument(text.to_owned()))
    }

    /// Whether viewers may delete sessions: not where anyone is a viewer.
    pub(super) fn permits_changes(&self, is_loopback: bool) -> bool {
        is_loopback || !matches!(self, Self::Everyone)
    }

    /// Whether a request comes from a viewer, and where proxies say so, from one of them.
    pub(super) fn permits(&self, headers: &HeaderMap, is_from_proxy: bool) -> bool {
        match self {
            Self::Everyone => true,
            Self::Proxy { header } => {
                is_from_proxy && headers.get(header).is_some_and(|name| !name.is_empty())
            }
            Self::Password(password) => {
                let now = seconds(SystemTime::now());
                cookies(headers).any(|value| password.is_ticket(value, now))
            }
        }
    }
}

impl Password {
    fn new(password: &str, max_logins: u32) -> Self {
        let key = keyed(b"replayscope viewer", password.as_bytes()).finalize().into_bytes().to_vec();
        Self { key, max_logins, failures: Mutex::default() }
    }

    /// The value of the cookie of a viewer who has sent this password.
    pub(super) fn log_in(&self, password: &str, peer: IpAddr) -> Result<String, Refusal> {
        if self.has_failed_often(peer) {
            return Err(Refusal::TooMany);
        }
        let given = Self::new(password, 0);
        // Compares the results of a keyed hash, which takes the same time for all that are wrong.
        if keyed(&self.key, b"password")
            .verify(&keyed(&given.key, b"password").finalize().into_bytes())
            .is_err()
        {
            self.count_failure(peer);
            return Err(Refusal::Wrong);
        }
        Ok(self.ticket(seconds(SystemTime::now() + SESSION_LIFETIME)))
    }

    /// `<expiry in seconds>.<signature>`.
    fn ticket(&self, expires: u64) -> String {
        let signature = keyed(&self.key, expires.to_string().as_bytes()).finalize().into_bytes();
        signature.iter().fold(format!("{expires}."), |text, byte| text + &format!("{byte:02x}"))
    }

    fn is_ticket(&self, text: &str, now: u64) -> bool {
        let Some((expires, signature)) = text.split_once('.') else { return false };
        let is_current = expires.parse::<u64>().is_ok_and(|expires| expires > now);
        let bytes: Option<Vec<u8>> = (0..signature.len() / 2)
            .map(|index| u8::from_str_radix(signature.get(index * 2..index * 2 + 2)?, 16).ok())
            .collect();
        let is_signed =
            bytes.is_some_and(|bytes| keyed(&self.key, expires.as_bytes()).verify_slice(&bytes).is_ok());
        is_current && is_signed
    }

    fn has_failed_often(&self, peer: IpAddr) -> bool {
        let failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        failures
            .get(&counted(&failures, peer))
            .is_some_and(|(since, count)| since.elapsed() < LOGIN_WINDOW && *count >= self.max_logins)
    }

    fn count_failure(&self, peer: IpAddr) {
        let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        failures.retain(|_, (since, _)| since.elapsed() < LOGIN_WINDOW);
        let peer = counted(&failures, peer);
        failures.entry(peer).or_insert((Instant::now(), 0)).1 += 1;
    }
}

/// The address under which a client is counted: of IPv6 the network, of which a client has all addresses. So many at once
/// are one client with many addresses.
fn counted(failures: &HashMap<IpAddr, (Instant, u32)>, peer: IpAddr) -> IpAddr {
    let peer = match peer {
        IpAddr::V6(address) => IpAddr::V6((address.to_bits() & !u128::from(u64::MAX)).into()),
        IpAddr::V4(_) => peer,
    };
    let is_known = failures.len() < MAX_COUNTED || failures.contains_key(&peer);
    if is_known { peer } else { IpAddr::from([0, 0, 0, 0]) }
}

fn keyed(key: &[u8], message: &[u8]) -> Hmac<Sha256> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of any length");
    mac.update(message);
    mac
}

fn seconds(time: SystemTime) -> u64 {
    time.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

/// The values of this server's cookies.
fn cookies(headers: &HeaderMap) -> impl Iterator<Item = &str> {
    let lines = headers.get_all(header::COOKIE).into_iter().filter_map(|line| line.to_str().ok());
    lines.flat_map(|line| line.split(';')).filter_map(|cookie| {
        let (name, value) = cookie.trim().split_once('=')?;
        (name == COOKIE).then_some(value)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const PEER: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 1));

    #[test]
    fn a_cookie_is_valid_until_it_expires_on_every_server_with_the_password() {
        let (one, other) = (Password::new("correct horse", 5), Password::new("correct horse", 5));
        let ticket = one.ticket(1000);
        assert!(other.is_ticket(&ticket, 999));
        assert!(!other.is_ticket(&ticket, 1000), "it has expired");
        assert!(!Password::new("another horse", 5).is_ticket(&ticket, 999));
        for forged in
            ["", ".", "2000.", "2000.00", &ticket.replace("1000", "2000"), &format!("{ticket}00"), "9.é"]
        {
            assert!(!one.is_ticket(forged, 999), "{forged}");
        }
    }

    #[test]
    fn wrong_passwords_are_limited_by_address() {
        let password = Password::new("correct horse", 3);
        for _ in 0..3 {
            assert_eq!(password.log_in("wrong", PEER), Err(Refusal::Wrong));
        }
        assert_eq!(password.log_in("correct horse", PEER), Err(Refusal::TooMany));
        let other = IpAddr::from([192, 0, 2, 2]);
        assert!(password.log_in("correct horse", other).is_ok_and(|ticket| password.is_ticket(&ticket, 0)));
    }

    #[test]
    fn addresses_of_one_network_of_ipv6_share_a_count() {
        let password = Password::new("correct horse", 1);
        let address = |text: &str| text.parse().expect("an address");
        assert_eq!(password.log_in("wrong", address("2001:db8::1")), Err(Refusal::Wrong));
        assert_eq!(password.log_in("wrong", address("2001:db8::ffff:1")), Err(Refusal::TooMany));
        assert_eq!(password.log_in("wrong", address("2001:db8:0:1::1")), Err(Refusal::Wrong));
    }

    #[test]
    fn a_cookie_is_found_among_others() {
        let mut headers = HeaderMap::new();
        headers.append(header::COOKIE, header::HeaderValue::from_static("a=b; replayscope-viewer=1.2; c"));
        headers.append(header::COOKIE, header::HeaderValue::from_static("replayscope-viewer=3"));
        assert_eq!(cookies(&headers).collect::<Vec<_>>(), ["1.2", "3"]);
    }
}
