//! Files of other tools that Replayscope does not read: errors name the tool, and how to get a HAR
//! from it.

use super::shape::{Shape, ShapeKind};

/// A file of another tool.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ForeignFile {
    /// Its kind, with an article: `a Chrome network log (net-export)`.
    pub(super) name: &'static str,
    /// How to get a HAR instead.
    pub(super) remedy: &'static str,
}

const fn file(name: &'static str, remedy: &'static str) -> ForeignFile {
    ForeignFile { name, remedy }
}

const CHROME_REMEDY: &str =
    "In Chrome DevTools, record in the Network panel, choose Export HAR there, and open the HAR.";
const BROWSER_REMEDY: &str = "It has no HAR export. Record in the Network panel of the browser's developer tools, export a HAR there, and open the HAR.";
const CHARLES_REMEDY: &str =
    "In Charles, choose File > Export Session, the format HTTP Archive (.har), and open the HAR.";

const NET_LOG: ForeignFile = file("a Chrome network log (net-export)", CHROME_REMEDY);
const PERFORMANCE_TRACE: ForeignFile = file("a Chrome performance trace", CHROME_REMEDY);
const CHARLES: ForeignFile = file("a Charles session", CHARLES_REMEDY);
const POSTMAN: ForeignFile = file("a Postman collection", BROWSER_REMEDY);
const HOPPSCOTCH: ForeignFile = file("a Hoppscotch collection", BROWSER_REMEDY);
const INSOMNIA: ForeignFile = file(
    "an Insomnia export",
    "In Insomnia, export the data in the format HAR (HTTP Archive), and open the HAR.",
);
const PROTOCOL_LOG: ForeignFile = file(
    "a log of the Chrome DevTools protocol (Selenium's performance log)",
    "Convert it to a HAR, for example with the npm package chrome-har, and open the HAR.",
);
const WIRESHARK: ForeignFile = file("a Wireshark export", BROWSER_REMEDY);
const FIREFOX_PROFILE: ForeignFile = file(
    "a Firefox profile",
    "In Firefox, record in the Network Monitor, choose Save All As HAR in its menu, and open the HAR.",
);
const SAFARI_TIMELINE: ForeignFile = file(
    "a Safari timeline recording",
    "In Safari's Web Inspector, record in the Network tab, choose Export there, and open the HAR.",
);
const LIGHTHOUSE: ForeignFile = file("a Lighthouse report", CHROME_REMEDY);
const MITMPROXY: ForeignFile = file(
    "a file of mitmproxy flows",
    "Convert it with mitmdump -nr FILE --set hardump=flows.har, and open the HAR.",
);
const WARC: ForeignFile = file("a web archive (WARC)", "Convert it to a HAR, and open the HAR.");
const PACKETS: ForeignFile = file("a packet capture (pcap)", BROWSER_REMEDY);
const BURP: ForeignFile =
    file("a Burp Suite export", "Export the items as a HAR with a Burp extension, and open the HAR.");
const FIDDLER: ForeignFile = file(
    "a Fiddler session archive (SAZ)",
    "In Fiddler, choose File > Export Sessions > All Sessions, the format HTTPArchive, and open the HAR.",
);
const XML: ForeignFile = file(
    "an XML document",
    "If it came from a server, it may be an error message: check the address. Otherwise export a HAR, and open that.",
);

/// The tool of a file that is not JSON, by its first bytes.
pub(super) fn by_signature(prefix: &[u8]) -> Option<ForeignFile> {
    const SIGNATURES: [(&[u8], ForeignFile); 9] = [
        (b"WARC/", WARC),
        (b"\xd4\xc3\xb2\xa1", PACKETS),
        (b"\xa1\xb2\xc3\xd4", PACKETS),
        (b"\x4d\x3c\xb2\xa1", PACKETS),
        (b"\xa1\xb2\x3c\x4d", PACKETS),
        (b"\x0a\x0d\x0d\x0a", PACKETS),
        // A stream of serialized Java objects.
        (b"\xac\xed\x00\x05", CHARLES),
        (b"HTTP-Trace-Version:", CHARLES),
        (b"<?xml", XML),
    ];
    let signed = SIGNATURES.into_iter().find(|(bytes, _)| prefix.starts_with(bytes));
    signed.map(|(_, file)| file).or_else(|| is_tnetstring(prefix).then_some(MITMPROXY))
}

