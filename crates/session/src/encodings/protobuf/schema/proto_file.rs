//! Parses `.proto` files (proto2, proto3 and editions). Options, services and extensions are
//! skipped: they do not change how a message is read.

use super::lexer::{Lexer, Token};
use super::types::{Definitions, RawEnum, RawField, RawFieldType, RawMessage, Scalar, full_name};
use super::{MAX_DEPTH, MAX_NAME_BYTES};

/// The line of an error, and the reason.
type LineError = (u32, String);

/// Adds the types that a file defines.
pub(super) fn parse(text: &str, definitions: &mut Definitions) -> Result<(), LineError> {
    let mut parser = Parser { lexer: Lexer::new(text), package: String::new(), definitions };
    parser.file().map_err(|message| (parser.lexer.line(), message))
}

struct Parser<'t, 'd> {
    lexer: Lexer<'t>,
    package: String,
    definitions: &'d mut Definitions,
}

impl<'t> Parser<'t, '_> {
    fn file(&mut self) -> Result<(), String> {
        loop {
            match self.lexer.next()? {
                Token::End => return Ok(()),
                Token::Symbol(';') => {}
                Token::Name("package") => {
                    let first = self.lexer.next()?;
                    self.package = self.dotted(first)?;
                    self.expect(';')?;
                }
                Token::Name("message") => {
                    let package = self.package.clone();
                    self.message(&package, 0)?;
                }
                Token::Name("enum") => {
                    let package = self.package.clone();
                    self.enumeration(&package)?;
                }
                Token::Name("extend" | "service") => self.skip_block()?,
                Token::Name("syntax" | "edition" | "import" | "option") => self.skip_statement()?,
                token => return Err(format!("{} does not begin a definition", shown(token))),
            }
        }
    }

    fn message(&mut self, scope: &str, depth: usize) -> Result<(), String> {
        let name = self.name("the name of a message")?;
        self.expect('{')?;
        self.message_body(scope, name, depth)
    }

    /// The fields of a message, up to its closing brace.
    fn message_body(&mut self, scope: &str, name: &str, depth: usize) -> Result<(), String> {
        if depth >= MAX_DEPTH {
            return Err(format!("more than {MAX_DEPTH} messages are within one another"));
        }
        let full = full_name(scope, name).ok_or("this name is too long")?;
        let mut message = RawMessage { name: full.clone(), ..RawMessage::default() };
        let mut is_in_oneof = false;
        loop {
            match self.lexer.next()? {
                Token::Symbol('}') if is_in_oneof => is_in_oneof = false,
                Token::Symbol('}') => break,
                Token::Symbol(';') => {}
                Token::Name(word) => {
                    if word == "oneof" && self.is_followed_by_name() {
                        self.name("the name of a oneof")?;
                        self.expect('{')?;
                        is_in_oneof = true;
                    } else {
                        self.member(word, &full, depth, &mut message)?;
                    }
                }
                Token::Symbol('.') => self.field(Token::Symbol('.'), false, &full, depth, &mut message)?,
                token => return Err(format!("{} does not begin a field", shown(token))),
            }
        }
        self.definitions.count(message.fields.len());
        self.definitions.messages.push(message);
        if self.definitions.is_too_large() {
            Err("the files define too many types".to_owned())
        } else {
            Ok(())
        }
    }

    /// What begins with `word` in a message.
    fn member(
        &mut self,
        word: &'t str,
        full: &str,
        depth: usize,
        message: &mut RawMessage,
    ) -> Result<(), String> {
        let is_before_name = self.is_followed_by_name();
        match word {
            "message" if is_before_name => self.message(full, depth + 1),
            "enum" if is_before_name => self.enumeration(full),
            "extend" if is_before_name => self.skip_block(),
            "option" | "reserved" | "extensions" => self.skip_statement(),
            "map" if self.is_followed_by('<') => self.map(full, message),
            "optional" | "required" | "repeated" if is_before_name || self.is_followed_by('.') => {
                let first = self.lexer.next()?;
                self.field(first, word == "repeated", full, depth, message)
            }
            _ => self.field(Token::Name(word), false, full, depth, message),
        }
    }

    /// `type name = number [options];`, or a group.
    fn field(
        &mut self,
        first: Token<'t>,
        is_repeated: bool,
        full: &str,
        depth: usize,
        message: &mut RawMessage,
    ) -> Result<(), String> {
        let type_name = self.dotted(first)?;
        let name = self.name("the name of a field")?.to_owned();
        let number = self.field_number()?;
        if type_name == "group" {
            self.skip_options()?;
            self.message_body(full, &name, depth + 1)?;
            let kind = RawFieldType::Named(name.clone());
            message.fields.push(RawField { number, name: name.to_ascii_lowercase(), kind, is_repeated });
            return Ok(());
        }
        self.end_of_field()?;
        let kind = Scalar::of_name(&type_name).map_or(RawFieldType::Named(type_name), RawFieldType::Scalar);
        message.fields.push(RawField { number, name, kind, is_repeated });
        Ok(())
    }

    /// `map<key, value> name = number;`: a repeated message of a key and a value.
    fn map(&mut self, full: &str, message: &mut RawMessage) -> Result<(), String> {
        self.expect('<')?;
        let first = self.lexer.next()?;
        let key = self.dotted(first)?;
        self.expect(',')?;
        let first = self.lexer.next()?;
        let value = self.dotted(first)?;
        self.expect('>')?;
        let name = self.name("the name of a field")?.to_owned();
        let number = self.field_number()?;
        self.end_of_field()?;
        // A name that no message of a file can have.
        let entry = full_name(full, &format!("{name}<entry>")).ok_or("this name is too long")?;
        let kind =
            |name: String| Scalar::of_name(&name).map_or(RawFieldType::Named(name), RawFieldType::Scalar);
        let field =
            |number, name: &str, kind| RawField { number, name: name.to_owned(), kind, is_repeated: false };
        self.definitions.messages.push(RawMessage {
            name: entry.clone(),
            fields: vec![field(1, "key", kind(key)), field(2, "value", kind(value))],
            is_map_entry: true,
        });
        let kind = RawFieldType::Named(format!(".{entry}"));
        message.fields.push(RawField { number, name, kind, is_repeated: true });
        Ok(())
    }

    fn enumeration(&mut self, scope: &str) -> Result<(), String> {
        let name = self.name("the name of an enum")?;
        let name = full_name(scope, name).ok_or("this name is too long")?;
        self.expect('{')?;
        let mut values = Vec::new();
        loop {
            match self.lexer.next()? {
                Token::Symbol('}') => break,
                Token::Symbol(';') => {}
                Token::Name("option" | "reserved") if !self.is_followed_by('=') => self.skip_statement()?,
                Token::Name(value) => {
                    self.expect('=')?;
                    values.push((self.enum_number()?, value.to_owned()));
                    self.end_of_field()?;
                }
                token => return Err(format!("{} does not begin an enum value", shown(token))),
            }
        }
        self.definitions.count(values.len());
        self.definitions.enums.push(RawEnum { name, values });
        Ok(())
    }

    fn field_number(&mut self) -> Result<u32, String> {
        self.expect('=')?;
        let token = self.lexer.next()?;
        let number = match token {
            Token::Number(text) => integer(text).and_then(|number| u32::try_from(number).ok()),
            _ => None,
        };
        number
            .filter(|number| (1..=super::super::MAX_NUMBER).contains(&u64::from(*number)))
            .ok_or_else(|| format!("{} is not the number of a field", shown(token)))
    }

    fn enum_number(&mut self) -> Result<i32, String> {
        let mut token = self.lexer.next()?;
        let is_negative = token == Token::Symbol('-');
        if is_negative {
            token = self.lexer.next()?;
        }
        let number = match token {
            Token::Number(text) => integer(text),
            _ => None,
        };
        let number = number.map(|number| if is_negative { -number } else { number });
        number
            .and_then(|number| i32::try_from(number).ok())
            .ok_or_else(|| format!("{} is not the number of an enum value", shown(token)))
    }

    /// Options and the semicolon.
    fn end_of_field(&mut self) -> Result<(), String> {
        match self.lexer.next()? {
            Token::Symbol(';') => Ok(()),
            Token::Symbol('[') => {
                self.skip_until(']')?;
                self.expect(';')
            }
            token => Err(format!("; is missing before {}", shown(token))),
        }
    }

    /// The options of a group, and its opening brace.
    fn skip_options(&mut self) -> Result<(), String> {
        match self.lexer.next()? {
            Token::Symbol('{') => Ok(()),
            Token::Symbol('[') => {
                self.skip_until(']')?;
                self.expect('{')
            }
            token => Err(format!("{{ is missing before {}", shown(token))),
        }
    }

    /// A statement up to its semicolon; it can hold blocks.
    fn skip_statement(&mut self) -> Result<(), String> {
        self.skip_until(';')
    }

    /// A block with what precedes it.
    fn skip_block(&mut self) -> Result<(), String> {
        self.skip_until('{')?;
        self.skip_until('}')
    }

    /// Skips up to `end` outside of brackets.
    fn skip_until(&mut self, end: char) -> Result<(), String> {
        let mut depth = 0_usize;
        loop {
            match self.lexer.next()? {
                Token::Symbol(symbol) if symbol == end && depth == 0 => return Ok(()),
                Token::Symbol('{' | '[' | '(') => depth += 1,
                Token::Symbol('}' | ']' | ')') => {
                    depth = depth.checked_sub(1).ok_or_else(|| format!("{end} is missing"))?;
                }
                Token::End => return Err(format!("{end} is missing at the end of the file")),
                _ => {}
            }
        }
    }

    /// A name with dots, which begins with `first`.
    fn dotted(&mut self, first: Token<'t>) -> Result<String, String> {
        let mut name = String::new();
        let mut token = first;
        if token == Token::Symbol('.') {
            name.push('.');
            token = self.lexer.next()?;
        }
        loop {
            let Token::Name(part) = token else { return Err(format!("{} is not a name", shown(token))) };
            name.push_str(part);
            if name.len() > MAX_NAME_BYTES {
                return Err("this name is too long".to_owned());
            }
            if !self.is_followed_by('.') {
                return Ok(name);
            }
            name.push('.');
            self.lexer.next()?;
            token = self.lexer.next()?;
        }
    }

    fn name(&mut self, what: &str) -> Result<&'t str, String> {
        match self.lexer.next()? {
            Token::Name(name) if name.len() <= MAX_NAME_BYTES => Ok(name),
            token => Err(format!("{} is not {what}", shown(token))),
        }
    }

    fn expect(&mut self, symbol: char) -> Result<(), String> {
        match self.lexer.next()? {
            Token::Symbol(found) if found == symbol => Ok(()),
            token => Err(format!("{symbol} is missing before {}", shown(token))),
        }
    }

    fn peek(&self) -> Option<Token<'t>> {
        self.lexer.clone().next().ok()
    }

    fn is_followed_by(&self, symbol: char) -> bool {
        self.peek() == Some(Token::Symbol(symbol))
    }

    fn is_followed_by_name(&self) -> bool {
        matches!(self.peek(), Some(Token::Name(_)))
    }
}

/// An integer in decimal, hexadecimal or octal.
fn integer(text: &str) -> Option<i64> {
    if let Some(digits) = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        return i64::from_str_radix(digits, 16).ok();
    }
    match text.strip_prefix('0').filter(|digits| !digits.is_empty()) {
        Some(digits) => i64::from_str_radix(digits, 8).ok(),
        None => text.parse().ok(),
    }
}

fn shown(token: Token<'_>) -> String {
    const MAX_CHARS: usize = 40;
    match token {
        Token::End => "the end of the file".to_owned(),
        Token::Symbol(symbol) => symbol.to_string(),
        Token::Name(text) | Token::Number(text) | Token::Text(text) => text.chars().take(MAX_CHARS).collect(),
    }
}
