//! Splits a `.proto` file into tokens.

/// A token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Token<'t> {
    /// A name or keyword.
    Name(&'t str),
    /// An integer or a fraction as written.
    Number(&'t str),
    /// A text with its quotes.
    Text(&'t str),
    Symbol(char),
    End,
}

/// Reads tokens one after the other.
#[derive(Clone, Debug)]
pub(super) struct Lexer<'t> {
    text: &'t str,
    at: usize,
    line: u32,
}

impl<'t> Lexer<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self { text, at: 0, line: 1 }
    }

    /// The line of the position, from 1.
    pub(super) fn line(&self) -> u32 {
        self.line
    }

    /// The next token, or why there is none.
    pub(super) fn next(&mut self) -> Result<Token<'t>, String> {
        self.skip_space()?;
        let Some(first) = self.rest().chars().next() else { return Ok(Token::End) };
        let len = match first {
            '"' | '\'' => self.text_len(first)?,
            _ if is_name(first) => self.len_of(is_name),
            _ => first.len_utf8(),
        };
        let token = self.rest().get(..len).unwrap_or_default();
        self.advance(len);
        Ok(match first {
            '"' | '\'' => Token::Text(token),
            '0'..='9' => Token::Number(self.number(token)),
            _ if is_name(first) => Token::Name(token),
            _ => Token::Symbol(first),
        })
    }

    /// A number with its fraction: the digits before the point are read already.
    fn number(&mut self, digits: &'t str) -> &'t str {
        if !self.rest().starts_with('.') {
            return digits;
        }
        let start = self.at - digits.len();
        let len =
            1 + self.rest().get(1..).unwrap_or_default().chars().take_while(|char| is_name(*char)).count();
        self.advance(len);
        self.text.get(start..self.at).unwrap_or(digits)
    }

    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn len_of(&self, is_part: impl Fn(char) -> bool) -> usize {
        self.rest().find(|char| !is_part(char)).unwrap_or(self.rest().len())
    }

    fn advance(&mut self, len: usize) {
        let passed = self.rest().get(..len).unwrap_or_default();
        self.line = self.line.saturating_add(passed.bytes().filter(|byte| *byte == b'\n').count() as u32);
        self.at += len;
    }

    /// Skips white space and comments.
    fn skip_space(&mut self) -> Result<(), String> {
        loop {
            let len = self.len_of(char::is_whitespace);
            self.advance(len);
            let rest = self.rest();
            if rest.starts_with("//") {
                self.advance(rest.find('\n').unwrap_or(rest.len()));
            } else if rest.starts_with("/*") {
                let end = rest.find("*/").ok_or("this comment is not closed by */")?;
                self.advance(end + 2);
            } else {
                return Ok(());
            }
        }
    }

    /// The length of a text in quotes.
    fn text_len(&self, quote: char) -> Result<usize, String> {
        let mut is_escaped = false;
        for (at, char) in self.rest().char_indices().skip(1) {
            match char {
                '\n' => break,
                _ if is_escaped => is_escaped = false,
                '\\' => is_escaped = true,
                _ if char == quote => return Ok(at + 1),
                _ => {}
            }
        }
        Err("this text is not closed by a quotation mark".to_owned())
    }
}

fn is_name(char: char) -> bool {
    char.is_ascii_alphanumeric() || char == '_'
}
