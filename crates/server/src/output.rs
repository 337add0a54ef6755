//! What commands write: JSON Lines, or a table for a person.

use std::fmt::Write as _;
use std::io::{self, BufWriter, IsTerminal, StdoutLock, Write};

use serde::Serialize;
use session::encodings::one_line;
use session::formats::LoadError;

/// Characters of a cell that are written to a terminal.
const MAX_CELL_CHARS: usize = 120;
/// Characters of a cell that are written elsewhere.
const MAX_TEXT_CHARS: usize = 10_000;

/// Standard output.
#[derive(Debug)]
pub struct Output {
    out: BufWriter<StdoutLock<'static>>,
    is_json: bool,
    max_chars: usize,
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

impl Output {
    pub fn new(is_json: bool) -> Self {
        let stdout = io::stdout();
        let max_chars = if stdout.is_terminal() { MAX_CELL_CHARS } else { MAX_TEXT_CHARS };
        Self { out: BufWriter::new(stdout.lock()), is_json, max_chars }
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

    pub fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// Says on standard error what could not be read, where, and what to do.
pub fn report_load_error(error: &LoadError) {
    eprintln!("error: {}", one_line(&error.what(), MAX_TEXT_CHARS));
    eprintln!("  in {}", one_line(&error.place, MAX_TEXT_CHARS));
    let remedy = error.remedy();
    if !remedy.is_empty() {
        eprintln!("  {}", one_line(&remedy, MAX_TEXT_CHARS));
    }
}
