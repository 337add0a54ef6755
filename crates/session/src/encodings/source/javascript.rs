//! Tokens of JavaScript (ECMAScript 2025). Whether a `/` begins a regular expression is decided by
//! the token before it, as all lexers without a parser do; `)` is remembered to be that of a
//! condition.

use super::{TokenKind, byte_at, end_after, quoted_end, rest, run_end, whitespace_end};

/// Brackets within one another that are remembered.
const MAX_OPEN: usize = 500;
/// Bytes of the longest regular expression.
const MAX_REGEX: usize = 2000;

/// What an open bracket is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Open {
    Brace,
    Parenthesis,
    /// The parenthesis after `if`, `while`, `for` or `with`: a statement follows it.
    Condition,
    Bracket,
    /// The text of a template.
    Template,
    /// `${` within a template.
    Substitution,
}

/// The token before, where it decides what follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Before {
    /// `if` and others that a condition follows.
    Condition,
    /// A dot, which a property follows.
    Dot,
    Other,
}

/// The state between two tokens.
#[derive(Clone, Debug)]
pub(super) struct JavaScriptLexer {
    open: Vec<Open>,
    /// Brackets that are open beyond [`MAX_OPEN`].
    uncounted: u32,
    /// Whether the token before is one that a value follows, so that `/` begins an expression.
    expects_value: bool,
    /// What the token before is.
    before: Before,
    /// Whether there was a token.
    has_started: bool,
}

impl Default for JavaScriptLexer {
    fn default() -> Self {
        Self {
            open: Vec::new(),
            uncounted: 0,
            expects_value: true,
            before: Before::Other,
            has_started: false,
        }
    }
}

/// Words that are not names. `of`, `as` and others are names unless their place says otherwise.
const KEYWORDS: &[&[u8]] = &[
    b"async",
    b"await",
    b"break",
    b"case",
    b"catch",
    b"class",
    b"const",
    b"continue",
    b"debugger",
    b"default",
    b"delete",
    b"do",
    b"else",
    b"export",
    b"extends",
    b"finally",
    b"for",
    b"function",
    b"if",
    b"import",
    b"in",
    b"instanceof",
    b"let",
    b"new",
    b"return",
    b"static",
    b"switch",
    b"throw",
    b"try",
    b"typeof",
    b"var",
    b"void",
    b"while",
    b"with",
    b"yield",
];

/// Words that are values.
const CONSTANTS: &[&[u8]] =
    &[b"true", b"false", b"null", b"undefined", b"this", b"super", b"NaN", b"Infinity"];

/// Operators of several characters, the longest first.
const OPERATORS: &[&[u8]] = &[
    b">>>=", b"...", b"===", b"!==", b">>>", b"<<=", b">>=", b"**=", b"&&=", b"||=", b"??=", b"=>", b"==",
    b"!=", b"<=", b">=", b"&&", b"||", b"??", b"?.", b"++", b"--", b"+=", b"-=", b"*=", b"/=", b"%=", b"&=",
    b"|=", b"^=", b"<<", b">>", b"**",
];

impl JavaScriptLexer {
    /// The token at `at`, which is within the text: its kind and its end.
    pub(super) fn token(&mut self, bytes: &[u8], at: usize) -> (TokenKind, usize) {
        if self.open.last() == Some(&Open::Template) {
            return self.template(bytes, at);
        }
        let (first, next) = (byte_at(bytes, at), byte_at(bytes, at + 1));
        if first.is_ascii_whitespace() {
            return (TokenKind::Whitespace, whitespace_end(bytes, at));
        }
        let has_started = std::mem::replace(&mut self.has_started, true);
        let (kind, end) = match first {
            b'/' if next == b'/' => return (TokenKind::Comment, line_end(bytes, at)),
            b'/' if next == b'*' => return (TokenKind::Comment, end_after(bytes, at + 2, b"*/")),
            b'#' if !has_started && next == b'!' => return (TokenKind::Comment, line_end(bytes, at)),
            b'"' | b'\'' => (TokenKind::String, quoted_end(bytes, at)),
            b'`' if self.push(Open::Template) => {
                return (TokenKind::String, self.template_end(bytes, at + 1));
            }
            byte if byte.is_ascii_digit() || byte == b'.' && next.is_ascii_digit() => {
                (TokenKind::Number, number_end(bytes, at))
            }
            byte if is_name(byte) => return self.word(bytes, at),
            b'/' if self.expects_value => (TokenKind::String, regex_end(bytes, at)),
            _ => return self.operator(bytes, at),
        };
        self.passed(false);
        (kind, end)
    }

    /// Remembers what the token before is.
    fn passed(&mut self, expects_value: bool) {
        self.expects_value = expects_value;
        self.before = Before::Other;
    }

    fn word(&mut self, bytes: &[u8], at: usize) -> (TokenKind, usize) {
        let end = run_end(bytes, at, is_name);
        let word = bytes.get(at..end).unwrap_or_default();
        let is_property = self.before == Before::Dot;
        self.passed(false);
        if is_property {
            return (TokenKind::Name, end);
        }
        if CONSTANTS.contains(&word) {
            return (TokenKind::Constant, end);
        }
        if KEYWORDS.contains(&word) {
            self.passed(true);
            if matches!(word, b"if" | b"while" | b"for" | b"with") {
                self.before = Before::Condition;
            }
            return (TokenKind::Keyword, end);
        }
        (TokenKind::Name, end)
    }

