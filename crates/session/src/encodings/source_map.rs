//! The source map that a script or a style sheet names (ECMA-426).

use super::source::char_boundary;

/// Bytes at the end of a text in which the comment is searched.
const MAX_TAIL: usize = 64 << 10;

/// The URL in the last comment of a text that names a source map; `None` without one. It is as
/// written: relative to the URL of the text, or a `data:` URL with the map itself.
pub fn source_map_url(text: &str) -> Option<&str> {
    // A map within the text makes the comment as long as the map: then its line is the last.
    let tail = text.get(char_boundary(text, text.len().saturating_sub(MAX_TAIL))..)?;
    let url = |marker: &str| {
        let (_, after) = tail.rsplit_once(marker)?;
        let end = after.find(|char: char| char.is_whitespace() || matches!(char, '"' | '\'' | '*'));
        after.get(..end.unwrap_or(after.len())).filter(|url| !url.is_empty())
    };
    url("# sourceMappingURL=").or_else(|| url("@ sourceMappingURL=")).or_else(|| {
        let line = text.trim_end().rsplit(['\n', '\r']).next()?;
        let line = line.strip_prefix("/*").or_else(|| line.strip_prefix("//"))?;
        let url = line.get(1..)?.trim_start().strip_prefix("sourceMappingURL=")?;
        url.split(['*', ' ']).next().filter(|url| !url.is_empty())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_comment_at_the_end_names_the_map() {
        assert_eq!(source_map_url("a();\n//# sourceMappingURL=app.js.map\n"), Some("app.js.map"));
        assert_eq!(source_map_url("a{}\n/*# sourceMappingURL=/m/app.css.map */"), Some("/m/app.css.map"));
        assert_eq!(source_map_url("//@ sourceMappingURL=old.map"), Some("old.map"));
        assert_eq!(source_map_url("//# sourceMappingURL=a.map\n//# sourceMappingURL=b.map"), Some("b.map"));
    }

    #[test]
    fn a_map_within_the_text_can_be_long() {
        let url = format!("data:application/json;base64,{}", "e".repeat(MAX_TAIL));
        assert_eq!(source_map_url(&format!("a();\n//# sourceMappingURL={url}")), Some(url.as_str()));
    }

    #[test]
    fn other_texts_name_none() {
        assert_eq!(source_map_url("sourceMappingURL=x"), None);
        assert_eq!(source_map_url("//# sourceMappingURL="), None);
        assert_eq!(source_map_url(""), None);
    }
}
