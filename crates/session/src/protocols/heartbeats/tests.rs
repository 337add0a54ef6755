use super::super::test_support::{Conversation, FIRST_MESSAGE_MS, TestMessage, received, sent};
use crate::model::EpochMs;
use proptest::prelude::*;

/// Messages in order of time.
fn merged(mut messages: Vec<(f64, TestMessage)>) -> Vec<TestMessage> {
    messages.sort_by(|(one, _), (other, _)| one.total_cmp(other));
    messages.into_iter().map(|(ms, message)| message.at(ms)).collect()
}

/// Texts that differ, at irregular times between 0 and 100 s.
fn chatter(make: fn(&str) -> TestMessage) -> Vec<(f64, TestMessage)> {
    let ms = |nth: u64| ((nth * 7919 + nth * nth * 31) % 100_000) as f64;
    (0..60)
        .map(|nth| (ms(nth), make(&format!(r#"{{"text":"word {}"}}"#, "x".repeat(nth as usize)))))
        .collect()
}

/// A message each `period` ms from 0 to 100 s, with a number that depends on which one it is and
/// when.
fn each(
    period: f64,
    make: fn(&str) -> TestMessage,
    text: impl Fn(u64, f64) -> String,
) -> Vec<(f64, TestMessage)> {
    (0..=(100_000.0 / period) as u64)
        .map(|nth| (nth as f64 * period, nth))
        .map(|(ms, nth)| (ms, make(&text(nth, ms))))
        .collect()
}

fn count(messages: Vec<(f64, TestMessage)>) -> usize {
    Conversation::unknown(&merged(messages)).heartbeats().len()
}

#[test]
fn a_message_at_a_steady_period_is_a_heartbeat() {
    let mut messages = chatter(received);
    messages.extend(each(10_000.0, sent, |_, _| r#"{"op":11}"#.to_owned()));
    let conversation = Conversation::unknown(&merged(messages));
    assert_eq!(conversation.heartbeats().len(), 11);
    assert!(conversation.suggested_heartbeats().is_empty());
}

#[test]
fn a_price_that_is_sent_every_second_is_no_heartbeat() {
    let price = |nth: u64, _: f64| format!(r#"{{"price":{}}}"#, 10_000 + nth * nth * 37 % 401);
    let mut messages = chatter(sent);
    messages.extend(each(1000.0, received, price));
    assert_eq!(count(messages), 0);
}

#[test]
fn a_message_after_a_steady_silence_is_a_heartbeat() {
    // Each begins 5 s after the last message: the busier the socket, the rarer.
    let mut messages = Vec::new();
    let mut at = 0.0;
    for nth in 0..40_u32 {
        at += if nth % 3 == 0 { 5000.0 } else { 200.0 + f64::from(nth * nth % 7) * 400.0 };
        let text = if nth % 3 == 0 { "~".to_owned() } else { format!("text {}", "y".repeat(nth as usize)) };
        messages.push((at, received(&text)));
    }
    assert_eq!(count(messages), 14);
}

#[test]
fn counters_and_timestamps_are_tolerated() {
    let texts: [fn(u64, f64) -> String; 5] = [
        |nth, _| format!(r#"{{"seq":{}}}"#, nth * 2 + 7),
        |_, ms| format!(r#"{{"at":{}}}"#, FIRST_MESSAGE_MS + ms + 13.0),
        |_, ms| format!(r#"{{"at":{:.3}}}"#, (FIRST_MESSAGE_MS + ms) / 1000.0),
        |nth, ms| format!("h {nth} {}", FIRST_MESSAGE_MS + ms),
        |nth, _| format!("{:.1}", nth as f64 * 0.1),
    ];
    for text in texts {
        let mut messages = chatter(sent);
        messages.extend(each(5000.0, received, text));
        assert_eq!(count(messages), 21, "{}", text(3, 3.0));
    }
}

#[test]
fn an_answer_is_a_heartbeat_too_and_may_repeat_an_id() {
    let id = |nth: u64| format!("{:08x}a{nth}", nth.wrapping_mul(2_654_435_761) & 0xffff_ffff);
    let with_answers = |delay: f64, is_repeated: bool| {
        let mut messages = chatter(sent);
        messages.extend(each(5000.0, sent, |nth, _| format!(r#"["q","{}"]"#, id(nth))));
        let answers = each(5000.0, received, |nth, _| {
            format!(r#"["a","{}"]"#, id(if is_repeated { nth } else { nth + 100 }))
        });
        messages.extend(answers.into_iter().map(|(ms, answer)| (ms + delay, answer)));
        count(messages)
    };
    assert_eq!(with_answers(40.0, true), 42);
    assert_eq!(with_answers(40.0, false), 0, "an id that changes is news");
}

#[test]
fn a_message_that_calls_itself_a_heartbeat_may_be_less_regular() {
    let times = [0.0, 20_000.0, 44_000.0, 60_000.0];
    let with = |text: &str| {
        let mut messages = chatter(sent);
        messages.extend(times.map(|ms| (ms, received(text))));
        count(messages)
    };
    assert_eq!((with(r#"{"type":"ping"}"#), with(r#"{"type":"status"}"#)), (4, 0));
    let mut messages = chatter(sent);
    messages.extend(each(5000.0, received, |nth, _| format!(r#"{{"ping":1,"ts":{}}}"#, nth * nth)));
    assert_eq!(count(messages), 21, "the number of a time key follows no rule");
}

#[test]
fn rare_short_and_large_messages_are_no_heartbeats() {
    let with = |messages: Vec<(f64, TestMessage)>| {
        let mut all = chatter(sent);
        all.extend(messages);
        count(all)
    };
    let constant = |_: u64, _: f64| "x".to_owned();
    let in_the_beginning = each(2000.0, received, constant).into_iter().take(12).collect();
    assert_eq!(with(in_the_beginning), 0, "it covers less than a third of the time");
    assert_eq!(with(each(200.0, received, constant)), 0, "too often");
    assert_eq!(with(each(10_000.0, received, |_, _| "x".repeat(129))), 0, "too large");
    assert_eq!(with(each(30_000.0, received, constant)), 0, "too few");
}

#[test]
fn messages_that_are_nearly_everything_are_suggested_and_not_hidden() {
    let status = each(1000.0, received, |_, _| r#"{"door":"closed"}"#.to_owned());
    let mut conversation = Conversation::unknown(&merged(status));
    assert!(conversation.heartbeats().is_empty());
    assert_eq!(conversation.suggested_heartbeats().len(), 101);
    conversation.accept_suggested_heartbeats();
    assert_eq!(conversation.heartbeats().len(), 101);

    let named = each(1000.0, received, |_, _| "ping".to_owned());
    assert_eq!(count(named), 101, "it calls itself a heartbeat");
}

#[test]
fn json_without_a_protocol_is_searched_for_heartbeats() {
    let mut messages = chatter(received);
    messages.extend(each(10_000.0, sent, |_, _| r#"{"op":11}"#.to_owned()));
    let conversation = Conversation::decoded_as("json", "wss://x.test/", &merged(messages));
    assert_eq!(conversation.heartbeats().len(), 11);
}

proptest! {
    #[test]
    fn whatever_is_sent_only_small_messages_with_a_rule_are_heartbeats(
        messages in prop::collection::vec(
            (any::<bool>(), 0.0..60_000.0_f64, "[a-c]{0,2}[0-9#*\"{}: -]{0,4}(ping|ts|é)?"), 0..80),
        period in 100.0..20_000.0_f64,
        values in prop::collection::vec(0_u32..1_000_000, 40),
    ) {
        let mut all: Vec<_> = messages
            .into_iter()
            .map(|(is_sent, ms, text)| (ms, if is_sent { sent(&text) } else { received(&text) }))
            .collect();
        // Values without a rule at a perfect period.
        let follows_a_rule = values.windows(3).all(|three| {
            i64::from(three[2]) - i64::from(three[1]) == i64::from(three[1]) - i64::from(three[0])
        });
        prop_assume!(!follows_a_rule);
        all.extend(values.iter().enumerate().map(|(nth, value)| {
            (nth as f64 * period, received(&format!("value of the sensor is {value}")))
        }));
        let messages = merged(all);
        let conversation = Conversation::unknown(&messages);
        let again = Conversation::unknown(&messages);
        prop_assert_eq!(conversation.heartbeats(), again.heartbeats());
        for index in conversation.heartbeats().into_iter().chain(conversation.suggested_heartbeats().to_vec()) {
            let text = &messages[index as usize].text();
            prop_assert!(text.len() <= 128 && !text.contains("sensor"), "{}", text);
        }
    }
}

#[test]
fn the_last_heartbeats_before_a_silence_and_before_the_close_stay_visible() {
    let beat = |ms: f64| received("ping").at(ms);
    let mut messages: Vec<_> = (0..8).map(|nth| beat(f64::from(nth) * 5000.0)).collect();
    // Silent from 35 s to 60 s.
    messages.extend((0..4).map(|nth| beat(60_000.0 + f64::from(nth) * 5000.0)));
    messages.push(sent("bye").at(76_000.0));
    let conversation = Conversation::unknown(&messages);
    assert_eq!(conversation.heartbeats().len(), 12);
    assert_eq!(conversation.kept_heartbeats(), [7, 11]);
    assert_eq!(conversation.analysis().hidden_heartbeats(), 10);
}

#[test]
fn an_open_socket_without_silence_keeps_no_heartbeat() {
    use super::{SocketEnd, last_heartbeats};
    let messages: Vec<_> = (0..8).map(|nth| received("ping").at(f64::from(nth) * 5000.0)).collect();
    let conversation = Conversation::unknown(&messages);
    let kept = |end_ms: f64| {
        let end = SocketEnd { is_closed: false, time: EpochMs::new(FIRST_MESSAGE_MS + end_ms) };
        last_heartbeats(conversation.columns(), conversation.analysis(), end)
    };
    assert!(kept(40_000.0).is_empty());
    assert_eq!(kept(60_000.0), [7], "silent until the recording ended");
}
