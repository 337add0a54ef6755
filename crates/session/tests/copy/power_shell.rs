//! PowerShell, read by the rules of its strings ("about Quoting Rules") and of the few other tokens
//! that copied commands use. Anything else is an error.

use session::encodings::base64;
use session::export::copy::CopyForm;

use crate::bash::sample;
use crate::cases::{self, Case};

#[derive(Clone, Debug, PartialEq, Eq)]
enum Token {
    /// Outside of quotes.
    Word(String),
    String(String),
    Sign(&'static str),
    /// The end of a statement.
    End,
}

fn is_single_quote(char: char) -> bool {
    matches!(char, '\'' | '\u{2018}'..='\u{201b}')
}

fn is_double_quote(char: char) -> bool {
    matches!(char, '"' | '\u{201c}'..='\u{201e}')
}

fn tokens(text: &str) -> Result<Vec<Token>, String> {
    let chars: Vec<char> = text.chars().collect();
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(char) = chars.get(at) {
        let rest = &chars[at..];
        let (token, len) = match rest {
            [' ', ..] => (None, 1),
            ['`', '\n', ..] => (None, 2),
            ['\n' | ';', ..] => (Some(Token::End), 1),
            ['@', '{', ..] => (Some(Token::Sign("@{")), 2),
            ['}', ..] => (Some(Token::Sign("}")), 1),
            ['(', ..] => (Some(Token::Sign("(")), 1),
            [')', ..] => (Some(Token::Sign(")")), 1),
            [',', ..] => (Some(Token::Sign(",")), 1),
            ['=', ..] => (Some(Token::Sign("=")), 1),
            [quote, ..] if is_single_quote(*quote) => {
                let (text, len) = single_quoted(&rest[1..])?;
                (Some(Token::String(text)), len + 1)
            }
            [quote, ..] if is_double_quote(*quote) => {
                let (text, len) = double_quoted(&rest[1..])?;
                (Some(Token::String(text)), len + 1)
            }
            _ => {
                let is_part = |char: &&char| char.is_ascii_alphanumeric() || "-$.:[]".contains(**char);
                let word: String = rest.iter().take_while(is_part).collect();
                if word.is_empty() {
                    return Err(format!("{char:?} outside of quotes"));
                }
                let len = word.len();
                (Some(Token::Word(word)), len)
            }
        };
        tokens.extend(token);
        at += len;
    }
    Ok(tokens)
}

/// The text up to the quote that ends it, and its position behind. A doubled quote is one.
fn single_quoted(chars: &[char]) -> Result<(String, usize), String> {
    let mut text = String::new();
    let mut at = 0;
    loop {
        match &chars[at..] {
            [quote, next, ..] if is_single_quote(*quote) && is_single_quote(*next) => {
                text.push(*quote);
                at += 2;
            }
            [quote, ..] if is_single_quote(*quote) => return Ok((text, at + 1)),
            [char @ ' '..='~', ..] => {
                text.push(*char);
                at += 1;
            }
            _ => return Err("a character in quotes that a terminal interprets, or no end".to_owned()),
        }
    }
}

fn double_quoted(chars: &[char]) -> Result<(String, usize), String> {
    let mut units: Vec<u16> = Vec::new();
    let push = |char: char, units: &mut Vec<u16>| units.extend(char.encode_utf16(&mut [0; 2]).iter());
    let mut at = 0;
    loop {
        match &chars[at..] {
            ['`', escape @ ('n' | 'r' | 't' | '`' | '$' | '"'), ..] => {
                let char = match escape {
                    'n' => '\n',
                    'r' => '\r',
                    't' => '\t',
                    other => *other,
                };
                push(char, &mut units);
                at += 2;
            }
            ['$', ..] => {
                let code: String = chars[at..].iter().take("$([char]0x0000)".len()).collect();
                let digits = code.strip_prefix("$([char]0x").and_then(|rest| rest.strip_suffix(')'));
                let digits = digits.ok_or("an expression in a string")?;
                units.push(u16::from_str_radix(digits, 16).map_err(|error| error.to_string())?);
                at += code.len();
            }
            [quote, ..] if is_double_quote(*quote) => {
                let text = String::from_utf16(&units).map_err(|error| error.to_string())?;
                return Ok((text, at + 1));
            }
            [char @ ' '..='~', ..] if *char != '`' => {
                push(*char, &mut units);
                at += 1;
            }
            _ => return Err("a character in quotes that a terminal interprets, or no end".to_owned()),
        }
    }
}

/// What `Invoke-WebRequest` is called with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Call {
    uri: String,
    method: String,
    agent: Option<String>,
    content_type: Option<String>,
    headers: Vec<(String, String)>,
    cookies: Vec<(String, String, String)>,
    body: Option<Vec<u8>>,
}

