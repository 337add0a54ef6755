//! Requests of awkward shapes: each is a hazard for a shell, for cURL, for `fetch` or for a URL
//! parser.

/// A request, and what of it cannot be sent by any tool.
#[derive(Clone, Debug)]
pub(crate) struct Case {
    pub(crate) name: &'static str,
    pub(crate) method: &'static str,
    /// Path and query.
    pub(crate) target: &'static str,
    pub(crate) headers: Vec<(&'static str, &'static str)>,
    pub(crate) body: Option<Vec<u8>>,
    /// The path and query that are sent, where they are others.
    pub(crate) sent_target: Option<&'static str>,
    /// The names of headers that HTTP cannot carry, which are left out.
    pub(crate) omitted: &'static [&'static str],
    /// Whether a parser of the URL Standard changes the URL.
    pub(crate) is_normalized: bool,
}

const JSON: (&str, &str) = ("Content-Type", "application/json");

fn get(name: &'static str, target: &'static str) -> Case {
    Case {
        name,
        method: "GET",
        target,
        headers: Vec::new(),
        body: None,
        sent_target: None,
        omitted: &[],
        is_normalized: false,
    }
}

fn with_headers(name: &'static str, headers: &[(&'static str, &'static str)]) -> Case {
    Case { headers: headers.to_vec(), ..get(name, "/headers") }
}

fn post(name: &'static str, body: impl AsRef<[u8]>) -> Case {
    let body = Some(body.as_ref().to_vec());
    Case { method: "POST", headers: vec![JSON], body, ..get(name, "/body") }
}

fn omitting(case: Case, omitted: &'static [&'static str]) -> Case {
    Case { omitted, ..case }
}

fn normalized(case: Case) -> Case {
    Case { is_normalized: true, ..case }
}

fn sending(case: Case, sent_target: &'static str) -> Case {
    Case { sent_target: Some(sent_target), ..case }
}

fn method(method: &'static str, body: Option<&[u8]>) -> Case {
    Case { method, body: body.map(<[u8]>::to_vec), ..get(method, "/method") }
}

/// All cases.
pub(crate) fn all() -> Vec<Case> {
    let mut cases = urls();
    cases.extend(headers());
    cases.extend(bodies());
    cases.extend(methods());
    cases
}

