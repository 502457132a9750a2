//! Codes that the customer shows and the shop scans.
//!
//! Doctrine. They are another format than merchants' codes: Base64 of BER fields, whose lengths
//! count bytes, with no checksum. The first field (85) says whose rules hold: `CPV01` EMVCo's,
//! `JPQR1` Japan's. Everything is bounded before it is looked at, a tag that repeats in one
//! template is refused because readers differ in which they take, and what nobody knows is kept.
//! A bar code instead of a picture is digits whose first eight name the operator.

mod ber;
mod operators;

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::limits::CUSTOMER_CHARS_MAX;
pub use ber::Object;
pub use operators::{Operator, operator};

/// The fields that are looked at by their meaning.
const VERSION: u16 = 0x85;
const APPLICATION: u16 = 0x61;
const COMMON: u16 = 0x62;
const NAME: u16 = 0x4F;
const TRACK: u16 = 0x57;
const NUMBER: u16 = 0x5A;
const FREE: u16 = 0x99;

const EMV: &[u8] = b"CPV01";
const JPQR: &[u8] = b"JPQR1";

/// Whose rules a customer's code follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CustomerScheme {
    /// EMVCo's.
    Emv,
    /// Japan's.
    Jpqr,
}

/// Why a text is no customer's code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CustomerFault {
    /// Longer than any symbol that is shown on a telephone.
    TooLong,
    /// Not Base64 of the usual alphabet.
    NotBase64,
    /// A field ends before its length does, or has a length that cannot be.
    Truncated,
    /// The first field is not 85, or says neither `CPV01` nor `JPQR1`.
    Version,
    /// No application (61), or more than two.
    Applications,
    /// A field occurs twice in one template.
    Repeated,
    /// A field that is needed is missing: the operator or application (4F), the payment (57).
    Missing,
    /// A field has a length or letters that it must not have.
    Shape,
}

impl CustomerFault {
    /// Stable; programs branch on it.
    ///
    /// ```
    /// assert_eq!(emvqr::CustomerFault::NotBase64.code(), "customer-not-base64");
    /// ```
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::TooLong => "customer-too-long",
            Self::NotBase64 => "customer-not-base64",
            Self::Truncated => "customer-truncated",
            Self::Version => "customer-version",
            Self::Applications => "customer-applications",
            Self::Repeated => "customer-repeated",
            Self::Missing => "customer-missing",
            Self::Shape => "customer-shape",
        }
    }
}

impl fmt::Display for CustomerFault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::TooLong => "customer's code is longer than any can be",
            Self::NotBase64 => "customer's code is not Base64",
            Self::Truncated => "customer's code ends within a field",
            Self::Version => "customer's code is neither EMVCo's nor JPQR",
            Self::Applications => "customer's code has no application, or more than two",
            Self::Repeated => "customer's code has a field twice",
            Self::Missing => "customer's code lacks a field that is needed",
            Self::Shape => "customer's code has a field of wrong length or letters",
        })
    }
}

impl core::error::Error for CustomerFault {}

/// A customer's code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomerCode {
    scheme: CustomerScheme,
    objects: Vec<Object>,
}

impl CustomerCode {
    /// Whose rules it follows.
    ///
    /// ```
    /// let code = emvqr::read_customer("hQVKUFFSMWEGTwFBVwFC").unwrap();
    /// assert_eq!(code.scheme(), emvqr::CustomerScheme::Jpqr);
    /// ```
    #[must_use]
    pub fn scheme(&self) -> CustomerScheme {
        self.scheme
    }

    /// All its fields in order, each with the template that it lies in.
    ///
    /// ```
    /// let code = emvqr::read_customer("hQVKUFFSMWEGTwFBVwFC").unwrap();
    /// let tags: Vec<u16> = code.objects().iter().map(|object| object.tag).collect();
    /// assert_eq!(tags, [0x85, 0x61, 0x4F, 0x57]);
    /// ```
    #[must_use]
    pub fn objects(&self) -> &[Object] {
        &self.objects
    }

    /// The first field with this tag, in whatever template.
    ///
    /// ```
    /// let code = emvqr::read_customer("hQVKUFFSMWEGTwFBVwFC")?;
    /// assert_eq!(code.find(0x4F), Some(&b"A"[..]));
    /// assert_eq!(code.find(0x5A), None);
    /// # Ok::<(), emvqr::CustomerFault>(())
    /// ```
    #[must_use]
    pub fn find(&self, tag: u16) -> Option<&[u8]> {
        let found = self.objects.iter().find(|object| object.tag == tag);
        found.map(|object| object.value.as_slice())
    }

