//! The one pass that builds a tree.

use alloc::vec;
use alloc::vec::Vec;

use super::{Fault, FaultKind, NO_NODE, Raw, TAGS, Tag, Tree, Unit};
use crate::few::Few;
use crate::limits::{DEPTH_MAX, PAYLOAD_BYTES_MAX};
use crate::rules::{self, Place};
use crate::text;

/// Two digits of tag and two of length: ASCII, so also four bytes.
pub(super) const HEADER_BYTES: usize = 4;
/// The same as an offset is counted. Offsets stay below 4,096 + 4 + 4 · 99, far from 65,536.
const HEADER: u16 = 4;

const CHECKSUM_TAG: Tag = Tag(63);
const CHECKSUM_CHARS: usize = 4;

/// `LOOK` says whether to find out on the way if the tree is regular.
#[inline]
pub(super) fn parse<const LOOK: bool>(payload: &str) -> Tree<'_> {
    let mut tree = Tree {
        payload,
        unit: Unit::CodePoints,
        is_ans: text::is_ans(payload),
        is_regular: LOOK,
        accounts: 0,
        nodes: Few::new(),
        first: [NO_NODE; TAGS],
        faults: Vec::new(),
    };
    if payload.len() > PAYLOAD_BYTES_MAX {
        tree.faults = vec![Fault {
            kind: FaultKind::PayloadTooLong,
            within: [None; 2],
            span: 0..payload.len(),
        }];
        return tree;
    }
    let is_ascii = tree.is_ans || payload.is_ascii();
    let mut parser = Parser {
        tree: &mut tree,
        is_ascii,
    };
    parser.level::<LOOK, 1>(Level::ROOT, payload.as_bytes(), 0);
    // Four-byte sequences begin with 0xF0 or more: without one both units count alike.
    if !is_ascii && payload.bytes().any(|byte| byte >= 0xf0) {
        try_other_unit(&mut tree);
    }
    tree
}

