//! What cURL does with its arguments, and how bash divides a line into them: the parts of both that
//! copied commands use. Anything else is an error, so that nothing may stand outside of quotes.

use session::encodings::base64;

/// The request of a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Call {
    pub(crate) method: String,
    pub(crate) url: String,
    pub(crate) headers: Vec<(String, Vec<u8>)>,
    pub(crate) body: Vec<u8>,
}

/// Interprets the arguments after `curl`. `read` gives what `@…` names.
pub(crate) fn call(arguments: &[Vec<u8>], read: impl Fn(&[u8]) -> Option<Vec<u8>>) -> Result<Call, String> {
    let mut arguments = arguments.iter().map(Vec::as_slice);
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).map_err(|error| error.to_string());
    let url = text(arguments.next().ok_or("no URL")?)?;
    let (mut method, mut body, mut is_head) = (None, None, false);
    let mut headers = Vec::new();
    let mut is_globbing = true;
    while let Some(option) = arguments.next() {
        let mut value = || arguments.next().ok_or("an option without a value");
        match option {
            b"--globoff" => is_globbing = false,
            b"--path-as-is" | b"--compressed" => {}
            b"--head" => is_head = true,
            b"-X" => method = Some(text(value()?)?),
            b"-H" => headers.extend(header(value()?)?),
            b"--data-raw" => body = Some(value()?.to_vec()),
            b"--data-binary" => {
                let name = value()?.strip_prefix(b"@").ok_or("no file")?;
                body = Some(read(name).ok_or("a file that was not written")?);
            }
            other => return Err(format!("unknown option: {}", String::from_utf8_lossy(other))),
        }
    }
    if is_globbing && url.contains(['[', ']', '{', '}']) {
        return Err("a glob".to_owned());
    }
    let default = match (is_head, &body) {
        (true, None) => "HEAD",
        (true, Some(_)) => return Err("--head with a body".to_owned()),
        (false, Some(_)) => "POST",
        (false, None) => "GET",
    };
    let method = method.unwrap_or_else(|| default.to_owned());
    Ok(Call { method, url, headers, body: body.unwrap_or_default() })
}

/// The header of `-H`; `None` if it only suppresses one.
fn header(text: &[u8]) -> Result<Option<(String, Vec<u8>)>, String> {
    if text.first() == Some(&b'@') {
        return Err("headers from a file".to_owned());
    }
    let name = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    if let Some(colon) = text.iter().position(|byte| *byte == b':') {
        let (before, after) = (&text[..colon], &text[colon + 1..]);
        return Ok((!after.is_empty()).then(|| (name(before), after.trim_ascii_start().to_vec())));
    }
    let before = text.strip_suffix(b";").ok_or("neither a value nor none")?;
    Ok(Some((name(before), Vec::new())))
}

/// The calls of commands of bash.
pub(crate) fn of_bash(commands: &str) -> Result<Vec<Call>, String> {
    let tokens = tokens(commands)?;
    tokens.split(|token| *token == Token::Semicolon).map(bash_call).collect()
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Token {
    Word(Vec<u8>),
    Pipe,
    HereString,
    Semicolon,
}

fn bash_call(tokens: &[Token]) -> Result<Call, String> {
    let sides: Vec<&[Token]> = tokens.split(|token| *token == Token::Pipe).collect();
    let (input, curl) = match sides.as_slice() {
        [curl] => (None, *curl),
        [source, curl] => (Some(output(source)?), *curl),
        _ => return Err("several pipes".to_owned()),
    };
    let words: Vec<Vec<u8>> = curl
        .iter()
        .map(|token| if let Token::Word(word) = token { Ok(word.clone()) } else { Err("a redirection") })
        .collect::<Result<_, _>>()?;
    match words.split_first() {
        Some((program, arguments)) if program == b"curl" => {
            call(arguments, |name| input.clone().filter(|_| name == b"-"))
        }
        _ => Err("not curl".to_owned()),
    }
}

/// What the command before a pipe writes.
fn output(tokens: &[Token]) -> Result<Vec<u8>, String> {
    let word = |text: &str| Token::Word(text.as_bytes().to_vec());
    match tokens {
        [printf, format, Token::Word(text)] if *printf == word("printf") && *format == word("%s") => {
            Ok(text.clone())
        }
        [program, option, Token::HereString, Token::Word(text)]
            if *program == word("base64") && *option == word("--decode") =>
        {
            base64::decode(text).ok_or_else(|| "not base64".to_owned())
        }
        _ => Err("an unknown command".to_owned()),
    }
}

/// The tokens of commands of bash ("Quoting" in its manual). Outside of quotes only letters,
/// digits and what options are made of may stand.
pub(crate) fn tokens(text: &str) -> Result<Vec<Token>, String> {
    let bytes = text.as_bytes();
    let mut tokens = Vec::new();
    let mut word: Option<Vec<u8>> = None;
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let rest = &bytes[at..];
        if rest.starts_with(b"'") {
            let end = rest[1..].iter().position(|byte| *byte == b'\'').ok_or("an open quote")?;
            let quoted = &rest[1..=end];
            if quoted.iter().any(|byte| !(b' '..=b'~').contains(byte)) {
                return Err("a byte in quotes that a terminal interprets".to_owned());
            }
            word.get_or_insert_default().extend(quoted);
            at += end + 2;
        } else if rest.starts_with(b"$'") {
            let (bytes, len) = ansi_c(&rest[2..])?;
            word.get_or_insert_default().extend(bytes);
            at += 2 + len;
        } else if byte.is_ascii_alphanumeric() || b"-@%_=/.".contains(byte) {
            word.get_or_insert_default().push(*byte);
            at += 1;
        } else {
            tokens.extend(word.take().map(Token::Word));
            let (token, len) = match rest {
                [b' ' | b'\n', ..] => (None, 1),
                [b'\\', b'\n', ..] => (None, 2),
                [b'|', ..] => (Some(Token::Pipe), 1),
                [b';', ..] => (Some(Token::Semicolon), 1),
                [b'<', b'<', b'<', ..] => (Some(Token::HereString), 3),
                _ => return Err(format!("{:?} outside of quotes", char::from(*byte))),
            };
            tokens.extend(token);
            at += len;
        }
    }
    tokens.extend(word.map(Token::Word));
    Ok(tokens)
}

/// The bytes up to the quote that ends them, and its position behind.
fn ansi_c(text: &[u8]) -> Result<(Vec<u8>, usize), String> {
    let mut bytes = Vec::new();
    let mut at = 0;
    loop {
        match &text[at..] {
            [b'\'', ..] => return Ok((bytes, at + 1)),
            [b'\\', b'x', high, low, ..] => {
                let digits = [*high, *low];
                let digits = std::str::from_utf8(&digits).map_err(|error| error.to_string())?;
                bytes.push(u8::from_str_radix(digits, 16).map_err(|error| error.to_string())?);
                at += 4;
            }
            [b'\\', escape, ..] => {
                bytes.push(match escape {
                    b'n' => b'\n',
                    b'r' => b'\r',
                    b't' => b'\t',
                    b'\\' => b'\\',
                    _ => return Err("an unknown escape".to_owned()),
                });
                at += 2;
            }
            [byte @ b' '..=b'~', ..] if *byte != b'!' => {
                bytes.push(*byte);
                at += 1;
            }
            _ => return Err("a byte in quotes that a terminal interprets, or no end".to_owned()),
        }
    }
}