/// Whether the file begins as flows of mitmproxy: `2168:9:websocket;0:~8:response;`, a tnetstring
/// dictionary.
fn is_tnetstring(prefix: &[u8]) -> bool {
    let after_number = |text: &'_ [u8]| {
        let digits = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
        (digits > 0 && text.get(digits) == Some(&b':')).then(|| digits + 1)
    };
    let Some(outer) = after_number(prefix) else { return false };
    let inner = prefix.get(outer..).unwrap_or_default();
    let Some(key) = after_number(inner) else { return false };
    let key = inner.get(key..).unwrap_or_default();
    let len = key.iter().take_while(|byte| byte.is_ascii_lowercase() || **byte == b'_').count();
    len > 0 && matches!(key.get(len), Some(b';' | b','))
}

/// The tool of an XML document, of which `text` is the beginning.
pub(super) fn by_xml(text: &[u8]) -> ForeignFile {
    let holds = |part: &[u8]| memchr::memmem::find(text, part).is_some();
    if holds(b"burpVersion") {
        BURP
    } else if holds(b"<charles-session") {
        CHARLES
    } else if holds(b"<pdml") || holds(b"<psml") {
        WIRESHARK
    } else {
        XML
    }
}

/// The tool of a JSON file, by the keys of its object or of its first element.
pub(super) fn by_shape(shape: &Shape) -> Option<ForeignFile> {
    let has_all = |keys: &[&str]| shape.has_all(keys);
    let is_list = shape.kind == ShapeKind::ArrayOfObjects;
    let value_begins = |key: &str, beginnings: &[&str]| {
        let value = shape.value(key).and_then(|value| value.strip_prefix(b"\"")).unwrap_or_default();
        beginnings.iter().any(|beginning| value.starts_with(beginning.as_bytes()))
    };
    let found = [
        (has_all(&["constants", "events"]), NET_LOG),
        (has_all(&["traceEvents"]) || has_all(&["ph", "ts", "pid"]), PERFORMANCE_TRACE),
        (is_list && has_all(&["tunnel", "keptAlive"]), CHARLES),
        (has_all(&["info", "item"]), POSTMAN),
        (shape.is("_type", "export") || has_all(&["__export_format"]), INSOMNIA),
        (has_all(&["folders", "requests"]), HOPPSCOTCH),
        (has_all(&["params"]) && value_begins("method", &["Network.", "Page.", "Runtime."]), PROTOCOL_LOG),
        (has_all(&["level"]) && value_begins("message", &["{\\\"message\\\""]), PROTOCOL_LOG),
        (has_all(&["_index", "_source"]), WIRESHARK),
        (has_all(&["meta", "libs", "threads"]), FIREFOX_PROFILE),
        (has_all(&["recording", "overview"]), SAFARI_TIMELINE),
        (has_all(&["lighthouseVersion"]), LIGHTHOUSE),
        (has_all(&["client_conn"]) || has_all(&["server_conn"]), MITMPROXY),
    ];
    found.into_iter().find(|(is_found, _)| *is_found).map(|(_, file)| file)
}

