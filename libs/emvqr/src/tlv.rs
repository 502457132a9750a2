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

use crate::few::Few;
use crate::limits::NODES_INLINE;

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
    ///
    /// ```
    /// assert_eq!(emvqr::tlv::Tag::new(63).unwrap().number(), 63);
    /// ```
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

/// Which templates could not be read to their end; gathered once, so that a code made of faults
/// only is still judged in linear time.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Broken {
    root: bool,
    /// Templates of the root, by tag, as bits.
    templates: u128,
    /// The same for templates inside those templates, by the tag of the outer one.
    inside: u128,
}

impl Broken {
    /// Whether the root could be read to its end.
    pub(crate) fn root_is_whole(self) -> bool {
        !self.root
    }

    /// Whether the template at this path could be read to its end.
    pub(crate) fn is_readable(self, path: [Option<Tag>; 3]) -> bool {
        match path {
            [None, _, _] => !self.root,
            [Some(root), None, _] => self.templates & (1_u128 << root.number()) == 0,
            [Some(root), Some(_), _] => self.inside & (1_u128 << root.number()) == 0,
        }
    }
}

/// A payload taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tree<'a> {
    payload: &'a str,
    unit: Unit,
    /// Whether the payload is printable ASCII throughout, so that characters are bytes and no
    /// text in it can deceive the eye.
    is_ans: bool,
    is_regular: bool,
    /// How many fields of the root are account templates, 26 to 51.
    accounts: u16,
    /// All fields in reading order, each before its children.
    nodes: Few<Raw, NODES_INLINE>,
    /// By tag number, the index in `nodes` of the first field of the root with it: readers ask for
    /// a dozen fields by number, and a search for each would cost more than parsing.
    first: [u16; TAGS],
    faults: Vec<Fault>,
}

const TAGS: usize = 100;
/// No such field. Greater than any index: a payload of 4,096 bytes holds at most 1,024 fields on
/// each of three levels.
const NO_NODE: u16 = u16::MAX;

/// One field as stored, in one word, so that it travels in a register. From the lowest bits up:
/// where its tag stands in the payload (16), how many bytes its value has (16), the index of the
/// next field that is not inside this one (16), its tag (8). 16 bits are enough for an offset into
/// 4,096 bytes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Raw(u64);

impl Raw {
    #[inline]
    fn new([start, length, next]: [u16; 3], tag: u8) -> Self {
        let numbers = u64::from(start) | u64::from(length) << 16 | u64::from(next) << 32;
        Self(numbers | u64::from(tag) << 48)
    }

    #[inline]
    fn numbers(self) -> [u16; 3] {
        let [a, b, c, d, e, f, _, _] = self.0.to_le_bytes();
        [[a, b], [c, d], [e, f]].map(u16::from_le_bytes)
    }

    #[inline]
    fn start(self) -> usize {
        let [start, _, _] = self.numbers();
        usize::from(start)
    }

    #[inline]
    fn length(self) -> usize {
        let [_, length, _] = self.numbers();
        usize::from(length)
    }

    #[inline]
    fn next(self) -> u16 {
        let [_, _, next] = self.numbers();
        next
    }

    #[inline]
    fn with_next(self, next: u16) -> Self {
        let [start, length, _] = self.numbers();
        Self::new([start, length, next], self.tag())
    }

    #[inline]
    fn tag(self) -> u8 {
        let [.., tag, _] = self.0.to_le_bytes();
        tag
    }
}

impl<'a> Tree<'a> {
    /// The text that was parsed.
    ///
    /// ```
    /// let tree = emvqr::tlv::parse("000201010211");
    /// assert_eq!(tree.payload(), "000201010211");
    /// ```
    #[must_use]
    pub fn payload(&self) -> &'a str {
        self.payload
    }

    /// Whether it is printable ASCII of which everything could be read, no tag repeats, and each
    /// container that tags tell apart holds what the field table wants of a KHQR, in the lengths
    /// and digits that it wants. Found out on the way, because the parser has all of it at hand;
    /// what follows from it is left to the reader.
    pub(crate) fn is_regular(&self) -> bool {
        self.is_regular
    }

    /// Whether the root holds more account templates than one.
    pub(crate) fn has_accounts(&self) -> bool {
        self.accounts > 1
    }

    /// Whether the payload is printable ASCII throughout.
    pub(crate) fn is_ans(&self) -> bool {
        self.is_ans
    }

    /// What its lengths count.
    ///
    /// ```
    /// let tree = emvqr::tlv::parse("000201010211");
    /// assert_eq!(tree.unit(), emvqr::tlv::Unit::CodePoints);
    /// ```
    #[must_use]
    pub fn unit(&self) -> Unit {
        self.unit
    }

    /// The fields of the root, in order.
    ///
    /// ```
    /// let tree = emvqr::tlv::parse("000201010211");
    /// let tags: Vec<u8> = tree.roots().map(|node| node.tag().number()).collect();
    /// assert_eq!(tags, [0, 1]);
    /// ```
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
    #[inline]
    pub fn root(&self, number: u8) -> Option<Node<'_, 'a>> {
        self.node(*self.first.get(usize::from(number))?)
    }

    #[inline]
    fn node(&self, index: u16) -> Option<Node<'_, 'a>> {
        let raw = self.nodes.get(index)?;
        Some(Node {
            tree: self,
            index,
            raw,
        })
    }

    /// What could not be read.
    ///
    /// ```
    /// let tree = emvqr::tlv::parse("0002016");
    /// assert_eq!(tree.faults()[0].kind, emvqr::tlv::FaultKind::Truncated);
    /// ```
    #[must_use]
    pub fn faults(&self) -> &[Fault] {
        &self.faults
    }

    pub(crate) fn broken(&self) -> Broken {
        let mut broken = Broken::default();
        for fault in &self.faults {
            match fault.within {
                [None, _] => broken.root = true,
                [Some(root), None] => broken.templates |= 1_u128 << root.number(),
                [Some(root), Some(_)] => broken.inside |= 1_u128 << root.number(),
            }
        }
        broken
    }
}

