//! Lines of HTML and XML: an element on each, its content indented. In HTML, elements within a line
//! of text stay in it, and the whitespace of `pre` and `textarea` is kept.

use super::super::{Language, TokenKind, char_boundary};
use super::javascript::JavaScriptLayout;
use super::stylesheet::CssLayout;
use super::{Gap, Placement, Token};

/// Elements within one another that are remembered.
const MAX_OPEN: usize = 500;
/// Bytes of a name that are compared.
const MAX_NAME: usize = 64;

/// Elements of HTML that are part of a line of text.
const INLINE: &[&str] = &[
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "br", "button", "cite", "code", "data", "del", "dfn",
    "em", "font", "i", "img", "input", "ins", "kbd", "label", "mark", "q", "s", "samp", "small", "span",
    "strike", "strong", "sub", "sup", "textarea", "time", "tt", "u", "var", "wbr",
];

/// Elements of HTML without content.
const VOID: &[&str] =
    &["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"];

/// The state between two tokens.
#[derive(Debug)]
pub(super) struct MarkupLayout {
    is_html: bool,
    open: Vec<Element>,
    /// The tag that is being read.
    tag: Option<Tag>,
    /// Whether a line break is required before what follows.
    breaks: bool,
    script: Option<JavaScriptLayout>,
    style: Option<CssLayout>,
    /// Whether a line break can follow the last token of a script or a style sheet: a comment or a
    /// string that does not end would contain it.
    can_break: bool,
}

#[derive(Debug)]
struct Element {
    name: String,
    /// Whether its end tag has a line of its own.
    has_lines: bool,
}

#[derive(Debug)]
struct Tag {
    name: String,
    is_close: bool,
}

impl MarkupLayout {
    pub(super) fn new(is_html: bool) -> Self {
        Self {
            is_html,
            open: Vec::new(),
            tag: None,
            breaks: false,
            script: None,
            style: None,
            can_break: false,
        }
    }

    /// Where a token goes; `None` if the whitespace before it is kept.
    pub(super) fn place(&mut self, language: Language, token: Token<'_>) -> Option<Placement> {
        let base = self.open.len();
        if matches!(language, Language::JavaScript | Language::Css) {
            return Some(self.embedded(language, token, base));
        }
        let has_embedded = self.script.take().is_some() | self.style.take().is_some();
        let embedded = has_embedded && self.can_break;
        if self.is_preformatted() && self.tag.is_none() {
            if token.kind == TokenKind::Tag {
                self.begin_tag(token.text);
            }
            return None;
        }
        if let Some(tag) = self.tag.take() {
            let is_end = token.kind == TokenKind::Punctuation && token.text.ends_with('>');
            if !is_end && token.kind != TokenKind::Tag {
                self.tag = Some(tag);
                // Attributes are one level deeper than their element.
                return Some(Placement { gap: Gap::None, depth: base + 1 });
            }
            self.end_tag(tag, token.text == "/>");
            if is_end {
                return Some(Placement { gap: Gap::None, depth: base });
            }
        }
        Some(self.content(token, embedded))
    }

    /// A token outside of tags.
    fn content(&mut self, token: Token<'_>, follows_embedded: bool) -> Placement {
        let breaks = std::mem::take(&mut self.breaks) | follows_embedded;
        let mut gap = if breaks { Gap::Line } else { Gap::None };
        match token.kind {
            TokenKind::Tag if token.text.starts_with("</") => {
                let name = self.name_of(token.text);
                let depth = self.position_of(&name);
                let element = depth.and_then(|depth| self.open.get(depth));
                let has_lines = element.is_some_and(|element| element.has_lines);
                gap = if has_lines {
                    Gap::Line
                } else if depth.is_some() && !follows_embedded {
                    Gap::None
                } else {
                    gap
                };
                let depth = depth.unwrap_or(self.open.len());
                self.begin_tag(token.text);
                Placement { gap, depth }
            }
            TokenKind::Tag => {
                self.begin_tag(token.text);
                let is_block = self.tag.as_ref().is_some_and(|tag| self.is_block(&tag.name));
                if is_block && let Some(parent) = self.open.last_mut() {
                    parent.has_lines = true;
                }
                let gap = if is_block { Gap::Line } else { gap };
                Placement { gap, depth: self.open.len() }
            }
            TokenKind::Keyword => {
                self.breaks = true;
                Placement { gap, depth: self.open.len() }
            }
            _ => Placement { gap, depth: self.open.len() },
        }
    }

    /// A token of a script or a style sheet.
    fn embedded(&mut self, language: Language, token: Token<'_>, base: usize) -> Placement {
        if let Some(tag) = self.tag.take() {
            self.end_tag(tag, false);
        }
        self.breaks = false;
        self.can_break = !matches!(token.kind, TokenKind::String | TokenKind::Comment);
        let is_first = self.script.is_none() && self.style.is_none();
        let placement = if language == Language::Css {
            self.style.get_or_insert_default().place(token)
        } else {
            self.script.get_or_insert_default().place(token)
        };
        let gap = if is_first { Gap::Line } else { placement.gap };
        Placement { gap, depth: base + placement.depth }
    }

    fn begin_tag(&mut self, written: &str) {
        self.tag = Some(Tag { name: self.name_of(written), is_close: written.starts_with("</") });
    }

    fn end_tag(&mut self, tag: Tag, is_self_closing: bool) {
        let is_block = self.is_block(&tag.name);
        if tag.is_close {
            if let Some(position) = self.position_of(&tag.name) {
                self.open.truncate(position);
            }
            self.breaks = is_block;
        } else if is_self_closing || self.is_html && VOID.contains(&tag.name.as_str()) {
            self.breaks = is_block;
        } else if self.open.len() < MAX_OPEN {
            self.open.push(Element { name: tag.name, has_lines: false });
        }
    }

    /// The name in a tag, in lower case where case is ignored.
    fn name_of(&self, written: &str) -> String {
        let name = written.trim_start_matches(['<', '/']);
        let name = name.get(..char_boundary(name, MAX_NAME)).unwrap_or_default();
        if self.is_html { name.to_ascii_lowercase() } else { name.to_owned() }
    }

    /// The position of the innermost open element of that name.
    fn position_of(&self, name: &str) -> Option<usize> {
        self.open.iter().rposition(|element| element.name == name)
    }

    fn is_block(&self, name: &str) -> bool {
        !(self.is_html && INLINE.contains(&name))
    }

    fn is_preformatted(&self) -> bool {
        self.is_html
            && self.open.iter().any(|element| matches!(element.name.as_str(), "pre" | "textarea" | "listing"))
    }
}
