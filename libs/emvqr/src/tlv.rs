//! The raw tree of a code: tags, lengths, values, and where they stand. Nothing is judged here.
//!
//! Doctrine. A length counts *characters*, while offsets and the checksum are about bytes. For
//! nearly every text this leaves nothing to choose; only characters beyond U+FFFF are one for some
//! writers (Go, Python) and two for others (JavaScript, Dart). Such a payload is read both ways,
//! and a reading counts only if it consumes the payload exactly and ends with a checksum field.
//! If both do, the code means two things to two readers, and the tree says so. Parsing never
//! fails: where the text stops being readable the tree stops and keeps the fault; a template that
//! is not readable keeps what came before. Each character is looked at once per level, and there
//! are three levels, so time is linear in the payload.

mod parser;

use alloc::vec::Vec;
use core::fmt;
use core::ops::Range;

/// A tag, 00 to 99.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tag(u8);

impl Tag {
    /// The tag with this number, below 100.
    ///
    /// ```
    /// use emvqr::tlv::Tag;
    /// assert_eq!(Tag::new(2).unwrap().to_string(), "02");
    /// assert_eq!(Tag::new(100), None);
    /// ```
    #[must_use]
    pub const fn new(number: u8) -> Option<Self> {
        if number < 100 {
            Some(Self(number))
        } else {
            None
        }
    }

    /// Its number.
    #[must_use]
    pub const fn number(self) -> u8 {
        self.0
    }
}

impl fmt::Display for Tag {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:02}", self.0)
    }
}

impl fmt::Debug for Tag {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

/// What a length counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Unicode characters, as EMVCo has it.
    CodePoints,
    /// UTF-16 units, as the official KHQR SDK has it.
    Utf16,
}

impl Unit {
    /// How long `text` is in this unit.
    ///
    /// ```
    /// use emvqr::tlv::Unit;
    /// assert_eq!(Unit::CodePoints.count("寿司🍣"), 3);
    /// assert_eq!(Unit::Utf16.count("寿司🍣"), 4);
    /// ```
    #[must_use]
    pub fn count(self, text: &str) -> usize {
        if text.is_ascii() {
            return text.len();
        }
        match self {
            Self::CodePoints => text.chars().count(),
            Self::Utf16 => text.chars().map(char::len_utf16).sum(),
        }
    }
}

/// Why a part could not be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FaultKind {
    /// More bytes than any code can have; nothing was read.
    PayloadTooLong,
    /// No two digits where a tag should be.
    BadTag,
    /// No two digits where a length should be.
    BadLength,
    /// The text ends within a field.
    Truncated,
    /// The length cuts a character in two.
    SplitCharacter,
    /// Two readings are possible, see [`Unit`].
    Ambiguous,
}

/// A part that could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Why.
    pub kind: FaultKind,
    /// The templates that it lies in, outermost first.
    pub within: [Option<Tag>; 2],
    /// From where reading stopped to the end of its container, in bytes of the payload.
    pub span: Range<usize>,
}

/// A payload taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tree<'a> {
    payload: &'a str,
    unit: Unit,
    /// All fields in reading order, each before its children.
    nodes: Vec<Raw<'a>>,
    /// By tag number, the index in `nodes` of the first field of the root with it: readers ask for
    /// a dozen fields by number, and a search for each would cost more than parsing.
    first: [u16; TAGS],
    faults: Vec<Fault>,
}

const TAGS: usize = 100;
/// No such field. Greater than any index: a payload of 4,096 bytes holds at most 1,024 fields on
/// each of three levels.
const NO_NODE: u16 = u16::MAX;

/// One field as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Raw<'a> {
    tag: Tag,
    value: &'a str,
    start: usize,
    /// The index of the next field that is not inside this one.
    next: usize,
}

impl<'a> Tree<'a> {
    /// The text that was parsed.
    #[must_use]
    pub fn payload(&self) -> &'a str {
        self.payload
    }

    /// What its lengths count.
    #[must_use]
    pub fn unit(&self) -> Unit {
        self.unit
    }

    /// The fields of the root, in order.
    pub fn roots(&self) -> Nodes<'_, 'a> {
        Nodes {
            tree: self,
            index: 0,
            end: self.nodes.len(),
        }
    }

    /// The first field of the root with this tag number.
    ///
    /// ```
    /// let tree = emvqr::tlv::parse("000201010211");
    /// assert_eq!(tree.root(1).unwrap().value(), "11");
    /// assert_eq!(tree.root(63), None);
    /// ```
    #[must_use]
    pub fn root(&self, number: u8) -> Option<Node<'_, 'a>> {
        let index = usize::from(*self.first.get(usize::from(number))?);
        let raw = self.nodes.get(index)?;
        Some(Node {
            tree: self,
            index,
            raw,
        })
    }

    /// What could not be read.
    #[must_use]
    pub fn faults(&self) -> &[Fault] {
        &self.faults
    }
}

/// One field of a [`Tree`].
#[derive(Debug, Clone, Copy)]
pub struct Node<'t, 'a> {
    tree: &'t Tree<'a>,
    index: usize,
    raw: &'t Raw<'a>,
}

impl<'t, 'a> Node<'t, 'a> {
    /// Its tag.
    #[must_use]
    pub fn tag(&self) -> Tag {
        self.raw.tag
    }

    /// Its value, a slice of the payload.
    #[must_use]
    pub fn value(&self) -> &'a str {
        self.raw.value
    }

    /// Where it stands with its tag and length, in bytes of the payload.
    #[must_use]
    pub fn span(&self) -> Range<usize> {
        let start = self.raw.start;
        start..start + parser::HEADER_BYTES + self.raw.value.len()
    }

    /// The fields inside, if it is a template.
    ///
    /// ```
    /// let tree = emvqr::tlv::parse("29170013shop_one@aclb");
    /// let account = tree.root(29).unwrap();
    /// assert_eq!(account.child(0).unwrap().value(), "shop_one@aclb");
    /// assert_eq!(account.child(0).unwrap().span(), 4..21);
    /// ```
    #[must_use]
    pub fn children(&self) -> Nodes<'t, 'a> {
        Nodes {
            tree: self.tree,
            index: self.index + 1,
            end: self.raw.next,
        }
    }

    /// The first field inside with this tag number.
    #[must_use]
    pub fn child(&self, number: u8) -> Option<Self> {
        self.children().find(|node| node.tag().number() == number)
    }
}

impl PartialEq for Node<'_, '_> {
    fn eq(&self, other: &Self) -> bool {
        self.raw == other.raw
    }
}

/// Fields side by side.
#[derive(Debug, Clone)]
pub struct Nodes<'t, 'a> {
    tree: &'t Tree<'a>,
    index: usize,
    end: usize,
}

impl<'t, 'a> Iterator for Nodes<'t, 'a> {
    type Item = Node<'t, 'a>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.index >= self.end {
            return None;
        }
        let index = self.index;
        let raw = self.tree.nodes.get(index)?;
        self.index = raw.next;
        Some(Node {
            tree: self.tree,
            index,
            raw,
        })
    }
}

/// Takes a payload apart. Never fails; see [`Tree::faults`].
///
/// ```
/// let tree = emvqr::tlv::parse("000201 6304ABCD");
/// assert_eq!(tree.roots().count(), 1);
/// assert_eq!(tree.faults()[0].kind, emvqr::tlv::FaultKind::BadTag);
/// assert_eq!(tree.faults()[0].span, 6..15);
/// ```
#[must_use]
pub fn parse(payload: &str) -> Tree<'_> {
    parser::parse(payload)
}
