use super::super::test_support::{Conversation, received, sent};

const URL: &str = "wss://s.example/.ws?v=5&ns=n";

#[test]
fn actions_are_named_by_their_path_and_paired_by_their_number() {
    let conversation = Conversation::new(
        URL,
        None,
        &[
            received(r#"{"t":"c","d":{"t":"h","d":{"ts":1,"v":"5","h":"s.example","s":"x"}}}"#),
            sent(r#"{"t":"d","d":{"r":1,"a":"q","b":{"p":"/chat","h":""}}}"#),
            received(r#"{"t":"d","d":{"a":"d","b":{"p":"chat","d":{"k":1}}}}"#),
            received(r#"{"t":"d","d":{"r":1,"b":{"s":"ok","d":{}}}}"#),
            sent("0"),
            sent(r#"{"t":"d","d":{"r":2,"a":"p","b":{"p":"/x","d":1}}}"#),
            received(r#"{"t":"d","d":{"r":2,"b":{"s":"permission_denied"}}}"#),
            sent(r#"{"t":"d","d":{"r":3,"a":"auth","b":{"cred":"t"}}}"#),
            received(r#"{"t":"c","d":{"t":"p"}}"#),
            sent(r#"{"t":"c","d":{"t":"o"}}"#),
        ],
    );
    assert_eq!(
        conversation.events(),
        [
            "hello",
            "listen /chat",
            "set /chat",
            "ok of listen /chat",
            "keepalive",
            "put /x",
            "permission_denied of put /x",
            "auth",
            "ping",
            "pong",
        ]
    );
    assert_eq!(conversation.pairs(), [(1, 3), (5, 6), (8, 9)]);
    assert_eq!((conversation.heartbeats(), conversation.unanswered()), (vec![4, 8, 9], vec![7]));
    assert_eq!(conversation.recognized(), "firebase by the URL");
    assert!(conversation.decode(7).units[0].bodies[0].is_credential);
}

#[test]
fn pieces_are_joined() {
    let messages = [
        received("2"),
        received(r#"{"t":"d","d":{"a":"d","#),
        sent("0"),
        received(r#""b":{"p":"x","d":1}}}"#),
        received(r#"{"t":"d","d":{"a":"m","b":{"p":"y"}}}"#),
    ];
    let conversation = Conversation::new("wss://x.test/", None, &messages);
    assert_eq!(conversation.recognized(), "firebase by its first messages");
    assert_eq!(conversation.events(), ["", "", "keepalive", "set /x", "merge /y"]);
    assert_eq!(
        conversation.parts(),
        ["0: part 1 of 3 of #1", "1: part 2 of 3 of #1", "3: part 3 of 3 of #1"]
    );
    for index in [0, 1, 3] {
        let units = conversation.decode(index).units;
        assert_eq!((units.len(), units[0].messages, &*units[0].event), (1, (0, 3), "set /x"), "{index}");
    }
}

#[test]
fn pieces_without_their_number_are_malformed() {
    let messages = [
        received(r#""b":{"p":"x","d":1}}}"#),
        received("0"),
        received("{}"),
        received("1"),
        received("x"),
        received(r#"{"t":"c","d":{"t":"s","d":"bye"}}"#),
    ];
    let conversation = Conversation::decoded_as("firebase", URL, &messages);
    assert_eq!(conversation.malformed(), [0, 1, 2, 4]);
    assert_eq!(conversation.events()[5], "shutdown");
    let problem = conversation.decode(0).units[0].problem.clone();
    assert_eq!(
        problem.as_deref(),
        Some("Not JSON: the recording may begin within a message of several pieces")
    );
}
