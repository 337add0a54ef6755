//! The page on which a viewer enters the password.

use std::net::IpAddr;

use axum::http::header::{self, HeaderValue};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{Html, IntoResponse, Redirect, Response};
use serde::Deserialize;
use url::form_urlencoded;

use crate::web::attribute;

use super::access::{Access, COOKIE, Refusal, SESSION_LIFETIME};

/// The page loads nothing and runs nothing; it may send its form to this server.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
);

/// What the form sends.
#[derive(Deserialize)]
pub(super) struct Login {
    password: String,
    #[serde(default)]
    next: String,
}

/// Where a request without access is sent: a page to the form, anything else nowhere.
pub(super) fn demand(uri: &Uri, headers: &HeaderMap, access: &Access) -> Response {
    let is_page = headers
        .get(header::ACCEPT)
        .and_then(|accept| accept.to_str().ok())
        .is_some_and(|accept| accept.contains("text/html"));
    if !is_page || !matches!(access, Access::Password(_)) {
        return (StatusCode::UNAUTHORIZED, "Log in to see sessions.\n").into_response();
    }
    let next = uri.path_and_query().map_or("/", |path| path.as_str());
    let query = form_urlencoded::Serializer::new(String::new()).append_pair("next", next).finish();
    Redirect::to(&format!("/login?{query}")).into_response()
}

pub(super) fn form(next: &str, message: &str, status: StatusCode) -> Response {
    let page = format!(
        r#"<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Log in · Replayscope</title>
<style>
body {{ font: 14px/1.5 system-ui, sans-serif; display: grid; min-height: 90vh; place-content: center; gap: 12px }}
form {{ display: grid; gap: 8px; width: min(320px, 90vw) }}
input, button {{ font: inherit; padding: 6px 10px }}
p {{ margin: 0; color: light-dark(#b3261e, #f2b8b5) }}
</style>
<main>
<h1>Replayscope</h1>
<form method="post" action="/login">
<label for="password">Password of this server</label>
<input id="password" name="password" type="password" autocomplete="current-password" required autofocus>
<input name="next" type="hidden" value="{}">
<p role="alert">{message}</p>
<button>Log in</button>
</form>
</main>
</html>
"#,
        attribute(next)
    );
    let mut response = (status, Html(page)).into_response();
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, POLICY);
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// Checks the password, and sends the viewer on with a cookie.
pub(super) fn log_in(access: &Access, peer: IpAddr, is_https: bool, login: &Login) -> Response {
    let next = local_path(&login.next);
    let Access::Password(password) = access else { return Redirect::to(next).into_response() };
    let ticket = match password.log_in(&login.password, peer) {
        Ok(ticket) => ticket,
        Err(Refusal::Wrong) => return form(next, "This is not the password.", StatusCode::UNAUTHORIZED),
        Err(Refusal::TooMany) => {
            return form(
                next,
                "Too many wrong passwords. Try again in a minute.",
                StatusCode::TOO_MANY_REQUESTS,
            );
        }
    };
    let secure = if is_https { "; Secure" } else { "" };
    let lifetime = SESSION_LIFETIME.as_secs();
    let cookie = format!("{COOKIE}={ticket}; Path=/; Max-Age={lifetime}; HttpOnly; SameSite=Strict{secure}");
    let mut response = Redirect::to(next).into_response();
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    response
}

/// A path of this server; a link to the form must not lead to another site.
fn local_path(next: &str) -> &str {
    let is_local = next.starts_with('/')
        && !next.starts_with("//")
        && next.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    if is_local { next } else { "/" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_login_leads_to_this_server_only() {
        assert_eq!(local_path("/session?src=/s/a/b/session.json"), "/session?src=/s/a/b/session.json");
        for next in [
            "",
            "//evil.example",
            "https://evil.example",
            "/\\evil.example",
            "/a\r\nSet-Cookie: x=y",
            "javascript:1",
        ] {
            assert_eq!(local_path(next), "/", "{next}");
        }
    }
}
