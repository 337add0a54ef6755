//! A command of websocat 1.x, for bash.
//!
//! Values follow their option after `=`: `-H` with a space would take further arguments for
//! headers too (websocat's manual).

use super::bash::quoted;
use super::socket::Handshake;

/// The command.
pub(super) fn write(handshake: &Handshake) -> String {
    let mut command = format!("websocat {}", quoted(&handshake.url));
    if !handshake.protocols.is_empty() {
        command.push_str(" \\\n  --protocol=");
        command.push_str(&quoted(&handshake.protocols.join(", ")));
    }
    for header in &handshake.headers {
        command.push_str(" \\\n  --header=");
        command.push_str(&quoted(&format!("{}: {}", header.name, header.value)));
    }
    command
}