fn urls() -> Vec<Case> {
    vec![
        get("a plain URL", "/"),
        get("a query with ampersands and semicolons", "/search?a=1&b=2;c=3"),
        normalized(get("command substitution", "/$(touch%20pwned)/`id`?x=$HOME&y=${PATH}")),
        get("a single quote that ends a word", "/it's';id;'"),
        normalized(get("a double quote", "/a\"b?c=\"d\"")),
        get("history expansion", "/wow!!?x=!$"),
        get("variables of cmd", "/%PATH%/%25PATH%25?x=%USERNAME%&y=100%%"),
        get("percent, caret and quotes of cmd", "/%5E%22?a=^&b=^^"),
        get("globs of cURL", "/a[1-3]b?x={a,b}&y=[x]"),
        normalized(get("dot segments", "/a/../b/./c?d=../e")),
        normalized(get("percent-encoded dot segments", "/a/%2e%2E/b")),
        normalized(get("brackets and braces of a path", "/{id}/<b>|c")),
        get("an at sign, a colon and a parameter", "/@file:80;v=1?user=a@b:c"),
        get("backslashes of a query", r"/p?a=\x41\n\"),
        sending(get("line breaks and tabs", "/a\r\nX-Injected: 1\tb"), "/aX-Injected:%201b"),
        sending(get("spaces and control characters", "/a b?c=\u{1}\u{7f}d"), "/a%20b?c=%01%7Fd"),
        sending(
            get("characters outside of ASCII", "/é/\u{2019}?q=日本\u{202e}"),
            "/%C3%A9/%E2%80%99?q=%E6%97%A5%E6%9C%AC%E2%80%AE",
        ),
        get("an option of cURL", "/?--output=/tmp/x"),
    ]
}

fn headers() -> Vec<Case> {
    vec![
        with_headers(
            "order, case and repeats",
            &[("X-B", "1"), ("x-a", "2"), ("X-Twice", "3"), ("Y", "4"), ("x-twice", "5")],
        ),
        with_headers("empty values", &[("X-Empty", ""), ("X-Spaces", "  "), ("X-After", "a")]),
        with_headers("space around values", &[("X-A", "  a  b\t ")]),
        with_headers("quotes of every kind", &[("X-Q", r#"'a' "b" `c` ''; "" \"#)]),
        with_headers("an entity tag", &[("If-None-Match", r#"W/"abc\\", "d""#)]),
        with_headers("substitution", &[("X-S", "$(id) `id` ${HOME} $HOME <(id) && id; id | id > /dev/null")]),
        with_headers("variables of cmd", &[("X-P", "%PATH% %^PATH% %%a %a% ^% !PATH! %PATH:~0,1%")]),
        with_headers("what cmd interprets", &[("X-C", r#"a"&calc.exe&"b^"&calc ^& | < > ( ) @ , ; ="#)]),
        with_headers("backslashes before quotes", &[("X-W", r#"a\"b\\"c\\\"d\"#)]),
        with_headers("what PowerShell interprets", &[("X-W", "$(calc) $env:PATH `n @{a=1} #{} '' \"$x\"")]),
        with_headers("values that name files", &[("X-At", "@/etc/passwd"), ("X-Dash", "-o /tmp/x")]),
        with_headers("history expansion", &[("X-H", "hello! !! !$ !1 'x!'")]),
        with_headers(
            "typographic quotes",
            &[("X-T", "\u{2018}a\u{2019};\u{201a}b\u{201b} \u{201c}c\u{201d}\u{201e}")],
        ),
        with_headers("full-width quotes, which Windows may replace", &[("X-F", "\u{ff02} \u{ff07} & calc")]),
        with_headers(
            "cookies, agent and referrer",
            &[
                ("User-Agent", "Mozilla/5.0 (X11; Linux x86_64) O'Brien"),
                ("Cookie", r#"eva="Sg4="; eva2=%22Sg4%3D%22; a=b'c"#),
                ("Referer", "https://a.test/?q='x'&y=%41"),
                ("Accept", "*/*"),
            ],
        ),
        with_headers("a cookie without an equals sign", &[("Cookie", "/etc/passwd")]),
        with_headers("compression", &[("Accept-Encoding", "gzip, deflate, br"), ("Accept", "text/html")]),
        omitting(
            with_headers(
                "pseudo-headers",
                &[
                    (":authority", "a.test"),
                    (":method", "GET"),
                    (":path", "/"),
                    (":scheme", "https"),
                    ("x", "1"),
                ],
            ),
            &[":authority", ":method", ":path", ":scheme"],
        ),
        omitting(
            with_headers(
                "line breaks in values",
                &[
                    ("X-A", "1\r\nX-Injected: 2"),
                    ("X-B", "1\nGET / HTTP/1.1"),
                    ("X-C", "a\0b"),
                    ("X-D", "ok"),
                ],
            ),
            &["X-A", "X-B", "X-C"],
        ),
        omitting(
            with_headers(
                "names that are no tokens",
                &[
                    ("@/etc/passwd", "x"),
                    ("X A", "1"),
                    ("X\r\nB", "2"),
                    ("", "3"),
                    ("X:Y", "4"),
                    ("é", "5"),
                    ("X-D", "ok"),
                ],
            ),
            &["@/etc/passwd", "X A", "X\r\nB", "", "X:Y", "é"],
        ),
        omitting(
            with_headers(
                "escape sequences of a terminal",
                &[("X-E", "\u{1b}]0;x\u{7}"), ("X-F", "\u{9b}2J")],
            ),
            &["X-E", "X-F"],
        ),
    ]
}

fn bodies() -> Vec<Case> {
    let multipart = b"--x\r\nContent-Disposition: form-data; name=\"f\"; filename=\"a.bin\"\r\n\r\n\x00\xff\x80'\"\r\n--x--\r\n";
    let multipart_type = ("Content-Type", "multipart/form-data; boundary=x");
    vec![
        post("JSON", r#"{"a":"it's","b":[1,2],"c":"$x `y` \"z\" \\ !"}"#),
        post("JSON on several lines", "{\n\t\"a\": 1,\r\n\t\"b\": \"%PATH%\"\n}\n"),
        post("data that names a file", "@/etc/passwd"),
        post("a body that begins with a hyphen", "-o /tmp/x"),
        post("percent signs and carets", "a=%41&b=%PATH%&c=^^%&d=100%"),
        post("text outside of ASCII", "grüße \u{2019};id;\u{2018} 日本 😀 \u{2028}</script>"),
        post("a NUL", "a\0b"),
        post("every byte", (0..=255).collect::<Vec<u8>>()),
        post("line breaks that would run commands", "\n\nid\r\ncalc\r"),
        post("trailing line breaks", "a\n\n\n"),
        post("longer than an argument of Linux", "0123456789abcde'".repeat(9000)),
        post("longer than an argument, not text", b"\x00\xfe".repeat(70_000)),
        post("a byte order mark", "\u{feff}{}"),
        Case { headers: vec![multipart_type], ..post("multipart", multipart) },
        Case { headers: vec![("X-A", "1")], ..post("no content type", "{}") },
        Case {
            headers: vec![("Content-Type", "application/x-www-form-urlencoded")],
            ..post("a form", "a=1+2&b=%26&a=2")
        },
        Case { headers: vec![JSON, ("content-length", "2")], ..post("its length", "{}") },
        omitting(
            Case {
                headers: vec![JSON, ("Transfer-Encoding", "chunked"), ("Content-Length", "9")],
                ..post("framing", "{}")
            },
            &["Transfer-Encoding", "Content-Length"],
        ),
    ]
}

fn methods() -> Vec<Case> {
    vec![
        method("HEAD", None),
        method("OPTIONS", None),
        method("DELETE", None),
        method("DELETE", Some(b"{}")),
        method("PUT", Some(b"x")),
        method("PATCH", Some(b"[]")),
        method("POST", None),
        method("PUT", None),
        method("PROPFIND", Some(b"<a/>")),
        method("X-Y!#$&'*", None),
        method("patch", Some(b"x")),
        method("GET", Some(b"a body that GET has")),
    ]
}

impl Case {
    /// The headers that HTTP can carry, without space around their values.
    pub(crate) fn sent_headers(&self) -> Vec<(String, Vec<u8>)> {
        let sent = self.headers.iter().filter(|(name, _)| !self.omitted.contains(name));
        let own = sent.filter(|(name, _)| !name.eq_ignore_ascii_case("content-length"));
        own.map(|(name, value)| ((*name).to_owned(), value.trim_matches([' ', '\t']).into())).collect()
    }

    pub(crate) fn sent_target(&self) -> &str {
        self.sent_target.unwrap_or(self.target)
    }

    pub(crate) fn sent_body(&self) -> &[u8] {
        self.body.as_deref().unwrap_or_default()
    }
}
