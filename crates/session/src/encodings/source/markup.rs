//! Tokens of HTML and XML. What is within `script` and `style` of HTML are tokens of JavaScript and
//! CSS.

use super::css::CssLexer;
use super::javascript::JavaScriptLexer;
use super::{Language, TokenKind, byte_at, end_after, rest, run_end, whitespace_end};

/// The state between two tokens.
#[derive(Clone, Debug)]
pub(super) struct MarkupLexer {
    is_html: bool,
    place: Place,
    /// What the content of the tag that is being read is, if that is a start tag.
    content: Content,
    /// The lexer of the element that is being read, and where that ends.
    embedded: Option<(Embedded, usize)>,
}

/// Where in the markup the next token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Text,
    Tag,
    /// After the `=` of an attribute.
    Value,
}

/// What an element contains.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Content {
    Markup,
    Script,
    Style,
}

#[derive(Clone, Debug)]
enum Embedded {
    Script(JavaScriptLexer),
    Style(CssLexer),
}

impl MarkupLexer {
    pub(super) fn new(is_html: bool) -> Self {
        Self { is_html, place: Place::Text, content: Content::Markup, embedded: None }
    }

    /// The token at `at`, which is within the text: its kind, its language and its end.
    pub(super) fn token(&mut self, bytes: &[u8], at: usize) -> (TokenKind, Language, usize) {
        if let Some((embedded, limit)) = &mut self.embedded
            && at < *limit
        {
            let content = bytes.get(..*limit).unwrap_or(bytes);
            let (language, (kind, end)) = match embedded {
                Embedded::Script(lexer) => (Language::JavaScript, lexer.token(content, at)),
                Embedded::Style(lexer) => (Language::Css, lexer.token(content, at)),
            };
            return (kind, language, end.min(*limit));
        }
        self.embedded = None;
        let (kind, end) = match self.place {
            _ if byte_at(bytes, at).is_ascii_whitespace() => {
                (TokenKind::Whitespace, whitespace_end(bytes, at))
            }
            Place::Tag | Place::Value if byte_at(bytes, at) != b'<' => self.in_tag(bytes, at),
            Place::Text | Place::Tag | Place::Value => self.text(bytes, at),
        };
        (kind, if self.is_html { Language::Html } else { Language::Xml }, end)
    }

    fn text(&mut self, bytes: &[u8], at: usize) -> (TokenKind, usize) {
        self.place = Place::Text;
        let here = rest(bytes, at);
        match here {
            [b'<', b'!', b'-', b'-', ..] => (TokenKind::Comment, end_after(bytes, at + 4, b"-->")),
            _ if here.starts_with(b"<![CDATA[") => (TokenKind::String, end_after(bytes, at + 9, b"]]>")),
            [b'<', b'?', ..] => (TokenKind::Keyword, end_after(bytes, at + 2, b">")),
            [b'<', b'!', first, ..] if first.is_ascii_alphabetic() => {
                (TokenKind::Keyword, end_after(bytes, at + 2, b">"))
            }
            [b'<', b'/', first, ..] if is_name_start(*first) => {
                self.place = Place::Tag;
                self.content = Content::Markup;
                (TokenKind::Tag, run_end(bytes, at + 2, is_name))
            }
            [b'<', first, ..] if is_name_start(*first) => {
                self.place = Place::Tag;
                let end = run_end(bytes, at + 1, is_name);
                self.content = match bytes.get(at + 1..end).unwrap_or_default() {
                    name if self.is_html && name.eq_ignore_ascii_case(b"script") => Content::Script,
                    name if self.is_html && name.eq_ignore_ascii_case(b"style") => Content::Style,
                    _ => Content::Markup,
                };
                (TokenKind::Tag, end)
            }
            _ => {
                (TokenKind::Name, run_end(bytes, at + 1, |byte| byte != b'<' && !byte.is_ascii_whitespace()))
            }
        }
    }

    fn in_tag(&mut self, bytes: &[u8], at: usize) -> (TokenKind, usize) {
        let is_value = self.place == Place::Value;
        self.place = Place::Tag;
        match rest(bytes, at) {
            [b'>', ..] => {
                self.end_tag(bytes, at + 1);
                (TokenKind::Punctuation, at + 1)
            }
            [b'/', b'>', ..] => {
                // In HTML the slash means nothing: a script is open after it.
                self.end_tag(bytes, at + 2);
                (TokenKind::Punctuation, at + 2)
            }
            [b'=', ..] if !is_value => {
                self.place = Place::Value;
                (TokenKind::Punctuation, at + 1)
            }
            [quote @ (b'"' | b'\''), ..] => (TokenKind::String, end_after(bytes, at + 1, &[*quote])),
            _ if is_value => {
                (TokenKind::String, run_end(bytes, at, |byte| !(byte.is_ascii_whitespace() || byte == b'>')))
            }
            [b'/', ..] => (TokenKind::Punctuation, at + 1),
            _ => (TokenKind::Attribute, run_end(bytes, at, is_name)),
        }
    }

    /// The tag ends before `at`, where its content begins.
    fn end_tag(&mut self, bytes: &[u8], at: usize) {
        self.place = Place::Text;
        let (embedded, name) = match std::mem::replace(&mut self.content, Content::Markup) {
            Content::Markup => return,
            Content::Script => (Embedded::Script(JavaScriptLexer::default()), &b"script"[..]),
            Content::Style => (Embedded::Style(CssLexer::default()), &b"style"[..]),
        };
        self.embedded = Some((embedded, close_tag(bytes, at, name)));
    }
}

/// Where the end tag of that name begins; the end of the text without one.
fn close_tag(bytes: &[u8], at: usize, name: &[u8]) -> usize {
    let is_close = |place: &usize| {
        let after = rest(bytes, at + place + 1);
        after.first() == Some(&b'/')
            && after.get(1..=name.len()).is_some_and(|tag| tag.eq_ignore_ascii_case(name))
    };
    memchr::memchr_iter(b'<', rest(bytes, at)).find(is_close).map_or(bytes.len(), |place| at + place)
}

fn is_name_start(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || matches!(byte, b'_' | b':' | 0x80..)
}

fn is_name(byte: u8) -> bool {
    !byte.is_ascii_whitespace() && !matches!(byte, b'>' | b'/' | b'<' | b'=' | b'"' | b'\'')
}