/// Puts in place of a reading that is not whole the one in the other unit, if that is.
#[cold]
fn try_other_unit(tree: &mut Tree<'_>) {
    let payload = tree.payload;
    let mut other = Tree {
        payload,
        unit: Unit::Utf16,
        is_ans: false,
        is_regular: false,
        accounts: 0,
        nodes: Few::new(),
        first: [NO_NODE; TAGS],
        faults: Vec::new(),
    };
    let mut parser = Parser {
        tree: &mut other,
        is_ascii: false,
    };
    parser.level::<false, 1>(Level::ROOT, payload.as_bytes(), 0);
    match (is_whole(tree), is_whole(&other)) {
        (false, true) => *tree = other,
        (true, true) => {
            let fault = Fault {
                kind: FaultKind::Ambiguous,
                within: [None; 2],
                span: 0..payload.len(),
            };
            tree.faults.push(fault);
        }
        (true | false, false) => {}
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

/// What the fields that are being read lie in.
#[derive(Debug, Clone, Copy)]
struct Level {
    place: Place,
    within: [Option<Tag>; 2],
}

impl Level {
    const ROOT: Self = Self {
        place: Place::Root,
        within: [None; 2],
    };

    /// The level inside the template `tag` of this one.
    #[inline]
    fn inside(self, place: Place, tag: u8) -> Self {
        let within = match self.within {
            [None, _] => [Some(Tag(tag)), None],
            [outer, _] => [outer, Some(Tag(tag))],
        };
        Self { place, within }
    }
}

struct Parser<'t, 'a> {
    tree: &'t mut Tree<'a>,
    is_ascii: bool,
}

impl Parser<'_, '_> {
    /// Reads the fields of one container, whose `text` begins at `offset`. The depth is known to
    /// the compiler, which makes a function of its own of each.
    fn level<const LOOK: bool, const DEPTH: u8>(&mut self, level: Level, text: &[u8], offset: u16) {
        let rows = rules::quick(level.place);
        let (mut rest, mut start) = (text, offset);
        let (mut seen, mut is_regular) = (0_u64, self.tree.is_ans);
        while let Some((header, body)) = rest.split_first_chunk::<HEADER_BYTES>() {
            let Some((tag, count)) = two_numbers(*header) else {
                break;
            };
            let at = start + HEADER;
            let length = if self.is_ascii {
                u16::from(count)
            } else {
                match self.bytes_of(count, at, body) {
                    Ok(length) => length,
                    Err(kind) => return self.fault(kind, level.within, start, rest),
                }
            };
            let Some((value, after)) = body.split_at_checked(usize::from(length)) else {
                return self.fault(FaultKind::Truncated, level.within, start, rest);
            };
            let index = self.tree.nodes.len();
            let raw = Raw::new([start, length, index + 1], tag);
            self.tree.nodes.push(raw);
            if DEPTH > 1 {
                if LOOK {
                    // Of tags from 64 on inside a template, which few codes have, nothing is
                    // said here, so that the others fit one word.
                    let bit = 1_u64 << (tag & 63);
                    is_regular &= (seen & bit == 0) & (tag < 64);
                    seen |= bit;
                }
            } else if let Some(first) = self.tree.first.get_mut(usize::from(tag)) {
                if *first == NO_NODE {
                    *first = index;
                } else {
                    is_regular = false;
                }
            }
            let quick = rows.at(tag);
            if LOOK {
                is_regular &= quick.passes(value);
            }
            if let Some(place) = quick.inner
                && DEPTH < DEPTH_MAX
            {
                let is_account = matches!(tag, 26..=51) && DEPTH == 1;
                self.tree.accounts += u16::from(is_account);
                let inside = level.inside(place, tag);
                match DEPTH {
                    1 => self.level::<LOOK, 2>(inside, value, at),
                    _ => self.level::<LOOK, 3>(inside, value, at),
                }
                let next = self.tree.nodes.len();
                if let Some(slot) = self.tree.nodes.get_mut(index) {
                    *slot = raw.with_next(next);
                }
            }
            start = at + length;
            rest = after;
        }
        if LOOK {
            let is_complete = if DEPTH > 1 {
                rows.is_complete(u128::from(seen))
            } else {
                rows.all_needed(|tag| self.tree.root(tag).is_some())
            };
            self.tree.is_regular &= is_regular & is_complete;
        }
        if !rest.is_empty() {
            self.fault(fault_of_header(rest), level.within, start, rest);
        }
    }

    /// How many bytes `count` characters take at the head of `body`, which begins at `start`.
    fn bytes_of(&self, count: u8, start: u16, body: &[u8]) -> Result<u16, FaultKind> {
        let all_ascii = body.get(..usize::from(count)).is_some_and(<[u8]>::is_ascii);
        if all_ascii {
            return Ok(u16::from(count));
        }
        let start = usize::from(start);
        let body = self.tree.payload.get(start..start + body.len());
        let (mut left, mut bytes) = (usize::from(count), 0);
        for character in body.unwrap_or_default().chars() {
            if left == 0 {
                break;
            }
            let width = match self.tree.unit {
                Unit::CodePoints => 1,
                Unit::Utf16 => character.len_utf16(),
            };
            left = left.checked_sub(width).ok_or(FaultKind::SplitCharacter)?;
            bytes += character.len_utf8();
        }
        match u16::try_from(bytes) {
            Ok(bytes) if left == 0 => Ok(bytes),
            Ok(_) | Err(_) => Err(FaultKind::Truncated),
        }
    }

    #[cold]
    fn fault(&mut self, kind: FaultKind, within: [Option<Tag>; 2], start: u16, rest: &[u8]) {
        let start = usize::from(start);
        let span = start..start + rest.len();
        self.tree.is_regular = false;
        self.tree.faults.push(Fault { kind, within, span });
    }
}

/// Two numbers of two digits each, all four looked at in one word.
#[inline]
pub(super) fn two_numbers(header: [u8; 4]) -> Option<(u8, u8)> {
    const ZEROS: u32 = 0x3030_3030;
    const ABOVE_NINE: u32 = 0x7676_7676;
    const TOP_BITS: u32 = 0x8080_8080;
    let digits = u32::from_be_bytes(header) ^ ZEROS;
    // A digit leaves 0 to 9, and only what is above 9 carries into, or has, its byte's top bit.
    if (digits.wrapping_add(ABOVE_NINE) | digits) & TOP_BITS != 0 {
        return None;
    }
    let [a, b, c, d] = digits.to_be_bytes();
    Some((a * 10 + b, c * 10 + d))
}

/// What is wrong where a field should begin.
#[cold]
fn fault_of_header(rest: &[u8]) -> FaultKind {
    for (bytes, bad) in rest
        .chunks(2)
        .zip([FaultKind::BadTag, FaultKind::BadLength])
    {
        match bytes {
            [b'0'..=b'9', b'0'..=b'9'] => {}
            [b'0'..=b'9'] => return FaultKind::Truncated,
            _ => return bad,
        }
    }
    FaultKind::Truncated
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
