//! Refusing requests for a foreign host name.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::http::header;
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};

/// The names of the loopback interface in a `Host` header.
pub const LOOPBACK_NAMES: [&str; 3] = ["127.0.0.1", "localhost", "[::1]"];

/// Makes the app answer only requests whose `Host` is one of `names`, with any port. A page of another site whose name
/// is made to resolve to this host (DNS rebinding) has its own name there, and would otherwise be of the same origin.
pub fn only_for_hosts(app: Router, names: impl IntoIterator<Item = String>) -> Router {
    let names: Arc<[String]> = names.into_iter().collect();
    app.layer(middleware::from_fn_with_state(names, check_host))
}

async fn check_host(State(names): State<Arc<[String]>>, request: Request, next: Next) -> Response {
    let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok());
    if host.is_some_and(|host| names.iter().any(|name| name.eq_ignore_ascii_case(without_port(host)))) {
        return next.run(request).await;
    }
    (StatusCode::MISDIRECTED_REQUEST, "This server does not serve that host name.\n").into_response()
}

/// A host without its port. An IPv6 address keeps its brackets.
fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) && !name.is_empty() => name,
        _ => host,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_is_not_part_of_the_name() {
        for (host, name) in [
            ("localhost", "localhost"),
            ("localhost:8686", "localhost"),
            ("[::1]:8686", "[::1]"),
            ("[::1]", "[::1]"),
            ("evil.example:80", "evil.example"),
            (":80", ":80"),
        ] {
            assert_eq!(without_port(host), name);
        }
    }
}