    /// The operator of a JPQR, by its number.
    ///
    /// ```
    /// let code = emvqr::read_customer("hQVKUFFSMWEGTwFBVwFC").unwrap();
    /// assert_eq!(code.operator(), Some("A"));
    /// ```
    #[must_use]
    pub fn operator(&self) -> Option<&str> {
        self.text(NAME)
    }

    /// What the operator knows the payment by, in a JPQR.
    ///
    /// ```
    /// let code = emvqr::read_customer("hQVKUFFSMWEGTwFBVwFC").unwrap();
    /// assert_eq!(code.payment(), Some("B"));
    /// ```
    #[must_use]
    pub fn payment(&self) -> Option<&str> {
        self.text(TRACK)
    }

    fn text(&self, tag: u16) -> Option<&str> {
        match self.scheme {
            CustomerScheme::Jpqr => core::str::from_utf8(self.find(tag)?).ok(),
            CustomerScheme::Emv => None,
        }
    }
}

/// Reads the text of a customer's code.
///
/// ```
/// use emvqr::{CustomerFault, CustomerScheme, read_customer};
///
/// let code = read_customer("hQVKUFFSMWEcTwgzMTU4OTkwMFcQMTIzNDU2Nzg5MDEyMzQ1Ng==")?;
/// assert_eq!(code.scheme(), CustomerScheme::Jpqr);
/// assert_eq!(code.operator(), Some("31589900"));
/// assert_eq!(code.payment(), Some("1234567890123456"));
/// assert_eq!(read_customer("hQVDUFYwMQ=="), Err(CustomerFault::Applications));
/// # Ok::<(), CustomerFault>(())
/// ```
///
/// # Errors
///
/// The first fault that is met.
pub fn read_customer(text: &str) -> Result<CustomerCode, CustomerFault> {
    if text.len() > CUSTOMER_CHARS_MAX {
        return Err(CustomerFault::TooLong);
    }
    let bytes = STANDARD
        .decode(text)
        .map_err(|_not_base64| CustomerFault::NotBase64)?;
    let objects = ber::parse(&bytes)?;
    let scheme = match objects.first() {
        Some(first) if first.tag == VERSION && first.value == EMV => CustomerScheme::Emv,
        Some(first) if first.tag == VERSION && first.value == JPQR => CustomerScheme::Jpqr,
        Some(_) | None => return Err(CustomerFault::Version),
    };
    let code = CustomerCode { scheme, objects };
    check(&code)?;
    Ok(code)
}

fn check(code: &CustomerCode) -> Result<(), CustomerFault> {
    let applications = code
        .objects
        .iter()
        .filter(|object| object.tag == APPLICATION);
    let applications = applications.count();
    if !matches!(
        (code.scheme, applications),
        (CustomerScheme::Emv, 1 | 2) | (_, 1)
    ) {
        return Err(CustomerFault::Applications);
    }
    let names = code.objects.iter().filter(|object| object.tag == NAME);
    let is_paid_by = |tag| code.find(tag).is_some();
    match code.scheme {
        CustomerScheme::Jpqr => {
            let is_text = |tag| {
                let value = code.find(tag).ok_or(CustomerFault::Missing)?;
                let is_digits_or_letters = value.iter().all(u8::is_ascii_alphanumeric);
                if value.is_empty() || !is_digits_or_letters {
                    return Err(CustomerFault::Shape);
                }
                Ok(())
            };
            is_text(NAME)?;
            is_text(TRACK)
        }
        CustomerScheme::Emv => {
            let (mut count, mut is_sound) = (0, true);
            for name in names {
                count += 1;
                is_sound &= matches!(name.value.len(), 5..=16);
            }
            if count != applications || !(is_paid_by(TRACK) || is_paid_by(NUMBER)) {
                Err(CustomerFault::Missing)
            } else if is_sound {
                Ok(())
            } else {
                Err(CustomerFault::Shape)
            }
        }
    }
}

/// What a customer's JPQR is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CustomerJpqr<'a> {
    /// The operator's number, digits or letters.
    pub operator: &'a str,
    /// What the operator knows the payment by, digits or letters.
    pub payment: &'a str,
    /// Whatever the operator likes.
    pub free: Option<&'a [u8]>,
}

