//! cURL for cmd, read by the rules of cmd and of Microsoft's C runtime.
//!
//! The rules of the command line (not of batch files): percent expansion first, which leaves
//! unknown variables; then `^` and quotes; then the program divides its own line.

use session::encodings::base64;
use session::export::copy::CopyForm;

use crate::bash::{expected, sample};
use crate::cases::{self, Case};
use crate::curl_model::{self, Call};

/// Variables that an attacker could hope for.
const VARIABLES: [(&str, &str); 4] =
    [("PATH", "EXPANDED"), ("USERNAME", "EXPANDED"), ("A", "EXPANDED"), ("TEMP", "C:\\Temp & x")];

/// Phase 1: `%name%` and `%name:…%` are replaced where the variable exists.
fn expand(line: &str) -> String {
    let mut expanded = String::new();
    let mut rest = line;
    while let Some((before, after)) = rest.split_once('%') {
        expanded.push_str(before);
        let end = after.find('%');
        let name = end.and_then(|end| after.get(..end)).map(|text| text.split(':').next().unwrap_or(text));
        let known =
            name.and_then(|name| VARIABLES.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)));
        if let (Some((_, value)), Some(end)) = (known, end) {
            expanded.push_str(value);
            rest = &after[end + 1..];
        } else {
            expanded.push('%');
            rest = after;
        }
    }
    expanded + rest
}

/// Phase 2: the commands of a line, without the carets.
fn commands(line: &str) -> Result<Vec<String>, String> {
    let mut commands = vec![String::new()];
    let mut is_quoted = false;
    // cmd removes carriage returns before.
    let line = line.replace('\r', "");
    let mut chars = line.chars();
    while let Some(char) = chars.next() {
        let command = commands.last_mut().ok_or("no command")?;
        match char {
            '"' => {
                is_quoted = !is_quoted;
                command.push(char);
            }
            // Behind a separator another line may follow.
            '\n' if command.trim().is_empty() && !is_quoted => {}
            '\n' => return Err("a line that ends within the command".to_owned()),
            '^' if !is_quoted => match chars.next() {
                // A line goes on after a caret; the first character of the next is escaped.
                Some('\n') => match chars.next() {
                    Some('\n') | None => return Err("a line break within an argument".to_owned()),
                    Some(next) => command.push(next),
                },
                Some(next) => command.push(next),
                None => return Err("a caret at the end".to_owned()),
            },
            '&' if !is_quoted => commands.push(String::new()),
            '|' | '<' | '>' | '(' | ')' if !is_quoted => return Err(format!("{char} outside of quotes")),
            char if char.is_ascii_graphic() || char == ' ' => command.push(char),
            char => return Err(format!("{char:?} in a command")),
        }
    }
    if is_quoted { Err("an open quote".to_owned()) } else { Ok(commands) }
}

/// The arguments of a program: "Parsing C command-line arguments".
fn arguments(line: &str) -> Vec<Vec<u8>> {
    let (mut arguments, mut argument): (Vec<Vec<u8>>, Option<Vec<u8>>) = (Vec::new(), None);
    let mut is_quoted = false;
    let bytes = line.as_bytes();
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let backslashes = bytes[at..].iter().take_while(|byte| **byte == b'\\').count();
        if backslashes > 0 {
            let is_before_quote = bytes.get(at + backslashes) == Some(&b'"');
            let count = if is_before_quote { backslashes / 2 } else { backslashes };
            argument.get_or_insert_default().extend(std::iter::repeat_n(b'\\', count));
            at += backslashes;
            if is_before_quote && backslashes % 2 == 1 {
                argument.get_or_insert_default().push(b'"');
                at += 1;
            }
            continue;
        }
        match byte {
            b'"' => {
                argument.get_or_insert_default();
                // Within quotes a doubled quote is one.
                if is_quoted && bytes.get(at + 1) == Some(&b'"') {
                    argument.get_or_insert_default().push(b'"');
                    at += 1;
                } else {
                    is_quoted = !is_quoted;
                }
            }
            b' ' | b'\t' if !is_quoted => arguments.extend(argument.take()),
            byte => argument.get_or_insert_default().push(*byte),
        }
        at += 1;
    }
    arguments.extend(argument);
    arguments
}

/// The calls of cURL of a line, whose files other commands write.
fn calls(text: &str) -> Result<Vec<Call>, String> {
    let mut file: Option<Vec<u8>> = None;
    let mut calls = Vec::new();
    for command in commands(&expand(text))? {
        let words = arguments(&command);
        let (program, rest) = words.split_first().ok_or("an empty command")?;
        match program.as_slice() {
            b"curl" => calls.push(curl_model::call(rest, |name| {
                file.clone().filter(|_| name == br"C:\Temp & x\replayscope-body.bin")
            })?),
            b"powershell" => file = Some(written(rest)?),
            b"del" if rest == [br"C:\Temp & x\replayscope-body.bin".to_vec()] => file = None,
            other => return Err(format!("{} is run", String::from_utf8_lossy(other))),
        }
    }
    if file.is_some() { Err("a file is left".to_owned()) } else { Ok(calls) }
}

