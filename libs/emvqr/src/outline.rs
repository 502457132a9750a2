//! A payload as a tree of fields with their names: all of what is written in it, judged or not.

use alloc::borrow::Cow;
use alloc::vec::Vec;
use core::ops::Range;

use crate::build::{Content, Part};
use crate::code::Scheme;
use crate::read::{detect_scheme, place_of};
use crate::rules::{self, Place, Shape};
use crate::tlv::{self, Broken, Node, Tag, Unit};

/// One field, with the fields inside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outline<'a> {
    /// Its tag.
    pub tag: Tag,
    /// What the field table calls it where it stands.
    pub name: &'static str,
    /// Its length as written, in characters.
    pub chars: usize,
    /// All of its value.
    pub value: &'a str,
    /// Where it stands with its tag and length, in bytes of the payload.
    pub span: Range<usize>,
    /// The fields inside, if it is a template that could be read to its end.
    pub children: Vec<Self>,
}

impl<'a> Outline<'a> {
    /// The same field to be written again, see [`assemble`](crate::assemble).
    ///
    /// ```
    /// let payload = "0002016304AAE6";
    /// let parts: Vec<_> = emvqr::outline(payload).iter().map(|field| field.to_part()).collect();
    /// assert_eq!(emvqr::assemble(&parts).unwrap(), payload);
    /// ```
    #[must_use]
    pub fn to_part(&self) -> Part<'a> {
        let content = if self.children.is_empty() {
            Content::Text(Cow::Borrowed(self.value))
        } else {
            // Three levels at most, as the tree has.
            Content::Parts(self.children.iter().map(Self::to_part).collect())
        };
        Part {
            tag: self.tag,
            content,
        }
    }
}

/// All fields of a payload as far as it can be read. A template that cannot be read to its end
/// is a field without children, so that nothing of it is lost.
///
/// ```
/// let payload = "00020101021129170013shop_one@aclb5204599953031165802KH5913Angkor Coffee\
///                6010Phnom Penh63048318";
/// let fields = emvqr::outline(payload);
/// let account = &fields[2];
/// assert_eq!((account.tag.number(), account.name, account.chars), (29, "individual account", 17));
/// let id = &account.children[0];
/// assert_eq!((id.name, id.value, id.span.clone()), ("account id", "shop_one@aclb", 16..33));
/// ```
#[must_use]
pub fn outline(payload: &str) -> Vec<Outline<'_>> {
    let tree = tlv::parse(payload);
    let looker = Looker {
        scheme: detect_scheme(&tree),
        unit: tree.unit(),
        broken: tree.broken(),
    };
    let roots = tree.roots();
    roots
        .map(|node| looker.look(&node, Place::Root, [None; 3]))
        .collect()
}

struct Looker {
    scheme: Scheme,
    unit: Unit,
    broken: Broken,
}

impl Looker {
    fn look<'a>(&self, node: &Node<'_, 'a>, place: Place, within: [Option<Tag>; 3]) -> Outline<'a> {
        let rule = rules::field(place, node.tag().number());
        let inner = match rule.map(|rule| rule.shape) {
            Some(Shape::Template(inner)) if place == Place::Root => {
                Some(place_of(self.scheme, node, inner))
            }
            Some(Shape::Template(inner)) => Some(inner),
            Some(Shape::Digits | Shape::Ans | Shape::Text) | None => None,
        };
        let path = match within {
            [None, _, _] => [Some(node.tag()), None, None],
            [root, _, _] => [root, Some(node.tag()), None],
        };
        let children = inner
            .filter(|_| self.broken.is_readable(path))
            .map(|inner| {
                let children = node.children();
                // Three levels at most, as the tree has.
                children
                    .map(|child| self.look(&child, inner, path))
                    .collect()
            });
        Outline {
            tag: node.tag(),
            name: rule.map_or("field", |rule| rule.name),
            chars: self.unit.count(node.value()),
            value: node.value(),
            span: node.span(),
            children: children.unwrap_or_default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Outline, outline};
    use alloc::format;
    use alloc::string::String;

    fn lines(fields: &[Outline<'_>], indent: usize, text: &mut String) {
        for field in fields {
            let Outline {
                tag,
                name,
                chars,
                value,
                span,
                children,
            } = field;
            let value = if children.is_empty() { value } else { "" };
            let line = format!(
                "{:indent$}{tag} {name} {chars} {span:?} {value}",
                "",
                indent = indent
            );
            text.push_str(line.trim_end());
            text.push('\n');
            lines(children, indent + 2, text);
        }
    }

    fn check(payload: &str, want: &expect_test::Expect) {
        let mut text = String::new();
        lines(&outline(payload), 0, &mut text);
        want.assert_eq(&text);
    }

    #[test]
    fn each_field_has_the_name_that_it_has_where_it_stands() {
        check(
            "00020126680019jp.or.paymentsjapan011300000000000010204000103060000010406000001\
             5303392622250180002AB0108寿司屋六本木七丁64110002JA0101鮨",
            &expect_test::expect![[r#"
                00 format indicator 2 0..6 01
                26 account 68 6..78
                  00 account identifier 19 10..33 jp.or.paymentsjapan
                  01 store level 1 13 33..50 0000000000001
                  02 store level 2 4 50..58 0001
                  03 store level 3 6 58..68 000001
                  04 store level 4 6 68..78 000001
                53 currency 3 78..85 392
                62 additional data 22 85..127
                  50 vendor template 18 89..127
                    00 template identifier 2 93..99 AB
                    01 template field 8 99..127 寿司屋六本木七丁
                64 local language 11 127..144
                  00 language 2 131..137 JA
                  01 local name 1 137..144 鮨
            "#]],
        );
    }

    #[test]
    fn a_template_that_ends_badly_keeps_all_of_its_text() {
        check(
            "29170013shop_one@aclb5303116801200040102xx!6304ABCD",
            &expect_test::expect![[r"
                29 individual account 17 0..21
                  00 account id 13 4..21 shop_one@aclb
                53 currency 3 21..28 116
                80 unreserved template 12 28..44 00040102xx!6
            "]],
        );
        check("hello", &expect_test::expect![""]);
    }
}