/// One field of a [`Tree`].
#[derive(Debug, Clone, Copy)]
pub struct Node<'t, 'a> {
    tree: &'t Tree<'a>,
    index: u16,
    raw: Raw,
}

impl<'t, 'a> Node<'t, 'a> {
    /// Its tag.
    ///
    /// ```
    /// let tree = emvqr::tlv::parse("000201010211");
    /// assert_eq!(tree.root(1).unwrap().tag().to_string(), "01");
    /// ```
    #[must_use]
    #[inline]
    pub fn tag(&self) -> Tag {
        Tag(self.raw.tag())
    }

    /// Its value, a slice of the payload.
    ///
    /// ```
    /// let tree = emvqr::tlv::parse("000201010211");
    /// assert_eq!(tree.root(1).unwrap().value(), "11");
    /// ```
    #[must_use]
    #[inline]
    pub fn value(&self) -> &'a str {
        let start = self.raw.start() + parser::HEADER_BYTES;
        let end = start + self.raw.length();
        // The parser found both ends, so there is always such a slice.
        self.tree.payload.get(start..end).unwrap_or_default()
    }

    /// Where it stands with its tag and length, in bytes of the payload.
    ///
    /// ```
    /// let tree = emvqr::tlv::parse("000201010211");
    /// assert_eq!(tree.root(1).unwrap().span(), 6..12);
    /// ```
    #[must_use]
    pub fn span(&self) -> Range<usize> {
        let start = self.raw.start();
        start..start + parser::HEADER_BYTES + self.raw.length()
    }

    /// Whether its value is empty.
    #[inline]
    pub(crate) fn is_empty(&self) -> bool {
        self.raw.length() == 0
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
    #[inline]
    pub fn children(&self) -> Nodes<'t, 'a> {
        Nodes {
            tree: self.tree,
            index: self.index + 1,
            end: self.raw.next(),
        }
    }

    /// The first field inside with this tag number.
    ///
    /// ```
    /// let tree = emvqr::tlv::parse("62090105INV-7");
    /// assert_eq!(tree.root(62).unwrap().child(1).unwrap().value(), "INV-7");
    /// ```
    #[must_use]
    #[inline]
    pub fn child(&self, number: u8) -> Option<Self> {
        self.children().find(|node| node.raw.tag() == number)
    }
}

/// The same field of the same text.
impl PartialEq for Node<'_, '_> {
    fn eq(&self, other: &Self) -> bool {
        self.raw == other.raw && self.tree.payload == other.tree.payload
    }
}

/// Fields side by side.
#[derive(Debug, Clone)]
pub struct Nodes<'t, 'a> {
    tree: &'t Tree<'a>,
    index: u16,
    end: u16,
}

impl<'t, 'a> Iterator for Nodes<'t, 'a> {
    type Item = Node<'t, 'a>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        if self.index >= self.end {
            return None;
        }
        let node = self.tree.node(self.index)?;
        self.index = node.raw.next();
        Some(node)
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
    parser::parse::<false>(payload)
}

/// The same, and finds out whether the tree is regular.
pub(crate) fn parse_looking(payload: &str) -> Tree<'_> {
    parser::parse::<true>(payload)
}

/// The fields of one container, read as they are asked for, of a text whose lengths count Unicode
/// characters: for containers that EMVCo's tables do not know of. Ends where the text stops being
/// readable.
///
/// ```
/// let mut fields = emvqr::tlv::fields("0006970436010412345");
/// assert_eq!(fields.next(), Some((0, "970436")));
/// assert_eq!(fields.next(), Some((1, "1234")));
/// assert_eq!(fields.next(), None);
/// ```
#[must_use]
pub fn fields(text: &str) -> Fields<'_> {
    Fields { rest: text }
}

/// See [`fields`].
#[derive(Debug, Clone)]
pub struct Fields<'a> {
    rest: &'a str,
}

impl<'a> Iterator for Fields<'a> {
    type Item = (u8, &'a str);

    fn next(&mut self) -> Option<Self::Item> {
        let (header, body) = self.rest.split_at_checked(parser::HEADER_BYTES)?;
        let (tag, count) = parser::two_numbers(*header.as_bytes().first_chunk()?)?;
        let count = usize::from(count);
        let mut ends = body.char_indices().map(|(at, _)| at).chain([body.len()]);
        let (value, rest) = body.split_at_checked(ends.nth(count)?)?;
        self.rest = rest;
        Some((tag, value))
    }
}