/// What the command of PowerShell writes to the file.
fn written(arguments: &[Vec<u8>]) -> Result<Vec<u8>, String> {
    let [profile, option, script] = arguments else { return Err("other arguments".to_owned()) };
    if profile != b"-NoProfile" || option != b"-Command" {
        return Err("other options".to_owned());
    }
    let before: &[u8] =
        br"[IO.File]::WriteAllBytes($env:TEMP+'\replayscope-body.bin',[Convert]::FromBase64String('";
    let text = script.strip_prefix(before).and_then(|rest| rest.strip_suffix(b"'))"));
    base64::decode(text.ok_or("another script")?).ok_or_else(|| "not base64".to_owned())
}

#[test]
fn every_case_is_read_as_recorded() {
    for case in cases::all() {
        let case = without_what_arguments_cannot_carry(case);
        let text = sample(&case, &format!("http://a.test{}", case.target)).text(CopyForm::CurlCmd);
        let calls = calls(&text).unwrap_or_else(|error| panic!("{}: {error}\n{text}", case.name));
        assert_eq!(calls, [expected(&case, "http://a.test")], "{}\n{text}", case.name);
    }
}

/// A case without the headers that are left out for cmd, which other tests check.
fn without_what_arguments_cannot_carry(case: Case) -> Case {
    let headers = case.headers.into_iter();
    Case { headers: headers.filter(|(_, value)| value.is_ascii()).collect(), ..case }
}

#[test]
fn header_values_outside_of_ascii_are_left_out_and_named() {
    let headers = [("X-F", "\u{ff02} & calc"), ("X-G", "a\tb")];
    let sample = crate::sample::http("GET", "https://a.test/", &headers, None);
    let text = sample.text(CopyForm::CurlCmd);
    assert!(text.is_ascii() && text.contains("X-G: a b") && !text.contains("X-F"), "{text}");
    assert_eq!(
        sample.remarks(CopyForm::CurlCmd),
        [
            "Headers left out: X-F (values outside of ASCII, which cmd does not pass on safely)",
            "Tabs in headers became spaces: X-G",
            "curl adds headers that were not recorded: User-Agent",
            "curl adds headers that were not recorded: Accept",
        ]
    );
}

#[test]
fn bodies_that_no_argument_carries_are_written_to_a_file() {
    for (body, is_in_file) in [
        (&b"{\"a\":\"b c\"}"[..], false),
        (b"", false),
        (b"a\nb", true),
        (b"a\tb", true),
        (b"\r", true),
        (b"a\0", true),
        ("é".as_bytes(), true),
        (b"\xff", true),
    ] {
        let sample = crate::sample::http("POST", "https://a.test/", &[], Some(body));
        let remarks = sample.remarks(CopyForm::CurlCmd);
        let remark = "cmd cannot pass on this body: the command writes it to a temporary file first";
        assert_eq!(remarks.iter().any(|shown| shown == remark), is_in_file, "{remarks:?}");
        assert_eq!(
            calls(&sample.text(CopyForm::CurlCmd)).map(|calls| calls[0].body.clone()),
            Ok(body.to_vec())
        );
    }
}

#[test]
fn percent_signs_and_long_lines_are_remarked() {
    let sample = crate::sample::http("GET", "https://a.test/%20", &[], None);
    let remark = "For the command prompt: in a batch file each % must be doubled";
    assert!(sample.remarks(CopyForm::CurlCmd).iter().any(|shown| shown == remark));
    let sample = crate::sample::http("POST", "https://a.test/", &[], Some(&[b'a'; 9000]));
    let remark = "Too long for a line of cmd, which accepts 8.2 kB";
    assert!(sample.remarks(CopyForm::CurlCmd).iter().any(|shown| shown == remark));
}

#[test]
fn several_commands_are_separated() {
    let text = crate::several::copied_of_two(CopyForm::CurlCmd);
    let calls = calls(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    assert_eq!(calls.iter().map(|call| call.url.as_str()).collect::<Vec<_>>(), crate::several::URLS);
}

#[test]
fn the_rules_of_these_tests_find_injections() {
    for line in [
        "curl \"a\\\" & calc\"",
        "curl ^\"a^\" & calc",
        "curl \"%PATH%\" & calc",
        "curl ^\"a\ncalc^\"",
        "curl a | calc",
        "curl ^\"\u{ff02}^\"",
    ] {
        assert!(calls(line).is_err(), "{line}");
    }
    assert_eq!(expand("%PATH% %^PATH^% 100%% %path:~0,1%"), "EXPANDED %^PATH^% 100%% EXPANDED");
}
