//! What the rows of the table say: presence, repetition, lengths, alphabets.

use super::judge::{Judge, Spot, name_of};
use super::texts;
use crate::code::Scheme;
use crate::rules::kinds::Kind;
use crate::rules::{self, FieldRule, Needed, Place, Shape};
use crate::text;
use crate::tlv::{Node, Nodes, Tag};

/// Fields that other checks judge by their meaning; their lengths say nothing more.
const CHECKSUM: u8 = 63;
const AMOUNT: u8 = 54;
const NAME: u8 = 59;
const CITY: u8 = 60;
const LOCAL_NAME: u8 = 1;
const DATA_REQUEST: u8 = 9;

pub(super) fn check(judge: &mut Judge<'_, '_>) {
    // What the rows want of a KHQR the parser has seen already; strict reading wants more.
    if judge.scheme == Scheme::Khqr && judge.tree.is_regular() && !judge.is_strict() {
        return;
    }
    let tree = judge.tree;
    let payload = tree.payload();
    let container = Container {
        place: Place::Root,
        path: [None; 3],
        depth: 0,
        // An absent field of the root would have stood before the end.
        end: payload.len(),
    };
    container.check(judge, tree.roots());
}

/// The fields between which tags must not repeat.
#[derive(Debug, Clone, Copy)]
struct Container {
    place: Place,
    path: [Option<Tag>; 3],
    depth: usize,
    end: usize,
}

impl Container {
    fn check<'t, 'a>(self, judge: &mut Judge<'t, 'a>, nodes: Nodes<'t, 'a>) {
        let mut seen: u128 = 0;
        let mut filled: u128 = 0;
        for node in nodes {
            let number = node.tag().number();
            let bit = 1_u128 << number;
            if seen & bit != 0 {
                self.report_repeated(judge, &node);
            }
            seen |= bit;
            let quick = rules::quick(self.place).at(number);
            if !node.is_empty() {
                filled |= bit;
                if !(judge.is_ans && quick.passes(node.value().as_bytes())) {
                    self.check_value(judge, &node, rules::field(self.place, number));
                }
            }
            if let Some(inner) = quick.inner {
                self.descend(judge, &node, inner);
            }
        }
        // Of what could not be read nothing can be called missing.
        if judge.is_readable(self.path) {
            self.check_needs(judge, seen, filled);
        }
    }

    #[cold]
    fn report_repeated(self, judge: &mut Judge<'_, '_>, node: &Node<'_, '_>) {
        let rule = rules::field(self.place, node.tag().number());
        let spot = self.spot(node, rule);
        judge.report(Kind::RepeatedTag, &spot, Some(node.value()));
    }

    #[inline]
    fn descend<'t, 'a>(self, judge: &mut Judge<'t, 'a>, node: &Node<'t, 'a>, inner: Place) {
        let place = if self.depth == 0 {
            judge.place_of(node, inner)
        } else {
            inner
        };
        let path = self.path_to(node.tag());
        let container = Self {
            place,
            path,
            depth: self.depth + 1,
            end: node.span().end,
        };
        container.check(judge, node.children());
    }

    fn check_value(
        self,
        judge: &mut Judge<'_, '_>,
        node: &Node<'_, '_>,
        rule: Option<&'static FieldRule>,
    ) {
        let (number, value) = (node.tag().number(), node.value());
        let Some(rule) = rule else { return };
        if value.is_empty() {
            return;
        }
        let is_root = self.place == Place::Root;
        if is_root && (65..=79).contains(&number)
            || self.place == Place::Additional && (12..=49).contains(&number)
        {
            judge.report(Kind::ReservedTag, &self.spot(node, Some(rule)), Some(value));
        }
        let is_template = matches!(rule.shape, Shape::Template(_));
        if !is_template && !judge.is_ans && !text::is_ans(value) {
            let spot = self.spot(node, Some(rule));
            self.check_alphabet(judge, rule, &spot, value);
        }
        if is_root && matches!(number, CHECKSUM | AMOUNT) {
            return;
        }
        let chars = if judge.is_ans {
            value.len()
        } else {
            judge.tree.unit().count(value)
        };
        if chars > rule.chars_max {
            let kind = match (self.place, rule.soft) {
                (Place::Store, _) => Kind::StoreId,
                (_, true) => Kind::TooLongMinor,
                (_, false) => Kind::TooLong,
            };
            let spot = self.spot(node, Some(rule)).sdk(rule.sdk_length);
            judge.report(kind, &spot, Some(value));
        } else if chars < rule.chars_min {
            let kind = if self.place == Place::Store {
                Kind::StoreId
            } else {
                Kind::TooShort
            };
            let spot = self.spot(node, Some(rule)).sdk(rule.sdk_length);
            judge.report(kind, &spot, Some(value));
        }
        if rule.shape == Shape::Digits && !text::is_digits(value) {
            let spot = self.spot(node, Some(rule)).sdk(rule.sdk_value);
            judge.report(Kind::NotDigits, &spot, Some(value));
        }
        if self.place == Place::Additional && number == DATA_REQUEST && !is_data_request(value) {
            judge.report(Kind::DataRequest, &self.spot(node, Some(rule)), Some(value));
        }
        let is_name = is_root && matches!(number, NAME | CITY)
            || self.place == Place::Language && number == LOCAL_NAME;
        if is_name && value.trim().is_empty() {
            let spot = self.spot(node, Some(rule)).sdk(rule.sdk_missing);
            judge.report(Kind::Blank, &spot, Some(value));
        }
    }

