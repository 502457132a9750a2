//! A file of rows and columns: its encoding, its header, its end.

use csv::{ReaderBuilder, StringRecord};

use super::super::error::ReconcileError;
use super::super::ids::Reference;
use super::super::limits::{COLUMNS_MAX, FILE_BYTES_MAX, STATEMENT_LINES_MAX};

/// The rows of a file below its header.
#[derive(Debug)]
pub(super) struct Table {
    pub(super) header: Vec<String>,
    pub(super) rows: Vec<Row>,
}

#[derive(Debug)]
pub(super) struct Row {
    /// Counted from 1, which is the header's; lines without anything do not count.
    pub(super) number: u32,
    fields: StringRecord,
}

/// Where a column stands, with its name for messages.
#[derive(Clone, Debug)]
pub(super) struct Column {
    place: usize,
    name: String,
}

/// How a file's end looks when it is whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FileEnd {
    /// Its last line ends like every other: a file that was cut off in a line does not.
    Newline,
    /// Nothing can be said.
    Any,
}

impl Table {
    pub(super) fn read(bytes: &[u8], delimiter: u8, end: FileEnd) -> Result<Self, ReconcileError> {
        let text = text_of(bytes)?;
        let last = u32::try_from(text.lines().count()).unwrap_or(u32::MAX);
        let is_open = text.bytes().filter(|byte| *byte == b'"').count() % 2 == 1;
        let is_whole = end == FileEnd::Any || text.ends_with('\n');
        if is_open || (!is_whole && !text.is_empty()) {
            return Err(ReconcileError::CutOff { row: last });
        }
        let mut reader = ReaderBuilder::new()
            .delimiter(delimiter)
            .has_headers(false)
            .flexible(true)
            .from_reader(text.as_bytes());
        let mut rows = Vec::new();
        for (number, fields) in (1..).zip(reader.records()) {
            // The text is UTF-8 and rows may differ in length, so that no error is left.
            let fields = fields.map_err(|_error| malformed(number, "no CSV"))?;
            if fields.len() > COLUMNS_MAX {
                return Err(malformed(number, "too many columns"));
            }
            rows.push(Row { number, fields });
            // One for the header and one for a trailer.
            if rows.len() > STATEMENT_LINES_MAX.saturating_add(2) {
                let lines = rows.len();
                return Err(ReconcileError::TooManyLines { lines });
            }
        }
        let mut rows = rows.into_iter();
        let header = rows.next().ok_or(ReconcileError::FileEmpty)?;
        let header = header.fields.iter().map(|name| name.trim().to_owned());
        Ok(Self {
            header: header.collect(),
            rows: rows.collect(),
        })
    }

    pub(super) fn column(&self, name: &str) -> Result<Column, ReconcileError> {
        let mut places = (0..).zip(&self.header).filter(|(_, other)| *other == name);
        match (places.next(), places.next()) {
            (Some((place, _)), None) => Ok(Column {
                place,
                name: name.to_owned(),
            }),
            (None, _) | (Some(_), Some(_)) => {
                let column = name.to_owned();
                Err(ReconcileError::ColumnMissing { column })
            }
        }
    }

    /// Every row has as many fields as the header; the last one has fewer when the file was cut.
    pub(super) fn check_widths(&self) -> Result<(), ReconcileError> {
        let last = self.rows.last().map(|row| row.number);
        for row in &self.rows {
            let width = row.fields.len();
            if width < self.header.len() && Some(row.number) == last {
                return Err(ReconcileError::CutOff { row: row.number });
            }
            if width != self.header.len() {
                return Err(malformed(row.number, "not as many fields as the header"));
            }
        }
        Ok(())
    }
}

impl Row {
    pub(super) fn field(&self, column: &Column) -> &str {
        self.at(column.place)
    }

    /// By its place, from 0.
    pub(super) fn at(&self, place: usize) -> &str {
        self.fields.get(place).unwrap_or_default().trim()
    }

    /// An identifier or a text, if there is one.
    pub(super) fn reference(&self, column: &Column) -> Result<Option<Reference>, ReconcileError> {
        let text = self.field(column);
        if text.is_empty() {
            return Ok(None);
        }
        let reference = Reference::new(text).ok_or_else(|| self.malformed_field(column))?;
        Ok(Reference::identifier(reference.as_str()))
    }

    pub(super) fn malformed(&self, what: &'static str) -> ReconcileError {
        malformed(self.number, what)
    }

    pub(super) fn malformed_field(&self, column: &Column) -> ReconcileError {
        ReconcileError::FieldMalformed {
            row: self.number,
            column: column.name.clone(),
        }
    }
}

/// UTF-8, with or without its byte order mark.
fn text_of(bytes: &[u8]) -> Result<&str, ReconcileError> {
    if bytes.len() > FILE_BYTES_MAX {
        let bytes = bytes.len();
        return Err(ReconcileError::FileTooLarge { bytes });
    }
    let text = std::str::from_utf8(bytes).map_err(|error| ReconcileError::NotUtf8 {
        at: error.valid_up_to(),
    })?;
    Ok(text.strip_prefix('\u{feff}').unwrap_or(text))
}

fn malformed(row: u32, what: &'static str) -> ReconcileError {
    ReconcileError::RowMalformed { row, what }
}