/// Reads tokens in order.
struct Reader<'a>(&'a [Token]);

impl Reader<'_> {
    fn next(&mut self) -> Result<Token, String> {
        let (first, rest) = self.0.split_first().ok_or("an early end")?;
        self.0 = rest;
        Ok(first.clone())
    }

    fn string(&mut self) -> Result<String, String> {
        match self.next()? {
            Token::String(text) => Ok(text),
            other => Err(format!("{other:?} instead of a string")),
        }
    }

    fn expect(&mut self, expected: &[Token]) -> Result<(), String> {
        for expected in expected {
            let found = self.next()?;
            if found != *expected {
                return Err(format!("{found:?} instead of {expected:?}"));
            }
        }
        Ok(())
    }

    /// An expression for bytes, in parentheses.
    fn bytes(&mut self) -> Result<Vec<u8>, String> {
        self.expect(&[Token::Sign("(")])?;
        let word = self.next()?;
        self.expect(&[Token::Sign("(")])?;
        let text = self.string()?;
        self.expect(&[Token::Sign(")"), Token::Sign(")")])?;
        if word == Token::Word("[System.Text.Encoding]::UTF8.GetBytes".to_owned()) {
            Ok(text.into_bytes())
        } else if word == Token::Word("[System.Convert]::FromBase64String".to_owned()) {
            base64::decode(text.as_bytes()).ok_or_else(|| "not base64".to_owned())
        } else {
            Err(format!("{word:?} is called"))
        }
    }

    fn headers(&mut self) -> Result<Vec<(String, String)>, String> {
        self.expect(&[Token::Sign("("), Token::Word("[ordered]".to_owned()), Token::Sign("@{"), Token::End])?;
        let mut headers: Vec<(String, String)> = Vec::new();
        loop {
            match self.next()? {
                Token::String(name) => {
                    self.expect(&[Token::Sign("=")])?;
                    let value = self.string()?;
                    self.expect(&[Token::End])?;
                    if headers.iter().any(|(known, _)| known.eq_ignore_ascii_case(&name)) {
                        return Err("a repeated key".to_owned());
                    }
                    headers.push((name, value));
                }
                Token::Sign("}") => break,
                other => return Err(format!("{other:?} among headers")),
            }
        }
        self.expect(&[Token::Sign(")")])?;
        Ok(headers)
    }
}

fn word(text: &str) -> Token {
    Token::Word(text.to_owned())
}

fn call(text: &str) -> Result<Call, String> {
    let tokens = tokens(text)?;
    let mut reader = Reader(&tokens);
    let mut call = Call::default();
    loop {
        match reader.next()? {
            Token::End => {}
            Token::Word(first) => match first.as_str() {
                "$session" => reader.expect(&[
                    Token::Sign("="),
                    word("New-Object"),
                    word("Microsoft.PowerShell.Commands.WebRequestSession"),
                    Token::End,
                ])?,
                "$session.Cookies.Add" => {
                    let open = Token::Sign("(");
                    reader.expect(&[
                        open.clone(),
                        open.clone(),
                        word("New-Object"),
                        word("System.Net.Cookie"),
                        open,
                    ])?;
                    let name = reader.string()?;
                    reader.expect(&[Token::Sign(",")])?;
                    let value = reader.string()?;
                    reader.expect(&[Token::Sign(","), Token::String("/".to_owned()), Token::Sign(",")])?;
                    let host = reader.string()?;
                    let close = Token::Sign(")");
                    reader.expect(&[close.clone(), close.clone(), close, Token::End])?;
                    call.cookies.push((name, value, host));
                }
                "Invoke-WebRequest" => break,
                other => return Err(format!("{other} is run")),
            },
            other => return Err(format!("{other:?} begins a statement")),
        }
    }
    reader.expect(&[word("-UseBasicParsing")])?;
    while let Ok(token) = reader.next() {
        let Token::Word(parameter) = token else { return Err(format!("{token:?} among parameters")) };
        match parameter.as_str() {
            "-Uri" => call.uri = reader.string()?,
            "-Method" | "-CustomMethod" => call.method = reader.string()?,
            "-UserAgent" => call.agent = Some(reader.string()?),
            "-ContentType" => call.content_type = Some(reader.string()?),
            "-WebSession" => reader.expect(&[word("$session")])?,
            "-Headers" => call.headers = reader.headers()?,
            "-Body" => call.body = Some(reader.bytes()?),
            other => return Err(format!("{other} among parameters")),
        }
    }
    Ok(call)
}

