//! Hashes of parsed requests. Every part is written with its length, so that no two requests
//! run into one text.

use aws_lc_rs::digest::{Context, SHA256};
use switch::Digest;

/// A SHA-256 of named parts.
pub(crate) struct Hashing(Context);

impl Hashing {
    /// `kind` keeps the hashes of different things apart.
    pub(crate) fn of(kind: &str) -> Self {
        Self(Context::new(&SHA256)).part(kind)
    }

    pub(crate) fn part(self, text: &str) -> Self {
        self.bytes(text.as_bytes())
    }

    pub(crate) fn bytes(mut self, bytes: &[u8]) -> Self {
        let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        self.0.update(&length.to_be_bytes());
        self.0.update(bytes);
        self
    }

    /// Absent is not the same as empty.
    pub(crate) fn maybe(self, text: Option<&str>) -> Self {
        match text {
            None => self.part("none"),
            Some(text) => self.part("some").part(text),
        }
    }

    /// Plain SHA-256 of bytes that hold their own salt.
    pub(crate) fn commitment(bytes: &[u8]) -> Digest {
        let mut context = Context::new(&SHA256);
        context.update(bytes);
        Self(context).finish()
    }

    pub(crate) fn finish(self) -> Digest {
        let mut hash = [0; 32];
        for (to, from) in hash.iter_mut().zip(self.0.finish().as_ref()) {
            *to = *from;
        }
        Digest(hash)
    }
}

/// Lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_never_run_into_each_other() {
        let hash = |parts: &[&str]| {
            parts
                .iter()
                .fold(Hashing::of("test"), |hashing, part| hashing.part(part))
                .finish()
        };
        assert_eq!(hash(&["ab", "c"]), hash(&["ab", "c"]));
        assert_ne!(hash(&["ab", "c"]), hash(&["a", "bc"]));
        assert_ne!(hash(&["ab"]), hash(&["ab", ""]));
        let none = Hashing::of("test").maybe(None).finish();
        assert_ne!(none, Hashing::of("test").maybe(Some("")).finish());
        assert_ne!(none, Hashing::of("other").maybe(None).finish());
        assert_eq!(hex(&[0, 0xaf]), "00af");
    }
}
