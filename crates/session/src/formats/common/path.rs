//! Checks paths of files that a recording names, before they are fetched.

/// Whether a path is in the recording's folder or below it, whether a URL parser resolves it or a
/// search among dropped files. Absolute paths, paths with `..` and paths with other parts of a URL
/// are not.
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