    fn check_alphabet(
        self,
        judge: &mut Judge<'_, '_>,
        rule: &'static FieldRule,
        spot: &Spot,
        value: &str,
    ) {
        if rule.shape != Shape::Text {
            let is_account =
                matches!(self.place, Place::Individual | Place::Merchant) && rule.first == 0;
            let kind = if is_account {
                Kind::AccountCharacters
            } else {
                Kind::NotAscii
            };
            judge.report(kind, spot, Some(value));
        }
        texts::check(judge, spot, value);
    }

    /// A field that is needed and there without a value is as good as absent.
    fn check_needs(self, judge: &mut Judge<'_, '_>, seen: u128, filled: u128) {
        let needed = self.needed(judge, filled);
        let missing = needed.must & !filled;
        let advised = needed.should & !needed.must & !filled;
        let empty = seen & !filled & !missing & !advised;
        if missing | advised | empty != 0 {
            self.report_absent(judge, missing, advised, empty);
        }
    }

    #[cold]
    fn report_absent(self, judge: &mut Judge<'_, '_>, missing: u128, advised: u128, empty: u128) {
        let mut left = missing | advised | empty;
        while left != 0 {
            let lowest = left.trailing_zeros();
            let bit = 1_u128 << lowest;
            left &= !bit;
            let Some(tag) = u8::try_from(lowest).ok().and_then(Tag::new) else {
                continue;
            };
            let number = tag.number();
            let rule = rules::field(self.place, number);
            let (kind, sdk) = if missing & bit != 0 {
                (Kind::Missing, rule.map_or(0, |rule| rule.sdk_missing))
            } else if advised & bit != 0 {
                (
                    Kind::MissingAdvised,
                    rule.map_or(0, |rule| rule.sdk_missing),
                )
            } else if empty & bit != 0 {
                // The amount has a finding of its own.
                match rule.map_or(0, |rule| rule.sdk_length) {
                    _ if self.place == Place::Root && number == AMOUNT => continue,
                    0 => (Kind::Empty, 0),
                    sdk => (Kind::EmptyLabel, sdk),
                }
            } else {
                continue;
            };
            let path = self.path_to(tag);
            let spot = Spot {
                path,
                span: self.end..self.end,
                name: name_of(rule),
                sdk,
                place: self.place,
            };
            judge.report(kind, &spot, None);
        }
    }

    /// Tag 64 of a KHQR holds a language and a name or neither: the official reader stumbles over
    /// one without the other, and passes a template that has only a city.
    fn needed(self, judge: &Judge<'_, '_>, filled: u128) -> Needed {
        let mut needed = judge.needed(self.place);
        let pair = 0b11_u128;
        if self.place == Place::Language
            && judge.scheme == Scheme::Khqr
            && matches!(filled & pair, 1 | 2)
        {
            needed.must |= pair;
        }
        needed
    }

    fn spot(self, node: &Node<'_, '_>, rule: Option<&'static FieldRule>) -> Spot {
        let path = self.path_to(node.tag());
        Spot {
            path,
            span: node.span(),
            name: name_of(rule),
            sdk: 0,
            place: self.place,
        }
    }

    fn path_to(self, tag: Tag) -> [Option<Tag>; 3] {
        let mut path = self.path;
        if let Some(slot) = path.get_mut(self.depth) {
            *slot = Some(tag);
        }
        path
    }
}

/// Address, mobile number, e-mail: each letter at most once, in any order.
fn is_data_request(value: &str) -> bool {
    let count = |letter| value.bytes().filter(|byte| *byte == letter).count();
    let [address, mobile, email] = [count(b'A'), count(b'M'), count(b'E')];
    address <= 1 && mobile <= 1 && email <= 1 && address + mobile + email == value.len()
}