/// Writes a customer's JPQR.
///
/// ```
/// use emvqr::{CustomerJpqr, build_customer};
///
/// let wanted = CustomerJpqr { operator: "90000002", payment: "99999999999999", free: None };
/// assert_eq!(build_customer(&wanted)?, "hQVKUFFSMWEaTwg5MDAwMDAwMlcOOTk5OTk5OTk5OTk5OTk=");
/// # Ok::<(), emvqr::CustomerFault>(())
/// ```
///
/// # Errors
///
/// What reading it would give.
pub fn build_customer(wanted: &CustomerJpqr<'_>) -> Result<String, CustomerFault> {
    let mut inside = Vec::new();
    ber::push(&mut inside, NAME, wanted.operator.as_bytes())?;
    ber::push(&mut inside, TRACK, wanted.payment.as_bytes())?;
    if let Some(free) = wanted.free {
        ber::push(&mut inside, FREE, free)?;
    }
    let mut bytes = Vec::new();
    ber::push(&mut bytes, VERSION, JPQR)?;
    ber::push(&mut bytes, APPLICATION, &inside)?;
    let text = STANDARD.encode(bytes);
    read_customer(&text)?;
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::CustomerJpqr;
    use super::{CustomerFault, CustomerScheme, STANDARD, build_customer, operator, read_customer};
    use base64::Engine as _;

    fn check(bytes: &[u8], want: Result<CustomerScheme, CustomerFault>) {
        let got = read_customer(&STANDARD.encode(bytes)).map(|code| code.scheme());
        assert_eq!(got, want, "{bytes:02X?}");
    }

    #[test]
    fn customers_codes_and_what_is_wrong_with_them() {
        check(
            b"\x85\x05JPQR1\x61\x06\x4F\x01A\x57\x01B",
            Ok(CustomerScheme::Jpqr),
        );
        check(b"", Err(CustomerFault::Version));
        check(b"\x85\x05jpqr1", Err(CustomerFault::Version));
        check(
            b"\x61\x06\x4F\x01A\x57\x01B\x85\x05JPQR1",
            Err(CustomerFault::Version),
        );
        check(b"\x85\x05JPQR1", Err(CustomerFault::Applications));
        check(
            b"\x85\x05JPQR1\x61\x03\x4F\x01A",
            Err(CustomerFault::Missing),
        );
        check(
            b"\x85\x05JPQR1\x61\x05\x4F\x01A\x57\x00",
            Err(CustomerFault::Shape),
        );
        check(
            b"\x85\x05JPQR1\x61\x06\x4F\x01A\x57\x01\n",
            Err(CustomerFault::Shape),
        );
        check(
            b"\x85\x05JPQR1\x61\x07\x4F\x01A\x57\x01B",
            Err(CustomerFault::Truncated),
        );
        check(
            b"\x85\x05JPQR1\x61\x09\x4F\x01A\x4F\x01B\x57\x01B",
            Err(CustomerFault::Repeated),
        );
        let emv = b"\x85\x05CPV01\x61\x0B\x4F\x05\xA0\0\0\0\x65\x57\x02\x12\x34";
        check(emv, Ok(CustomerScheme::Emv));
        let emv = b"\x85\x05CPV01\x61\x0B\x4F\x05\xA0\0\0\0\x65\x5A\x02\x12\x34";
        check(&emv[..emv.len() - 4], Err(CustomerFault::Truncated));
        check(
            b"\x85\x05CPV01\x61\x0A\x4F\x04\xA0\0\0\0\x5A\x02\x12\x34",
            Err(CustomerFault::Shape),
        );
        assert_eq!(read_customer("*"), Err(CustomerFault::NotBase64));
        assert_eq!(
            read_customer(&"A".repeat(2_049)),
            Err(CustomerFault::TooLong)
        );
    }

    #[test]
    fn what_is_written_is_read_again() {
        for free in [None, Some(&b"{}"[..]), Some(&[7; 200])] {
            let wanted = CustomerJpqr {
                operator: "90000001",
                payment: "A1",
                free,
            };
            let code = read_customer(&build_customer(&wanted).unwrap()).unwrap();
            assert_eq!(
                (code.operator(), code.payment()),
                (Some("90000001"), Some("A1"))
            );
            assert_eq!(code.find(0x99), free);
        }
        let empty = CustomerJpqr {
            operator: "",
            payment: "1",
            free: None,
        };
        assert_eq!(build_customer(&empty), Err(CustomerFault::Shape));
    }

    #[test]
    fn bar_codes_name_their_operator() {
        fn name(digits: &str, want: Option<&str>) {
            assert_eq!(
                operator(digits).and_then(|operator| operator.name),
                want,
                "{digits}"
            );
        }
        name("9000000212345678901234", Some("d Barai"));
        name("3158990012345678901", Some("Merpay"));
        name("9999999912345678", None);
        assert_eq!(operator("9999999912345678").unwrap().code, "99999999");
        assert_eq!(operator("900000"), None);
        assert_eq!(operator("９０００００００1"), None);
        assert_eq!(operator("90000002 1"), None);
    }
}
