//! Tables as Parquet files, and nothing else: it knows neither what a column means nor any other
//! room. The crate that writes the format is heavy to build, so only builds with the feature
//! `parquet` of `spean` have it.

use std::sync::Arc;

use parquet::data_type::{ByteArray, ByteArrayType, FixedLenByteArray, FixedLenByteArrayType};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;

/// Digits of a decimal: what 16 bytes hold.
const PRECISION: u8 = 38;

/// One column: its name and all of its values.
#[derive(Clone, Debug)]
pub struct Column<'a> {
    /// Letters, digits and `_`.
    pub name: &'a str,
    /// As many as every other column has.
    pub values: Values,
}

/// Values of one kind.
#[derive(Clone, Debug)]
pub enum Values {
    /// UTF-8.
    Text(Vec<String>),
    /// Exact decimals: integers in units of ten to the minus `scale`.
    Decimal {
        /// Digits behind the point.
        scale: u8,
        /// The integers; at most 38 digits.
        units: Vec<i128>,
    },
}

/// Why there is no file.
#[derive(Debug, thiserror::Error)]
pub enum ParquetOutError {
    /// The writer failed.
    #[error("write Parquet")]
    Writer(#[from] ParquetError),
    /// A name is not letters, digits and `_`.
    #[error("name a column `{0}`")]
    Name(String),
    /// Columns differ in length.
    #[error("write columns of different lengths")]
    Length,
}

/// Writes one row group, uncompressed: a report is small, and every reader reads it.
///
/// # Errors
/// See [`ParquetOutError`].
pub fn write(columns: &[Column<'_>]) -> Result<Vec<u8>, ParquetOutError> {
    let lengths: Vec<usize> = columns.iter().map(|column| column.values.len()).collect();
    if lengths.windows(2).any(|pair| pair.first() != pair.last()) {
        return Err(ParquetOutError::Length);
    }
    let mut schema = String::from("message report {\n");
    for column in columns {
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
        if column.name.is_empty() || !column.name.bytes().all(is_plain) {
            return Err(ParquetOutError::Name(column.name.to_owned()));
        }
        schema.push_str(&column.values.declared(column.name));
    }
    schema.push_str("}\n");
    let schema = Arc::new(parse_message_type(&schema)?);
    let properties = Arc::new(WriterProperties::builder().build());
    let mut writer = SerializedFileWriter::new(Vec::new(), schema, properties)?;
    let mut group = writer.next_row_group()?;
    for column in columns {
        let Some(mut to) = group.next_column()? else {
            return Err(ParquetOutError::Length);
        };
        match &column.values {
            Values::Text(texts) => {
                let texts: Vec<ByteArray> = texts.iter().map(|text| text.as_str().into()).collect();
                to.typed::<ByteArrayType>()
                    .write_batch(&texts, None, None)?;
            }
            Values::Decimal { units, .. } => {
                let bytes = |unit: &i128| {
                    FixedLenByteArray::from(ByteArray::from(unit.to_be_bytes().to_vec()))
                };
                let units: Vec<FixedLenByteArray> = units.iter().map(bytes).collect();
                to.typed::<FixedLenByteArrayType>()
                    .write_batch(&units, None, None)?;
            }
        }
        to.close()?;
    }
    group.close()?;
    Ok(writer.into_inner()?)
}

impl Values {
    fn len(&self) -> usize {
        match self {
            Values::Text(texts) => texts.len(),
            Values::Decimal { units, .. } => units.len(),
        }
    }

    fn declared(&self, name: &str) -> String {
        match self {
            Values::Text(_) => format!("  REQUIRED BYTE_ARRAY {name} (STRING);\n"),
            Values::Decimal { scale, .. } => {
                format!(
                    "  REQUIRED FIXED_LEN_BYTE_ARRAY (16) {name} (DECIMAL({PRECISION},{scale}));\n"
                )
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use parquet::file::reader::{FileReader, SerializedFileReader};

    use super::*;

    #[test]
    fn what_is_written_is_read_back() {
        let columns = [
            Column {
                name: "part",
                values: Values::Text(vec!["KH-JP".into(), "ហាង 鳥居".into()]),
            },
            Column {
                name: "value",
                values: Values::Decimal {
                    scale: 3,
                    units: vec![80_536_000, -1_303],
                },
            },
        ];
        let file = write(&columns).unwrap();
        assert!(file.starts_with(b"PAR1") && file.ends_with(b"PAR1"));
        let reader = SerializedFileReader::new(bytes::Bytes::from(file)).unwrap();
        let rows = reader.get_row_iter(None).unwrap();
        let rows: Vec<String> = rows.map(|row| row.unwrap().to_string()).collect();
        assert_eq!(
            rows,
            [
                "{part: \"KH-JP\", value: 80536.000}",
                "{part: \"ហាង 鳥居\", value: -1.303}"
            ]
        );
    }

    #[test]
    fn columns_that_make_no_table_are_refused() {
        let text = |name, texts: &[&str]| Column {
            name,
            values: Values::Text(texts.iter().map(|text| (*text).to_owned()).collect()),
        };
        let uneven = write(&[text("a", &["1"]), text("b", &[])]);
        assert!(matches!(uneven, Err(ParquetOutError::Length)));
        let named = write(&[text("a b", &["1"])]);
        assert!(matches!(named, Err(ParquetOutError::Name(_))));
        assert!(write(&[text("a", &[])]).is_ok());
    }
}
