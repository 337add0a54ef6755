//! A WebSocket client in JavaScript, which logs what happens.

use super::javascript::string;
use super::remark::{Names, Omission, Remark};
use super::socket::Handshake;

/// Headers that a browser sends by itself, as far as the page's address and its settings say.
const OF_BROWSER: [&str; 7] =
    ["accept-encoding", "accept-language", "cache-control", "origin", "pragma", "user-agent", "dnt"];

/// The script.
pub(super) fn write(handshake: &mut Handshake) -> String {
    remark_headers(handshake);
    let protocols: Vec<String> = handshake.protocols.iter().map(|name| string(name)).collect();
    let protocols =
        if protocols.is_empty() { String::new() } else { format!(", [{}]", protocols.join(", ")) };
    format!(
        r#"const socket = new WebSocket({}{protocols});
socket.binaryType = "arraybuffer";
socket.addEventListener("open", () => console.log("open", socket.protocol));
socket.addEventListener("message", (event) => console.log("received", event.data));
socket.addEventListener("error", () => console.log("error"));
socket.addEventListener("close", (event) => console.log("closed", event.code, event.reason));
// To send: socket.send("text")
"#,
        string(&handshake.url)
    )
}

fn remark_headers(handshake: &mut Handshake) {
    let is = |name: &str, known: &str| name.eq_ignore_ascii_case(known);
    let has_cookies = handshake.headers.iter().any(|header| is(&header.name, "cookie"));
    handshake.remarks.extend(has_cookies.then_some(Remark::BrowserCookies));
    let omitted = handshake.headers.iter().filter(|header| {
        let is_set = OF_BROWSER.iter().any(|known| is(&header.name, known));
        !is_set && !is(&header.name, "cookie")
    });
    let names: Names = omitted.map(|header| header.name.as_str()).collect();
    handshake.remarks.retain(|remark| {
        !matches!(remark, Remark::UserInfoAsHeader | Remark::HeadersNotRecorded | Remark::HeadersAsUtf8(_))
    });
    let remark = Remark::HeadersOmitted { names: names.clone(), reason: Omission::NotInPages };
    handshake.remarks.extend((!names.is_empty()).then_some(remark));
}
