//! The password in an MQTT `CONNECT` packet (MQTT 3.1.1 and 5, section 3.1), which is bytes without
//! a key.

use std::ops::Range;

const HAS_PASSWORD: u8 = 0x40;
const HAS_USER_NAME: u8 = 0x80;
const HAS_WILL: u8 = 0x04;
/// The version from which on packets have properties.
const MQTT_5: u8 = 5;

/// The range of the password in a message that begins with a `CONNECT` packet.
pub(super) fn password_of_connect(bytes: &[u8]) -> Option<Range<usize>> {
    const CONNECT: u8 = 0x10;
    if bytes.first() != Some(&CONNECT) {
        return None;
    }
    let at = skip_number(bytes, 1)?;
    let name = field(bytes, at)?;
    if !matches!(bytes.get(name.clone()), Some(b"MQTT" | b"MQIsdp")) {
        return None;
    }
    let (version, flags) = (*bytes.get(name.end)?, *bytes.get(name.end + 1)?);
    if flags & HAS_PASSWORD == 0 {
        return None;
    }
    // The level, the flags and two bytes of keep-alive.
    let mut at = name.end + 4;
    let skip_properties = |at: usize| {
        if version < MQTT_5 {
            return Some(at);
        }
        let start = skip_number(bytes, at)?;
        start.checked_add(number(bytes, at)?)
    };
    at = skip_properties(at)?;
    at = field(bytes, at)?.end;
    if flags & HAS_WILL != 0 {
        at = skip_properties(at)?;
        at = field(bytes, at)?.end;
        at = field(bytes, at)?.end;
    }
    if flags & HAS_USER_NAME != 0 {
        at = field(bytes, at)?.end;
    }
    field(bytes, at).filter(|password| password.end <= bytes.len())
}

/// The content of a field with a length of two bytes before it.
fn field(bytes: &[u8], at: usize) -> Option<Range<usize>> {
    let start = at.checked_add(2)?;
    let [high, low] = *bytes.get(at..start)? else { return None };
    Some(start..start + usize::from(u16::from_be_bytes([high, low])))
}

/// The offset after a number of variable length (section 1.5.5): at most four bytes, of which all
/// but the last have the high bit.
fn skip_number(bytes: &[u8], at: usize) -> Option<usize> {
    let rest = bytes.get(at..)?;
    Some(at + 1 + rest.iter().take(4).position(|byte| byte & 0x80 == 0)?)
}

fn number(bytes: &[u8], at: usize) -> Option<usize> {
    let digits = bytes.get(at..skip_number(bytes, at)?)?;
    Some(digits.iter().rev().fold(0, |value, byte| value << 7 | usize::from(byte & 0x7f)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::encodings::base64;

    /// `CONNECT` of mqtt.js: with a will, a user name and a password.
    const CONNECT: &[u8] = b"EE0ABE1RVFQExgAFAA5tYXJrZXQtcGFnZS0xNwAQbWFya2V0L2J1eWVycy8xNwAEZ29uZQAIYnV5ZXItMTcAD2xhbnRlcm4tYW5kLWZvZw==";

    #[test]
    fn the_password_of_a_connect_is_found() {
        let bytes = base64::decode(CONNECT).expect("base64");
        let range = password_of_connect(&bytes).expect("a password");
        assert_eq!(&bytes[range], b"lantern-and-fog");
    }

    #[test]
    fn properties_of_mqtt_5_are_skipped() {
        let packet = b"\x10\x1c\0\x04MQTT\x05\xc0\0\x05\x05\x11\0\0\0\x3c\0\x01c\0\x01u\0\x02pw";
        assert_eq!(password_of_connect(packet).map(|range| &packet[range]), Some(&b"pw"[..]));
    }

    #[test]
    fn any_part_of_a_packet_is_read_without_a_panic() {
        let bytes = base64::decode(CONNECT).expect("base64");
        for end in 0..bytes.len() {
            assert_eq!(password_of_connect(&bytes[..end]), None);
        }
        assert_eq!(password_of_connect(b"\x10\xff\xff\xff\xff\xff"), None);
    }
}
