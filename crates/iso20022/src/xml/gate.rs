//! What stands between the XML reader and a file from outside: it counts, so that neither the
//! file nor one of its tags or texts can take more memory than the limits say.

use std::io::{self, BufRead, Read};

use crate::limits::{FILE_BYTES_MAX, TOKEN_BYTES_MAX};
use crate::refusal::Refusal;

/// What the reader looks at to tell encodings apart.
const HEAD_BYTES: u64 = 4;

pub(super) struct Gate<'a> {
    source: io::Chain<io::Cursor<Vec<u8>>, &'a mut dyn BufRead>,
    file_bytes_left: u64,
    token_bytes_left: usize,
    is_at_end: bool,
    /// Why nothing more is handed out; the reader itself sees an error of the source.
    refusal: Option<Refusal>,
}

impl<'a> Gate<'a> {
    /// Looks at the first bytes, since other encodings than UTF-8 would read as nonsense.
    pub(super) fn new(source: &'a mut dyn BufRead) -> Result<Self, Refusal> {
        let mut head = Vec::new();
        Read::take(&mut *source, HEAD_BYTES)
            .read_to_end(&mut head)
            .or(Err(Refusal::XmlSource))?;
        let is_wide = head.starts_with(&[0xFE, 0xFF])
            || head.starts_with(&[0xFF, 0xFE])
            || head.iter().take(2).any(|byte| *byte == 0);
        // `<` in EBCDIC.
        if is_wide || head.first() == Some(&0x4C) {
            return Err(Refusal::XmlEncoding);
        }
        Ok(Self {
            source: io::Cursor::new(head).chain(source),
            file_bytes_left: FILE_BYTES_MAX,
            token_bytes_left: TOKEN_BYTES_MAX,
            is_at_end: false,
            refusal: None,
        })
    }

    /// The next tag or text begins.
    pub(super) fn begin_token(&mut self) {
        self.token_bytes_left = TOKEN_BYTES_MAX;
    }

    /// Whether the source had no more when it was asked last.
    pub(super) fn is_at_end(&self) -> bool {
        self.is_at_end
    }

    pub(super) fn refusal(&self) -> Option<Refusal> {
        self.refusal
    }
}

impl BufRead for Gate<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        let limit = if self.file_bytes_left == 0 {
            Some(Refusal::XmlTooLarge)
        } else if self.token_bytes_left == 0 {
            Some(Refusal::XmlTooLong)
        } else {
            None
        };
        let bytes = match self.source.fill_buf() {
            Ok(bytes) => bytes,
            Err(error) => {
                if error.kind() != io::ErrorKind::Interrupted {
                    self.refusal = Some(Refusal::XmlSource);
                }
                return Err(error);
            }
        };
        self.is_at_end = bytes.is_empty();
        if let Some(limit) = limit.filter(|_| !bytes.is_empty()) {
            self.refusal = Some(limit);
            return Err(io::Error::other(limit));
        }
        let file_bytes_left = usize::try_from(self.file_bytes_left).unwrap_or(usize::MAX);
        let most = self.token_bytes_left.min(file_bytes_left).min(bytes.len());
        Ok(bytes.get(..most).unwrap_or(bytes))
    }

    fn consume(&mut self, count: usize) {
        self.source.consume(count);
        self.token_bytes_left = self.token_bytes_left.saturating_sub(count);
        let count = u64::try_from(count).unwrap_or(u64::MAX);
        self.file_bytes_left = self.file_bytes_left.saturating_sub(count);
    }
}

impl Read for Gate<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.fill_buf()?.read(buffer)?;
        self.consume(count);
        Ok(count)
    }
}
