//! Fixed-layout bytes: little-endian integers, lengths in front of what varies, no padding.

use core::fmt;

/// Bytes that are no batch of records. The journal's hash chain holds, so this is a build that
/// is older than the journal, or a bug; it is never guessed around.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Corrupt {
    /// The bytes end inside a field.
    Short,
    /// Bytes are left over after the last field.
    Long,
    /// A version byte of a later build.
    Version(u8),
    /// A number that stands for nothing.
    Unknown {
        /// In which field.
        what: &'static str,
        /// The number.
        number: u16,
    },
    /// A value outside its range.
    Range(&'static str),
}

impl fmt::Display for Corrupt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Corrupt::Short => write!(f, "read a batch that ends inside a field"),
            Corrupt::Long => write!(f, "read a batch with bytes left over"),
            Corrupt::Version(version) => {
                write!(f, "read a batch of a later build, version `{version}`")
            }
            Corrupt::Unknown { what, number } => {
                write!(f, "read {what}: nothing has the number `{number}`")
            }
            Corrupt::Range(what) => write!(f, "read {what}: outside its range"),
        }
    }
}

impl core::error::Error for Corrupt {}

/// Longest text or list in a record; a corridor with a fee for each of 1,000 banks fits.
const COUNT_MAX: usize = 65_535;

/// Writes fields one after the other.
#[derive(Debug, Default)]
pub(crate) struct Writer {
    pub(crate) bytes: Vec<u8>,
}

/// Reads them in the same order.
#[derive(Debug)]
pub(crate) struct Reader<'a> {
    pub(crate) rest: &'a [u8],
}

impl<'a> Reader<'a> {
    pub(crate) fn take(&mut self, count: usize) -> Result<&'a [u8], Corrupt> {
        let (taken, rest) = self.rest.split_at_checked(count).ok_or(Corrupt::Short)?;
        self.rest = rest;
        Ok(taken)
    }

    pub(crate) fn array<const N: usize>(&mut self) -> Result<[u8; N], Corrupt> {
        let (taken, rest) = self.rest.split_first_chunk::<N>().ok_or(Corrupt::Short)?;
        self.rest = rest;
        Ok(*taken)
    }

    pub(crate) fn end(&self) -> Result<(), Corrupt> {
        if self.rest.is_empty() {
            Ok(())
        } else {
            Err(Corrupt::Long)
        }
    }
}

/// A value with one layout, written and read by the same impl so that the two cannot drift.
pub(crate) trait Field: Sized {
    fn put(&self, to: &mut Writer);
    fn get(from: &mut Reader<'_>) -> Result<Self, Corrupt>;
}

macro_rules! integers {
    ($($kind:ty),*) => {$(
        impl Field for $kind {
            fn put(&self, to: &mut Writer) {
                to.bytes.extend_from_slice(&self.to_le_bytes());
            }
            fn get(from: &mut Reader<'_>) -> Result<Self, Corrupt> {
                Ok(<$kind>::from_le_bytes(from.array()?))
            }
        }
    )*};
}
integers!(u8, u16, u32, u64, u128, i16, i64);

impl Field for bool {
    fn put(&self, to: &mut Writer) {
        u8::from(*self).put(to);
    }
    fn get(from: &mut Reader<'_>) -> Result<Self, Corrupt> {
        match u8::get(from)? {
            0 => Ok(false),
            1 => Ok(true),
            number => Err(Corrupt::Unknown {
                what: "a flag",
                number: u16::from(number),
            }),
        }
    }
}

impl<const N: usize> Field for [u8; N] {
    fn put(&self, to: &mut Writer) {
        to.bytes.extend_from_slice(self);
    }
    fn get(from: &mut Reader<'_>) -> Result<Self, Corrupt> {
        from.array()
    }
}

impl Field for String {
    fn put(&self, to: &mut Writer) {
        // What is too long for its length field was refused when the record was decided.
        let kept = self.as_bytes().get(..COUNT_MAX).unwrap_or(self.as_bytes());
        u16::try_from(kept.len()).unwrap_or(u16::MAX).put(to);
        to.bytes.extend_from_slice(kept);
    }
    fn get(from: &mut Reader<'_>) -> Result<Self, Corrupt> {
        let count = usize::from(u16::get(from)?);
        let bytes = from.take(count)?.to_vec();
        String::from_utf8(bytes).map_err(|_utf8| Corrupt::Range("a text"))
    }
}

impl<T: Field> Field for Vec<T> {
    fn put(&self, to: &mut Writer) {
        u16::try_from(self.len()).unwrap_or(u16::MAX).put(to);
        for item in self.iter().take(COUNT_MAX) {
            item.put(to);
        }
    }
    fn get(from: &mut Reader<'_>) -> Result<Self, Corrupt> {
        let count = u16::get(from)?;
        (0..count).map(|_| T::get(from)).collect()
    }
}

impl<T: Field> Field for Option<T> {
    fn put(&self, to: &mut Writer) {
        self.is_some().put(to);
        if let Some(value) = self {
            value.put(to);
        }
    }
    fn get(from: &mut Reader<'_>) -> Result<Self, Corrupt> {
        Ok(if bool::get(from)? {
            Some(T::get(from)?)
        } else {
            None
        })
    }
}

/// Lays out a struct: its fields in the order in which they are named here, and no other.
macro_rules! layout {
    ($kind:ident { $($field:ident),* $(,)? }) => {
        impl $crate::bytes::Field for $kind {
            fn put(&self, to: &mut $crate::bytes::Writer) {
                let Self { $($field),* } = self;
                $( $crate::bytes::Field::put($field, to); )*
            }
            fn get(
                from: &mut $crate::bytes::Reader<'_>,
            ) -> Result<Self, $crate::bytes::Corrupt> {
                $( let $field = $crate::bytes::Field::get(from)?; )*
                Ok(Self { $($field),* })
            }
        }
    };
    ($kind:ident ( $inner:ty )) => {
        impl $crate::bytes::Field for $kind {
            fn put(&self, to: &mut $crate::bytes::Writer) {
                $crate::bytes::Field::put(&self.0, to);
            }
            fn get(
                from: &mut $crate::bytes::Reader<'_>,
            ) -> Result<Self, $crate::bytes::Corrupt> {
                <$inner as $crate::bytes::Field>::get(from).map($kind)
            }
        }
    };
}

/// Lays out an enum without data as one byte. The numbers are for ever: a variant that is
/// gone leaves a hole.
macro_rules! numbered {
    ($kind:ident, $what:literal { $($number:literal => $variant:ident),* $(,)? }) => {
        impl $crate::bytes::Field for $kind {
            fn put(&self, to: &mut $crate::bytes::Writer) {
                let number: u8 = match self { $( $kind::$variant => $number, )* };
                $crate::bytes::Field::put(&number, to);
            }
            fn get(
                from: &mut $crate::bytes::Reader<'_>,
            ) -> Result<Self, $crate::bytes::Corrupt> {
                match <u8 as $crate::bytes::Field>::get(from)? {
                    $( $number => Ok($kind::$variant), )*
                    number => Err($crate::bytes::Corrupt::Unknown {
                        what: $what,
                        number: u16::from(number),
                    }),
                }
            }
        }
    };
}

pub(crate) use {layout, numbered};
