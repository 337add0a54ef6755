//! Names of files of a recording. They come from the recording, so they are checked before anything is fetched.

/// Whether a file of that name is in the recording's folder or below it, by whatever resolves the name: a URL parser, or
/// a search among dropped files. Absolute and climbing paths do not, nor what a URL reads as more than a path.
pub(in crate::formats) fn is_within_directory(path: &str) -> bool {
    let decoded = path.to_ascii_lowercase().replace("%2e", ".").replace("%2f", "/").replace("%5c", "\\");
    // A URL parser drops spaces around a name, so that " //host/" names a host.
    decoded.trim() == decoded
        && !decoded.is_empty()
        && !decoded.starts_with('/')
        && !decoded.contains(['\\', ':', '?', '#'])
        && !decoded.chars().any(char::is_control)
        && decoded.split('/').all(|segment| segment != "..")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_never_leave_the_folder() {
        for good in ["resources.jsonl", "sockets/a b.jsonl", "a/./b.jsonl", "a..b/c.jsonl.gz"] {
            assert!(is_within_directory(good), "{good}");
        }
        let bad = [
            "",
            "/etc/passwd",
            "../x",
            "a/../../x",
            "https://evil.test/x",
            "//evil.test/x",
            " //evil.test/x",
            "a\\..\\x",
            "%2e%2e/x",
            "%2E./x",
            "..%2fx",
            "x?y",
            "x#y",
            "C:x",
            "javascript:x",
            "a\nb",
            "\t/x",
        ];
        for bad in bad {
            assert!(!is_within_directory(bad), "{bad}");
        }
    }
}