    fn operator(&mut self, bytes: &[u8], at: usize) -> (TokenKind, usize) {
        let here = rest(bytes, at);
        let is_condition = self.before == Before::Condition;
        let long = OPERATORS.iter().find(|operator| here.starts_with(operator));
        // `a?.5:b` has a number.
        let long = long.filter(|long| **long != b"?." || !byte_at(bytes, at + 2).is_ascii_digit());
        let operator = long.copied().unwrap_or_else(|| here.get(..1).unwrap_or_default());
        let end = at + operator.len();
        let follows_value = !self.expects_value;
        self.passed(true);
        match operator {
            b"{" => _ = self.push(Open::Brace),
            b"[" => _ = self.push(Open::Bracket),
            b"(" => _ = self.push(if is_condition { Open::Condition } else { Open::Parenthesis }),
            b")" => {
                let closed = self.pop(&[Open::Parenthesis, Open::Condition]);
                self.expects_value = closed == Some(Open::Condition);
            }
            b"]" => {
                self.pop(&[Open::Bracket]);
                self.expects_value = false;
            }
            b"}" => {
                self.pop(&[Open::Brace, Open::Substitution]);
            }
            b"." | b"?." => self.before = Before::Dot,
            b"++" | b"--" => self.expects_value = !follows_value,
            _ => {}
        }
        (TokenKind::Punctuation, end)
    }

    /// The next token within a template: its text, or the beginning of a substitution.
    fn template(&mut self, bytes: &[u8], at: usize) -> (TokenKind, usize) {
        if bytes.get(at..at + 2) == Some(b"${") {
            self.passed(true);
            // Without room for it the braces are text.
            let is_open = self.push(Open::Substitution);
            return (if is_open { TokenKind::Punctuation } else { TokenKind::Template }, at + 2);
        }
        (TokenKind::Template, self.template_end(bytes, at))
    }

    /// The end of the text of a template: after its end, or before a substitution.
    fn template_end(&mut self, bytes: &[u8], at: usize) -> usize {
        let mut from = at;
        loop {
            let Some(found) = rest(bytes, from).iter().position(|byte| matches!(byte, b'`' | b'\\' | b'$'))
            else {
                return bytes.len();
            };
            let place = from + found;
            match (byte_at(bytes, place), byte_at(bytes, place + 1)) {
                (b'`', _) => {
                    self.pop(&[Open::Template]);
                    self.passed(false);
                    return place + 1;
                }
                (b'$', b'{') => return place,
                (b'\\', _) => from = place + 2,
                _ => from = place + 1,
            }
        }
    }

    /// Remembers an open bracket; returns whether there was room for it.
    fn push(&mut self, open: Open) -> bool {
        if self.uncounted > 0 || self.open.len() >= MAX_OPEN {
            // A template or substitution without room is read as a character.
            let is_bracket = !matches!(open, Open::Template | Open::Substitution);
            self.uncounted = self.uncounted.saturating_add(u32::from(is_bracket));
            return false;
        }
        self.open.push(open);
        true
    }

    /// The innermost open bracket, which is closed, if it is one of `kinds`.
    fn pop(&mut self, kinds: &[Open]) -> Option<Open> {
        if self.uncounted > 0 {
            self.uncounted -= 1;
            return None;
        }
        self.open.pop_if(|open| kinds.contains(open))
    }
}

fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$' | b'#' | b'@' | b'\\' | 0x80..)
}

/// The end of the line, before its line break.
fn line_end(bytes: &[u8], at: usize) -> usize {
    run_end(bytes, at, |byte| !matches!(byte, b'\n' | b'\r'))
}

fn number_end(bytes: &[u8], at: usize) -> usize {
    let is_decimal = !matches!(byte_at(bytes, at + 1), b'x' | b'X' | b'b' | b'B' | b'o' | b'O');
    let mut end = at;
    loop {
        end = run_end(bytes, end, |byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_'));
        let has_exponent = is_decimal && end > at && matches!(byte_at(bytes, end - 1), b'e' | b'E');
        let is_signed =
            matches!(byte_at(bytes, end), b'+' | b'-') && byte_at(bytes, end + 1).is_ascii_digit();
        if !(has_exponent && is_signed) {
            return end;
        }
        end += 1;
    }
}

/// The end of a regular expression with its flags. One that does not end takes the rest of its
/// line, as a string does: whitespace must not decide what it is.
fn regex_end(bytes: &[u8], at: usize) -> usize {
    let limit = bytes.len().min(at + MAX_REGEX);
    let mut is_class = false;
    let mut place = at + 1;
    while place < limit {
        match byte_at(bytes, place) {
            b'\n' | b'\r' => return place,
            b'\\' if !matches!(byte_at(bytes, place + 1), b'\n' | b'\r') => place += 1,
            b'[' => is_class = true,
            b']' => is_class = false,
            b'/' if !is_class => return run_end(bytes, place + 1, |byte| byte.is_ascii_alphabetic()),
            _ => {}
        }
        place += 1;
    }
    limit
}
