//! Opening the browser.

use std::env;
use std::process::{Command, Stdio};

/// Opens a link in the user's browser, where there is a screen for one. The link was printed, so nothing is lost
/// where it cannot be opened.
pub(super) fn open(link: &str) {
    let opened = match env::var("BROWSER").ok().filter(|command| !command.trim().is_empty()) {
        Some(command) => run(&command, link),
        None if has_screen() => webbrowser::open(link).map_err(|error| error.to_string()),
        None => Err("there is no graphical session".to_owned()),
    };
    if let Err(error) = opened {
        eprintln!("No browser was opened ({error}): open the link above.");
    }
}

/// Runs the commands of `$BROWSER`, separated by `:`, until one can be started; `%s` in one is replaced by the link.
/// None runs in the terminal, which a text browser would take over.
fn run(commands: &str, link: &str) -> Result<(), String> {
    let mut failure = "BROWSER is empty".to_owned();
    for command in commands.split(':').filter(|command| !command.trim().is_empty()) {
        let mut words = command.split_whitespace().map(|word| word.replace("%s", link)).collect::<Vec<_>>();
        if !command.contains("%s") {
            words.push(link.to_owned());
        }
        let Some((program, options)) = words.split_first() else { continue };
        let started = Command::new(program)
            .args(options)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        match started {
            Ok(_) => return Ok(()),
            Err(error) => failure = format!("{program}: {error}"),
        }
    }
    Err(failure)
}

/// Whether windows can be shown. Elsewhere the system's default may be a browser for the terminal.
fn has_screen() -> bool {
    let is_set = |name| env::var_os(name).is_some_and(|value| !value.is_empty());
    cfg!(any(target_os = "macos", windows)) || is_set("DISPLAY") || is_set("WAYLAND_DISPLAY")
}