/// The tool of an archive, by the names of its members.
pub(super) fn by_members(names: &[String]) -> Option<ForeignFile> {
    let any = |is_known: &dyn Fn(&str) -> bool| names.iter().any(|name| is_known(name));
    if any(&|name| name.starts_with("raw/") && name.ends_with("_c.txt")) {
        Some(FIDDLER)
    } else if any(&|name| name.ends_with("-meta.json"))
        && any(&|name| name.ends_with("-req.json") || name.ends_with("-res.json"))
    {
        Some(CHARLES)
    } else if any(&|name| name.starts_with("archive/") && name.contains(".warc")) {
        Some(WARC)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::shape::Extent;

    #[test]
    fn files_of_other_tools_are_named_by_their_first_bytes() {
        for (bytes, file) in [
            (&b"WARC/1.0\r\nWARC-Type: warcinfo"[..], WARC),
            (b"\x0a\x0d\x0d\x0a\x1c\x00\x00\x00\x4d\x3c\x2b\x1a", PACKETS),
            (b"\xd4\xc3\xb2\xa1\x02\x00\x04\x00", PACKETS),
            (b"\xac\xed\x00\x05sr\x00", CHARLES),
            (b"2168:9:websocket;0:~8:response;", MITMPROXY),
            (b"5711:8:response,1:x", MITMPROXY),
        ] {
            assert_eq!(by_signature(bytes), Some(file), "{bytes:?}");
        }
        for other in [&b"12:30:45 GET /"[..], b"1:2", b"hello", b"", b"12:", b"3:4:"] {
            assert_eq!(by_signature(other), None, "{other:?}");
        }
    }

    #[test]
    fn json_of_other_tools_is_named_by_its_keys() {
        for (text, file) in [
            (r#"{"constants":{"a":1},"events":[{"#, NET_LOG),
            (r#"{"traceEvents":[{"#, PERFORMANCE_TRACE),
            (r#"[{"pid":1,"tid":2,"ts":3,"ph":"X","name":"a"}]"#, PERFORMANCE_TRACE),
            (r#"{"info":{"name":"a"},"item":[]}"#, POSTMAN),
            (r#"{"_type":"export","__export_format":4,"resources":[]}"#, INSOMNIA),
            (r#"[{"v":2,"name":"a","folders":[],"requests":[]}]"#, HOPPSCOTCH),
            (r#"{"method":"Network.requestWillBeSent","params":{}}"#, PROTOCOL_LOG),
            (r#"[{"level":"INFO","message":"{\"message\":{\"method\":","timestamp":1}]"#, PROTOCOL_LOG),
            (r#"[{"_index":"packets","_type":"doc","_source":{"layers":{}}}]"#, WIRESHARK),
            (r#"{"meta":{},"libs":[],"threads":[]}"#, FIREFOX_PROFILE),
            (r#"{"version":1,"recording":{},"overview":{}}"#, SAFARI_TIMELINE),
            (r#"{"lighthouseVersion":"12","audits":{}}"#, LIGHTHOUSE),
            (r#"[{"id":"a","type":"http","client_conn":{}}]"#, MITMPROXY),
        ] {
            assert_eq!(by_shape(&Shape::of(text.as_bytes(), Extent::Complete)), Some(file), "{text}");
        }
        for other in
            [r#"{"name":"app","version":"1.0.0"}"#, r#"{"version":3,"sources":[],"mappings":""}"#, "[1,2]"]
        {
            assert_eq!(by_shape(&Shape::of(other.as_bytes(), Extent::Complete)), None, "{other}");
        }
    }

    #[test]
    fn xml_and_archives_of_other_tools_are_named() {
        assert_eq!(by_xml(b"<?xml version=\"1.0\"?><!DOCTYPE items><items burpVersion=\"2\">"), BURP);
        assert_eq!(by_xml(b"<?xml version=\"1.0\"?><charles-session/>"), CHARLES);
        assert_eq!(by_xml(b"<?xml version=\"1.0\"?><Error/>"), XML);
        let of =
            |names: &[&str]| by_members(&names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>());
        assert_eq!(of(&["[Content_Types].xml", "_index.htm", "raw/01_c.txt"]), Some(FIDDLER));
        assert_eq!(of(&["1-meta.json", "1-req.json"]), Some(CHARLES));
        assert_eq!(of(&["archive/data.warc.gz", "datapackage.json"]), Some(WARC));
        assert_eq!(of(&["a.txt"]), None);
    }
}
