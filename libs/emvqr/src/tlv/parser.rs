//! The one pass that builds a tree.

use alloc::vec;
use alloc::vec::Vec;
use core::ops::Range;

use super::{Fault, FaultKind, NO_NODE, Raw, TAGS, Tag, Tree, Unit};
use crate::limits::{DEPTH_MAX, NODES_EXPECTED, PAYLOAD_BYTES_MAX};
use crate::rules::{self, Place};

/// Two digits of tag and two of length: ASCII, so also four bytes.
pub(super) const HEADER_BYTES: usize = 4;

const CHECKSUM_TAG: Tag = Tag(63);
const CHECKSUM_CHARS: usize = 4;

pub(super) fn parse(payload: &str) -> Tree<'_> {
    if payload.len() > PAYLOAD_BYTES_MAX {
        let fault = Fault {
            kind: FaultKind::PayloadTooLong,
            within: [None; 2],
            span: 0..payload.len(),
        };
        return Tree {
            payload,
            unit: Unit::CodePoints,
            nodes: Vec::new(),
            first: [NO_NODE; TAGS],
            faults: vec![fault],
        };
    }
    let mut tree = parse_counting(payload, Unit::CodePoints);
    // Four-byte sequences begin with 0xF0 or more: without one both units count alike.
    if payload.is_ascii() || payload.bytes().all(|byte| byte < 0xf0) {
        return tree;
    }
    let other = parse_counting(payload, Unit::Utf16);
    match (is_whole(&tree), is_whole(&other)) {
        (false, true) => other,
        (true, true) => {
            let fault = Fault {
                kind: FaultKind::Ambiguous,
                within: [None; 2],
                span: 0..payload.len(),
            };
            tree.faults.push(fault);
            tree
        }
        (true | false, false) => tree,
    }
}

/// Whether a reading consumed the payload exactly and ended with a checksum.
fn is_whole(tree: &Tree<'_>) -> bool {
    tree.faults.iter().all(|fault| fault.within != [None; 2])
        && tree
            .roots()
            .last()
            .is_some_and(|last| last.tag() == CHECKSUM_TAG && last.value().len() == CHECKSUM_CHARS)
}

fn parse_counting(payload: &str, unit: Unit) -> Tree<'_> {
    let mut parser = Parser {
        unit,
        ascii: payload.is_ascii(),
        nodes: Vec::with_capacity(NODES_EXPECTED),
        first: [NO_NODE; TAGS],
        faults: Vec::new(),
    };
    parser.level(payload, 0, Place::Root, 1, [None; 2]);
    Tree {
        payload,
        unit,
        nodes: parser.nodes,
        first: parser.first,
        faults: parser.faults,
    }
}

struct Parser<'a> {
    unit: Unit,
    ascii: bool,
    nodes: Vec<Raw<'a>>,
    first: [u16; TAGS],
    faults: Vec<Fault>,
}

impl<'a> Parser<'a> {
    /// Reads the fields of one container; `offset` is where its text begins in the payload.
    fn level(
        &mut self,
        text: &'a str,
        offset: usize,
        place: Place,
        depth: u8,
        within: [Option<Tag>; 2],
    ) {
        let end = offset + text.len();
        let mut rest = text;
        let mut start = offset;
        while !rest.is_empty() {
            let (tag, value, after) = match self.field(rest) {
                Ok(field) => field,
                Err(kind) => return self.fault(kind, within, start..end),
            };
            let index = self.nodes.len();
            if depth == 1
                && let Some(first) = self.first.get_mut(usize::from(tag.number()))
                && *first == NO_NODE
            {
                *first = u16::try_from(index).unwrap_or(NO_NODE);
            }
            self.nodes.push(Raw {
                tag,
                value,
                start,
                next: index + 1,
            });
            if depth < DEPTH_MAX
                && let Some(inner) = rules::opens(place, tag.number())
            {
                let path = match within {
                    [None, _] => [Some(tag), None],
                    [outer, _] => [outer, Some(tag)],
                };
                self.level(value, start + HEADER_BYTES, inner, depth + 1, path);
                let next = self.nodes.len();
                if let Some(raw) = self.nodes.get_mut(index) {
                    raw.next = next;
                }
            }
            start += HEADER_BYTES + value.len();
            rest = after;
        }
    }

    /// The first field of `rest`, and what follows it.
    fn field(&self, rest: &'a str) -> Result<(Tag, &'a str, &'a str), FaultKind> {
        let mut bytes = rest.bytes();
        let tag = two_digits(bytes.next(), bytes.next(), FaultKind::BadTag)?;
        let length = two_digits(bytes.next(), bytes.next(), FaultKind::BadLength)?;
        let (_, body) = rest
            .split_at_checked(HEADER_BYTES)
            .ok_or(FaultKind::Truncated)?;
        let (value, after) = self.take(body, usize::from(length))?;
        Ok((Tag(tag), value, after))
    }

    fn take(&self, body: &'a str, count: usize) -> Result<(&'a str, &'a str), FaultKind> {
        if self.ascii || body.as_bytes().get(..count).is_some_and(<[u8]>::is_ascii) {
            return body.split_at_checked(count).ok_or(FaultKind::Truncated);
        }
        let mut left = count;
        for (position, character) in body.char_indices() {
            if left == 0 {
                return body.split_at_checked(position).ok_or(FaultKind::Truncated);
            }
            let width = match self.unit {
                Unit::CodePoints => 1,
                Unit::Utf16 => character.len_utf16(),
            };
            left = left.checked_sub(width).ok_or(FaultKind::SplitCharacter)?;
        }
        if left == 0 {
            Ok((body, ""))
        } else {
            Err(FaultKind::Truncated)
        }
    }

