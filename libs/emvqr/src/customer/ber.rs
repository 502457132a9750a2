//! BER fields, two levels of them.

use alloc::vec::Vec;

use super::{APPLICATION, COMMON, CustomerFault};

/// One field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Object {
    /// The template that it lies in: 61, 62, or none.
    pub template: Option<u16>,
    /// Its tag, of one byte or two.
    pub tag: u16,
    /// Its value.
    pub value: Vec<u8>,
}

/// All fields, those inside a template after it. What lies deeper (63 and 64 in a template) is
/// for the card's network and kept as it is.
pub(super) fn parse(bytes: &[u8]) -> Result<Vec<Object>, CustomerFault> {
    let mut objects = Vec::new();
    level(bytes, None, &mut objects)?;
    Ok(objects)
}

fn level(
    bytes: &[u8],
    template: Option<u16>,
    objects: &mut Vec<Object>,
) -> Result<(), CustomerFault> {
    let first = objects.len();
    let mut rest = bytes;
    while !rest.is_empty() {
        let (tag, value, after) = field(rest).ok_or(CustomerFault::Truncated)?;
        rest = after;
        let mut before = objects.iter().skip(first);
        let is_repeated = before.any(|object| object.tag == tag && object.template == template);
        // Two applications are two offers, which EMVCo has; their fields lie in one each.
        if is_repeated && tag != APPLICATION {
            return Err(CustomerFault::Repeated);
        }
        objects.push(Object {
            template,
            tag,
            value: value.to_vec(),
        });
        if template.is_none() && matches!(tag, APPLICATION | COMMON) {
            level(value, Some(tag), objects)?;
        }
    }
    Ok(())
}

/// The first field of `bytes`, and what follows it.
fn field(bytes: &[u8]) -> Option<(u16, &[u8], &[u8])> {
    let (&first, mut rest) = bytes.split_first()?;
    let mut tag = u16::from(first);
    // Five bits set say that the tag goes on; a third byte has no use in any payment.
    if first & 0x1F == 0x1F {
        let (&second, after) = rest.split_first()?;
        tag = u16::from_be_bytes([first, second]);
        rest = after;
    }
    let (&short, rest) = rest.split_first()?;
    let (length, rest) = match short {
        0..=0x7F => (usize::from(short), rest),
        0x81 => {
            let (&long, rest) = rest.split_first()?;
            (usize::from(long), rest)
        }
        0x82 => {
            let (long, rest) = rest.split_first_chunk::<2>()?;
            (usize::from(u16::from_be_bytes(*long)), rest)
        }
        _ => return None,
    };
    let (value, after) = rest.split_at_checked(length)?;
    Some((tag, value, after))
}

/// Adds a field with a tag of one byte.
pub(super) fn push(bytes: &mut Vec<u8>, tag: u16, value: &[u8]) -> Result<(), CustomerFault> {
    let [_, tag] = tag.to_be_bytes();
    let length = u8::try_from(value.len()).map_err(|_over| CustomerFault::TooLong)?;
    bytes.push(tag);
    if length > 0x7F {
        bytes.push(0x81);
    }
    bytes.push(length);
    bytes.extend_from_slice(value);
    Ok(())
}
