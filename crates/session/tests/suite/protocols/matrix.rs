//! What is decoded of each conversation, against `matrix.txt`. Messages are numbered from 1, as on
//! screen.

use super::recorded::{RecordedSocket, assert_file, fixtures};

use session::protocols::{Analyze, Analyzer};

const MATRIX: &str = "tests/suite/protocols/matrix.txt";

#[test]
fn recorded_conversations_are_decoded_as_the_matrix_says() {
    let mut matrix = String::new();
    for fixture in fixtures() {
        for (nth, socket) in fixture.sockets().enumerate() {
            let suffix = if nth == 0 { String::new() } else { format!(" ({})", nth + 1) };
            let title = format!("# {}{suffix}\n", fixture.name);
            matrix.extend([title.as_str(), &describe(&socket), "\n"]);
        }
    }
    assert_file(MATRIX, &matrix);
}

fn describe(socket: &RecordedSocket<'_>) -> String {
    let (Some(recognition), Some(analyzer)) = (socket.recognition(), socket.analyzer(usize::MAX)) else {
        return format!("protocol   not recognized\nmessages   {}\n", socket.log.len());
    };
    let analysis = analyzer.analysis();
    let numbers = |is: &dyn Fn(u32) -> bool| {
        let numbers: Vec<String> =
            socket.indexes().filter(|index| is(*index)).map(|index| (index + 1).to_string()).collect();
        list(&numbers, " ")
    };
    let pair = |index| {
        let reply = analysis.partner(index).filter(|reply| *reply > index)?;
        Some(format!("{}→{}", index + 1, reply + 1))
    };
    let part = |index| Some(format!("{}: {}", index + 1, analysis.part(index)?.label()));
    let events: Vec<String> = analysis.names().iter().map(|(_, name)| name.to_owned()).collect();
    let lines = [
        ("protocol", format!("{}, {}", recognition.protocol.key(), recognition.reason(&socket.handshake))),
        ("label", analyzer.label().unwrap_or_else(|| recognition.protocol.label().to_owned())),
        ("messages", format!("{}, {} units", socket.log.len(), units(socket, &analyzer))),
        ("events", list(&events, " | ")),
        ("pairs", list(&socket.indexes().filter_map(pair).collect::<Vec<_>>(), " ")),
        ("heartbeats", numbers(&|index| analysis.is_heartbeat(index))),
        ("malformed", numbers(&|index| analysis.is_malformed(index))),
        ("unanswered", numbers(&|index| analysis.is_unanswered(index))),
        ("parts", list(&socket.indexes().filter_map(part).collect::<Vec<_>>(), ", ")),
    ];
    lines.map(|(name, value)| format!("{name:<11}{value}\n")).concat()
}

/// Number of units that end in a message.
fn units(socket: &RecordedSocket<'_>, analyzer: &Analyzer) -> usize {
    let of_message = |index| {
        let message = analyzer.decode(socket.log, index, u32::MAX);
        message.units.iter().filter(|unit| unit.messages.1 == index).count()
    };
    socket.indexes().map(of_message).sum()
}

fn list(items: &[String], separator: &str) -> String {
    if items.is_empty() { "none".to_owned() } else { items.join(separator) }
}