    fn fault(&mut self, kind: FaultKind, within: [Option<Tag>; 2], span: Range<usize>) {
        self.faults.push(Fault { kind, within, span });
    }
}

fn two_digits(tens: Option<u8>, ones: Option<u8>, bad: FaultKind) -> Result<u8, FaultKind> {
    match (tens, ones) {
        (Some(tens @ b'0'..=b'9'), Some(ones @ b'0'..=b'9')) => {
            Ok((tens - b'0') * 10 + (ones - b'0'))
        }
        (Some(b'0'..=b'9') | None, None) => Err(FaultKind::Truncated),
        (Some(_) | None, Some(_)) | (Some(_), None) => Err(bad),
    }
}

#[cfg(test)]
mod tests {
    use alloc::format;
    use alloc::string::String;
    use alloc::vec::Vec;

    use super::super::{FaultKind, Node, Unit, parse};

    fn show(node: &Node<'_, '_>) -> String {
        let children: Vec<String> = node.children().map(|child| show(&child)).collect();
        if children.is_empty() {
            format!("{}={}", node.tag(), node.value())
        } else {
            format!("{}({})", node.tag(), children.join(" "))
        }
    }

    fn check(payload: &str, want: &str, faults: &[(FaultKind, &str, usize)]) {
        let tree = parse(payload);
        let roots: Vec<String> = tree.roots().map(|node| show(&node)).collect();
        assert_eq!(roots.join(" "), want, "{payload}");
        let found: Vec<(FaultKind, String, usize)> = tree
            .faults()
            .iter()
            .map(|fault| {
                let within: Vec<String> = fault
                    .within
                    .iter()
                    .flatten()
                    .map(|tag| format!("{tag}"))
                    .collect();
                (fault.kind, within.join("."), fault.span.start)
            })
            .collect();
        let want: Vec<(FaultKind, String, usize)> = faults
            .iter()
            .map(|(kind, path, at)| (*kind, String::from(*path), *at))
            .collect();
        assert_eq!(found, want, "{payload}");
    }

    #[test]
    fn fields_and_templates() {
        check("", "", &[]);
        check("000201010211", "00=01 01=11", &[]);
        check("29170013shop_one@aclb", "29(00=shop_one@aclb)", &[]);
        check("620950050001x", "62(50(00=x))", &[]);
        // Three levels and no more: the value of 62.50.00 could be read as a field.
        check("6213500900050102x", "62(50(00=0102x))", &[]);
        check(
            "620950050002x",
            "62(50=0002x)",
            &[(FaultKind::Truncated, "62.50", 8)],
        );
        check("6100", "61=", &[]);
        check(
            "64200002ZH0104最佳运输0202北京",
            "64(00=ZH 01=最佳运输 02=北京)",
            &[],
        );
    }

    #[test]
    fn unreadable_parts_are_faults() {
        check("EAB3", "", &[(FaultKind::BadTag, "", 0)]);
        check("0", "", &[(FaultKind::Truncated, "", 0)]);
        check("000", "", &[(FaultKind::Truncated, "", 0)]);
        check("0002016", "00=01", &[(FaultKind::Truncated, "", 6)]);
        check("000201 ", "00=01", &[(FaultKind::BadTag, "", 6)]);
        check("0002016299AB", "00=01", &[(FaultKind::Truncated, "", 6)]);
        check("00020162-4ABCD", "00=01", &[(FaultKind::BadLength, "", 6)]);
        check(
            "00020162０４0100",
            "00=01",
            &[(FaultKind::BadLength, "", 6)],
        );
        check(
            "6204ABCD0002",
            "62=ABCD",
            &[(FaultKind::BadTag, "62", 4), (FaultKind::Truncated, "", 8)],
        );
    }

    #[test]
    fn astral_characters_are_read_as_the_writer_counted() {
        fn unit(payload: &str, want: Unit, faults: usize) {
            let tree = parse(payload);
            assert_eq!(
                (tree.unit(), tree.faults().len()),
                (want, faults),
                "{payload}"
            );
        }
        unit("5903寿司🍣6304ABCD", Unit::CodePoints, 0);
        unit("5904寿司🍣6304ABCD", Unit::Utf16, 0);
        // One reader sees 59 and 63, the other a name that swallows the checksum's first digit.
        unit("5905寿司🍣6304ABCD", Unit::CodePoints, 1);
        // Cuts the emoji in two for one, and leaves it out for the other.
        unit("5901🍣6304ABCD", Unit::CodePoints, 0);
    }

    #[test]
    fn a_payload_with_two_whole_readings_is_ambiguous() {
        // Points: 59 = emoji and `0`, then 01. Units: 59 = emoji, then 00. Both end with 63.
        let payload = "5902🍣00110VVVVVVVVVV6304ABCD";
        check(
            payload,
            "59=🍣0 01=VVVVVVVVVV 63=ABCD",
            &[(FaultKind::Ambiguous, "", 0)],
        );
    }

    #[test]
    fn too_long_is_not_read() {
        let long = "0".repeat(4_097);
        let tree = parse(&long);
        assert_eq!(tree.roots().count(), 0);
        assert_eq!(tree.faults()[0].kind, FaultKind::PayloadTooLong);
        let longest = "0000".repeat(1_024);
        assert_eq!(parse(&longest).roots().count(), 1_024);
    }
}
