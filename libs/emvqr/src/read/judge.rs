//! The findings of one reading as they are gathered.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt::Write as _;
use core::ops::Range;

use super::detect::Found;
use super::{Options, Profile};
use crate::code::Scheme;
use crate::finding::{Finding, Severity, quoted};
use crate::limits::FINDINGS_MAX;
use crate::rules::kinds::Kind;
use crate::rules::{Column, FieldRule, Needed, Place, needed};
use crate::tlv::{Broken, Node, Tag, Tree};

/// Where a finding lies. Cheap to make; the texts are made only when something is reported.
#[derive(Debug, Clone)]
pub(super) struct Spot {
    pub(super) path: [Option<Tag>; 3],
    pub(super) span: Range<usize>,
    pub(super) name: &'static str,
    pub(super) sdk: u8,
    /// What the field stands in.
    pub(super) place: Place,
}

impl Spot {
    pub(super) fn payload(payload: &str) -> Self {
        Self {
            path: [None; 3],
            span: 0..payload.len(),
            name: "code",
            sdk: 0,
            place: Place::Root,
        }
    }

    /// A field of the root.
    pub(super) fn root(node: &Node<'_, '_>) -> Self {
        Self::at([Some(node.tag()), None, None], node, Place::Root)
    }

    /// A field inside a template of the root.
    pub(super) fn child(root: &Node<'_, '_>, node: &Node<'_, '_>, place: Place) -> Self {
        Self::at([Some(root.tag()), Some(node.tag()), None], node, place)
    }

    pub(super) fn at(path: [Option<Tag>; 3], node: &Node<'_, '_>, place: Place) -> Self {
        let rule = crate::rules::field(place, node.tag().number());
        Self {
            path,
            span: node.span(),
            name: name_of(rule),
            sdk: 0,
            place,
        }
    }

    pub(super) fn sdk(mut self, sdk: u8) -> Self {
        self.sdk = sdk;
        self
    }
}

pub(super) fn name_of(rule: Option<&FieldRule>) -> &'static str {
    rule.map_or("field", |rule| rule.name)
}

#[derive(Debug)]
pub(super) struct Judge<'t, 'a> {
    pub(super) tree: &'t Tree<'a>,
    pub(super) scheme: Scheme,
    pub(super) now_ms: i64,
    /// Only printable ASCII: no text in the code can deceive the eye.
    pub(super) is_ans: bool,
    /// Whether the root could be read to its end.
    pub(super) is_whole: bool,
    /// The template that names the shop of a JPQR, if this is one.
    pub(super) store: Option<Tag>,
    broken: Broken,
    column: Column,
    is_strict: bool,
    rejects: bool,
    findings: Vec<Finding>,
}

impl<'t, 'a> Judge<'t, 'a> {
    pub(super) fn new(tree: &'t Tree<'a>, found: &Found<'t, 'a>, options: &Options) -> Self {
        let scheme = found.scheme();
        let column = match scheme {
            Scheme::Khqr => Column::Khqr,
            Scheme::Jpqr => Column::Jpqr,
            Scheme::Emv => Column::Emv,
        };
        let broken = tree.broken();
        let store = match found {
            Found::Jpqr(store) => Some(store.tag()),
            Found::Khqr(_) | Found::Emv => None,
        };
        Self {
            tree,
            scheme,
            now_ms: options.now_ms,
            is_ans: tree.is_ans(),
            is_whole: broken.root_is_whole(),
            store,
            broken,
            column,
            is_strict: options.profile == Profile::Strict,
            rejects: false,
            findings: Vec::new(),
        }
    }

    pub(super) fn rejects(&self) -> bool {
        self.rejects
    }

    pub(super) fn into_findings(self) -> Vec<Finding> {
        self.findings
    }

    /// Notes a finding, unless the rules in force say nothing of it.
    pub(super) fn report(&mut self, kind: Kind, spot: &Spot, value: Option<&str>) {
        let Some(severity) = self.severity(kind) else {
            return;
        };
        let is_first_to_reject = severity == Severity::Rejects && !self.rejects;
        self.rejects |= is_first_to_reject;
        // The list stays as it is past the limit, but whoever is refused a code is told why.
        if self.findings.len() >= FINDINGS_MAX {
            if !is_first_to_reject {
                return;
            }
            self.findings.pop();
        }
        let mut path = String::new();
        for tag in spot.path.iter().flatten() {
            if !path.is_empty() {
                path.push('.');
            }
            // Writing to a string cannot fail.
            let _ = write!(path, "{tag}");
        }
        let mut message = format!("{} {}", spot.name, kind.text());
        if let Some(value) = value {
            message.push(' ');
            message.push_str(&quoted(value));
        }
        // The numbers are those of a KHQR reader; on a Japanese code they would mislead.
        let sdk = if spot.sdk == 0 { kind.sdk() } else { spot.sdk };
        let sdk_code = (sdk != 0 && self.scheme != Scheme::Jpqr).then_some(sdk);
        let span = spot.span.clone();
        self.findings.push(Finding {
            code: kind.code(),
            severity,
            path,
            span,
            message,
            sdk_code,
            source: match kind.source() {
                "" => {
                    let tag = spot.path.iter().flatten().last();
                    spot.place.source_of(tag.map_or(0, |tag| tag.number()))
                }
                source => source,
            },
        });
    }

    /// Whether the template at this path could be read to its end.
    pub(super) fn is_readable(&self, path: [Option<Tag>; 3]) -> bool {
        self.broken.is_readable(path)
    }

    pub(super) fn is_strict(&self) -> bool {
        self.is_strict
    }

    /// What a container has to hold. Strict reading adds to the scheme's needs.
    pub(super) fn needed(&self, place: Place) -> Needed {
        let own = needed(place, self.column);
        if !self.is_strict {
            return own;
        }
        let strict = needed(place, Column::Strict);
        Needed {
            must: own.must | strict.must,
            should: own.should | strict.should,
        }
    }

    /// See [`place_of`].
    pub(super) fn place_of(&self, root: &Node<'_, '_>, inner: Place) -> Place {
        place_of(self.scheme, root, inner)
    }

    fn severity(&self, kind: Kind) -> Option<Severity> {
        let own = kind.severity(self.column);
        if self.is_strict {
            own.max(kind.severity(Column::Strict))
        } else {
            own
        }
    }
}

/// What container a template of the root is under this scheme. The parser knows tags only.
pub(crate) fn place_of(scheme: Scheme, root: &Node<'_, '_>, inner: Place) -> Place {
    match (inner, scheme) {
        (Place::Individual | Place::Merchant | Place::Account, Scheme::Jpqr)
            if super::detect::is_store_template(root) =>
        {
            Place::Store
        }
        (Place::Individual | Place::Merchant, Scheme::Jpqr | Scheme::Emv) => Place::Account,
        (Place::Times, Scheme::Jpqr | Scheme::Emv) => Place::Unreserved,
        (
            Place::Root
            | Place::Individual
            | Place::Merchant
            | Place::Store
            | Place::Account
            | Place::Additional
            | Place::Language
            | Place::Times
            | Place::Unreserved
            | Place::Vendor,
            _,
        ) => inner,
    }
}
