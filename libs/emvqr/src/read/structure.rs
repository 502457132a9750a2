//! The payload as a whole: what could not be read, the first field, the last, the checksum.

use super::judge::{Judge, Spot, name_of};
use crate::code::Scheme;
use crate::crc;
use crate::limits::{PAYLOAD_BYTES_MAX, PAYLOAD_CHARS_ADVISED};
use crate::rules::kinds::Kind;
use crate::rules::{self, Place};
use crate::tlv::{Fault, FaultKind, Node};

const FORMAT: u8 = 0;
const CHECKSUM: u8 = 63;

pub(super) fn check(judge: &mut Judge<'_, '_>) {
    let tree = judge.tree;
    let payload = tree.payload();
    for fault in tree.faults() {
        report_fault(judge, fault);
    }
    if let Some(first) = tree.roots().next()
        && first.tag().number() != FORMAT
        && let Some(format) = tree.root(FORMAT)
    {
        judge.report(Kind::FormatNotFirst, &Spot::root(&format), None);
    }
    if let Some(checksum) = tree.root(CHECKSUM) {
        check_checksum(judge, &checksum);
    }
    let is_read = payload.len() <= PAYLOAD_BYTES_MAX;
    if is_read
        && payload.len() > PAYLOAD_CHARS_ADVISED
        && tree.unit().count(payload) > PAYLOAD_CHARS_ADVISED
    {
        judge.report(Kind::OverAdvisedLength, &Spot::payload(payload), None);
    }
}

fn report_fault(judge: &mut Judge<'_, '_>, fault: &Fault) {
    let payload = judge.tree.payload();
    let rest = payload.get(fault.span.clone()).unwrap_or("");
    if let [Some(root), inner] = fault.within {
        let template = rules::field(Place::Root, root.number());
        let own = match (root.number(), judge.scheme) {
            (62 | 64, _) => inner.is_none(),
            (29 | 30, Scheme::Khqr) => true,
            // The times: what cannot be read here freezes the official kit.
            (99, Scheme::Khqr) => inner.is_none(),
            (_, Scheme::Jpqr) => judge.store == Some(root) && inner.is_none(),
            (_, Scheme::Khqr | Scheme::Emv) => false,
        };
        let kind = if own {
            Kind::TemplateUnreadable
        } else {
            Kind::ForeignUnreadable
        };
        let spot = Spot {
            path: [Some(root), inner, None],
            span: fault.span.clone(),
            name: name_of(template),
            sdk: 0,
            place: Place::Root,
        };
        return judge.report(kind, &spot, Some(rest));
    }
    let is_blank = |c: char| c.is_whitespace() || c == '\u{feff}';
    let is_framed = fault.span.start == 0 || rest.chars().all(is_blank);
    let kind = match fault.kind {
        FaultKind::PayloadTooLong => Kind::PayloadTooLong,
        FaultKind::Ambiguous => Kind::AmbiguousLength,
        FaultKind::BadTag | FaultKind::BadLength | FaultKind::Truncated
            if is_framed && rest.starts_with(is_blank) =>
        {
            Kind::SurroundingSpace
        }
        FaultKind::BadTag => Kind::BadTag,
        FaultKind::BadLength | FaultKind::SplitCharacter => Kind::BadLength,
        FaultKind::Truncated => Kind::Truncated,
    };
    let spot = Spot {
        span: fault.span.clone(),
        ..Spot::payload(payload)
    };
    judge.report(kind, &spot, Some(rest));
}

/// The field counts only as the last one: a checksum in the middle covers what stands before it
/// and lets anything be appended.
fn check_checksum(judge: &mut Judge<'_, '_>, checksum: &Node<'_, '_>) {
    let payload = judge.tree.payload();
    let spot = Spot::root(checksum);
    if checksum.span().end != payload.len() {
        judge.report(Kind::ChecksumNotLast, &spot, None);
    }
    let value = checksum.value();
    let covered = checksum.span().end - value.len();
    let computed = crc::checksum(payload.as_bytes().get(..covered).unwrap_or(&[]));
    if hexadecimal(value) != Some(computed) {
        let computed = alloc::format!("{computed:04X}");
        judge.report(Kind::ChecksumWrong, &spot, Some(&computed));
    }
}

/// Exactly four hexadecimal digits of either case.
fn hexadecimal(text: &str) -> Option<u16> {
    let [a, b, c, d] = text.as_bytes() else {
        return None;
    };
    let mut number = 0;
    for byte in [a, b, c, d] {
        let digit = match byte {
            b'0'..=b'9' => byte - b'0',
            b'A'..=b'F' => byte - b'A' + 10,
            b'a'..=b'f' => byte - b'a' + 10,
            _ => return None,
        };
        number = number << 4 | u16::from(digit);
    }
    Some(number)
}
