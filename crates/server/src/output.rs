//! What commands write: JSON Lines, or a table for a person.

use std::fmt::{self, Write as _};
use std::io::{self, IsTerminal, Write};
use std::ops::Range;

use serde::Serialize;
use session::encodings::one_line;
use session::formats::LoadError;

/// Characters of a cell that are written to a terminal.
const MAX_CELL_CHARS: usize = 120;
/// Characters of a cell that are written elsewhere.
const MAX_TEXT_CHARS: usize = 10_000;

/// Where a command writes: standard output, a file, or an answer to an assistant.
pub struct Output<'a> {
    out: &'a mut dyn Write,
    is_json: bool,
    max_chars: usize,
    /// The lines that are written; all where it is `None`.
    window: Option<Range<u64>>,
    /// Number of lines so far, with those that are not written.
    lines: u64,
}

impl fmt::Debug for Output<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Output").field("is_json", &self.is_json).finish_non_exhaustive()
    }
}

/// A column of a table.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    pub label: &'static str,
    /// The least width in characters.
    pub width: usize,
    /// Whether it holds amounts, whose digits line up.
    pub is_numeric: bool,
}

/// A column of text.
pub const fn text(label: &'static str, width: usize) -> Column {
    Column { label, width, is_numeric: false }
}

/// A column of amounts.
pub const fn amount(label: &'static str, width: usize) -> Column {
    Column { label, width, is_numeric: true }
}

impl<'a> Output<'a> {
    /// Writes JSON Lines.
    pub fn json_lines(out: &'a mut dyn Write) -> Self {
        Self { out, is_json: true, max_chars: MAX_TEXT_CHARS, window: None, lines: 0 }
    }

    /// Writes a table for a person, with shorter cells where standard output is a terminal.
    pub fn table(out: &'a mut dyn Write) -> Self {
        let max_chars = if io::stdout().is_terminal() { MAX_CELL_CHARS } else { MAX_TEXT_CHARS };
        Self { out, is_json: false, max_chars, window: None, lines: 0 }
    }

    /// Writes only the lines with those numbers, from 0.
    #[must_use]
    pub fn with_window(self, window: Range<u64>) -> Self {
        Self { window: Some(window), ..self }
    }

    /// Counts a line, and returns whether it is to be written.
    pub fn takes_line(&mut self) -> bool {
        let number = self.lines;
        self.lines += 1;
        self.window.as_ref().is_none_or(|window| window.contains(&number))
    }

    /// Number of lines so far, with those that are not written.
    pub fn lines(&self) -> u64 {
        self.lines
    }

    pub fn is_json(&self) -> bool {
        self.is_json
    }

    /// Writes a value on a line of its own.
    pub fn json(&mut self, value: &impl Serialize) -> io::Result<()> {
        serde_json::to_writer(&mut self.out, value)?;
        self.out.write_all(b"\n")
    }

    /// Writes bytes that are parts of lines.
    pub fn bytes(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.out.write_all(bytes)
    }

    /// Writes a line of text, of which nothing controls a terminal.
    pub fn line(&mut self, text: &str) -> io::Result<()> {
        writeln!(self.out, "{}", one_line(text, self.max_chars))
    }

    /// Writes the names of the columns.
    pub fn head(&mut self, columns: &[Column]) -> io::Result<()> {
        self.row(columns, &columns.iter().map(|column| column.label.to_owned()).collect::<Vec<_>>())
    }

    /// Writes a row of cells.
    pub fn row(&mut self, columns: &[Column], cells: &[String]) -> io::Result<()> {
        let mut line = String::new();
        for (index, (column, cell)) in columns.iter().zip(cells).enumerate() {
            let cell = one_line(cell, self.max_chars);
            let width = column.width;
            if index > 0 {
                line.push_str("  ");
            }
            // Writing to a string does not fail.
            let _ = if column.is_numeric {
                write!(line, "{cell:>width$}")
            } else {
                write!(line, "{cell:<width$}")
            };
        }
        writeln!(self.out, "{}", line.trim_end())
    }
}

/// Most of what could not be read that is listed one by one.
const MAX_REPORTED: usize = 20;

/// Says on standard error what could not be read, where, and what to do.
pub fn report_load_errors(errors: &[LoadError]) {
    errors.iter().take(MAX_REPORTED).for_each(report_load_error);
    if let Some(more) = errors.len().checked_sub(MAX_REPORTED).filter(|more| *more > 0) {
        eprintln!("error: {more} more files could not be read");
    }
}

/// Says on standard error what could not be read, where, and what to do.
pub fn report_load_error(error: &LoadError) {
    eprintln!("error: {}", load_error_text(error));
}

/// What could not be read, where, and what to do: a line each.
pub fn load_error_text(error: &LoadError) -> String {
    let line = |text: &str| one_line(text, MAX_TEXT_CHARS);
    let remedy = error.remedy();
    let remedy = if remedy.is_empty() { String::new() } else { format!("\n  {}", line(&remedy)) };
    format!("{}\n  in {}{remedy}", line(&error.what()), line(&error.place))
}