/// What a case should be called with, by the documentation of `Invoke-WebRequest`.
fn expected(case: &Case) -> Call {
    const REFUSED: [&str; 7] =
        ["connection", "date", "expect", "host", "if-modified-since", "proxy-connection", "range"];
    let has_body = !matches!(case.method, "GET" | "HEAD");
    let mut call = Call {
        uri: format!("http://a.test{}", case.sent_target()),
        method: case.method.to_owned(),
        body: case.body.clone().filter(|_| has_body),
        ..Call::default()
    };
    for (name, value) in case.sent_headers() {
        let value = String::from_utf8(value).expect("UTF-8");
        match name.to_ascii_lowercase().as_str() {
            "user-agent" => call.agent = Some(value),
            "content-type" => call.content_type = Some(value),
            "cookie" => {
                let pairs = value.split("; ").filter_map(|pair| pair.split_once('='));
                let cookies = pairs.map(|(name, value)| (name.into(), value.into(), "a.test".into()));
                call.cookies.extend(cookies);
            }
            lower if REFUSED.contains(&lower) => {}
            _ => match call.headers.iter_mut().find(|(known, _)| known.eq_ignore_ascii_case(&name)) {
                Some((_, known)) => *known = format!("{known}, {value}"),
                None => call.headers.push((name, value)),
            },
        }
    }
    call
}

#[test]
fn every_case_is_read_as_recorded() {
    for case in cases::all() {
        let text = sample(&case, &format!("http://a.test{}", case.target)).text(CopyForm::PowerShell);
        let call = call(&text).unwrap_or_else(|error| panic!("{}: {error}\n{text}", case.name));
        assert_eq!(call, expected(&case), "{}\n{text}", case.name);
    }
}

#[test]
fn what_power_shell_refuses_is_left_out_and_named() {
    let headers = [
        ("Host", "b.test"),
        ("Range", "bytes=0-1"),
        ("Cookie", "a=1; $b=2; c; d=1,2; e=\u{2019}"),
        ("X-A", "1"),
        ("x-a", "2"),
    ];
    let sample = crate::sample::http("REPORT", "https://a.test/%41", &headers, None);
    let call = call(&sample.text(CopyForm::PowerShell)).expect("a call");
    assert_eq!(call.cookies, [("a".to_owned(), "1".to_owned(), "a.test".to_owned())]);
    assert_eq!(call.headers, [("X-A".to_owned(), "1, 2".to_owned())]);
    assert_eq!(
        sample.remarks(CopyForm::PowerShell),
        [
            "Header values outside of ASCII are sent as UTF-8: Cookie",
            "Headers left out: Host, Range (PowerShell sets or refuses them itself)",
            "Repeated headers are sent as one: X-A",
            "PowerShell normalizes the URL: dot segments and encoded characters change",
            "PowerShell adds headers that were not recorded: User-Agent",
            "Cookies left out, because PowerShell refuses their characters: $b, c, d, e",
            "The method needs PowerShell 7: 5.1 has no -CustomMethod",
        ]
    );
}

#[test]
fn the_rules_of_these_tests_find_injections() {
    for text in [
        "Invoke-WebRequest -UseBasicParsing -Uri 'a\u{2019}; calc; \u{2018}b'",
        "Invoke-WebRequest -UseBasicParsing -Uri \"$(calc)\"",
        "Invoke-WebRequest -UseBasicParsing -Uri \"a\u{201d}; calc; \"",
        "Invoke-WebRequest -UseBasicParsing -Uri 'a'; calc",
        "Invoke-WebRequest -UseBasicParsing -Uri 'a' | calc",
        "Invoke-WebRequest -UseBasicParsing -Uri 'a\nb'",
    ] {
        assert!(call(text).is_err(), "{text}");
    }
}
