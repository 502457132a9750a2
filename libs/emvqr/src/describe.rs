//! Plain facts about a code, payable or not: what a person at a terminal wants to see.
//!
//! Nothing here is judged. The texts are a stranger's; whoever prints them has to escape them.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use crate::code::Scheme;
use crate::currency::Currency;
use crate::limits::TIME_DIGITS;
use crate::networks;
use crate::read::{detect_scheme, khqr_account, store_template};
use crate::text;
use crate::tlv::{self, Node, Tree};

/// One account of a code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountFacts<'a> {
    /// `khqr_individual`, `khqr_merchant`, `jpqr_store`, the name of another network that we
    /// recognise, or `other`.
    pub kind: &'static str,
    /// The tag of the root.
    pub tag: String,
    /// `name@bank`, the store id with hyphens, whom another network's account names, a network's
    /// identifier, or the whole value.
    pub id: String,
    /// In another network that we recognise, what the id is: `mobile`, `account`, …
    pub id_kind: Option<&'static str>,
    /// All fields inside, by path.
    pub fields: Vec<(String, &'a str)>,
}

/// What a code says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Description<'a> {
    /// By the accounts.
    pub scheme: Scheme,
    /// The name of the network, `khqr` and `jpqr` among them: that of the first account which
    /// belongs to a country's, or else of the first that we recognise.
    pub network: Option<&'static str>,
    /// Tag 01 as written.
    pub initiation: Option<&'a str>,
    /// All accounts, 02 to 51.
    pub accounts: Vec<AccountFacts<'a>>,
    /// Tag 54 as written.
    pub amount: Option<&'a str>,
    /// Three letters, or what is written if we do not know the currency.
    pub currency: Option<&'a str>,
    /// Tag 58.
    pub country: Option<&'a str>,
    /// Tag 52.
    pub category: Option<&'a str>,
    /// Tag 59.
    pub name: Option<&'a str>,
    /// Tag 60.
    pub city: Option<&'a str>,
    /// Tag 61.
    pub postal_code: Option<&'a str>,
    /// 64.00
    pub local_language: Option<&'a str>,
    /// 64.01
    pub local_name: Option<&'a str>,
    /// 64.02
    pub local_city: Option<&'a str>,
    /// The fields of tag 62, by path.
    pub additional: Vec<(String, &'a str)>,
    /// 99.00 of a KHQR, if it is a time.
    pub created_ms: Option<i64>,
    /// 99.01 of a KHQR, if it is a time.
    pub expires_ms: Option<i64>,
    /// Everything else, by path.
    pub unknown: Vec<(String, &'a str)>,
}

/// Describes a payload; `None` if no field of it could be read.
///
/// ```
/// let payload = "00020101021229170013shop_one@aclb520459995303116540450005802KH5913Angkor Coffee\
///                6010Phnom Penh9934001317672256000000113176722620000063044015";
/// let facts = emvqr::describe(payload).unwrap();
/// assert_eq!(facts.accounts[0].kind, "khqr_individual");
/// assert_eq!(facts.accounts[0].id, "shop_one@aclb");
/// assert_eq!((facts.amount, facts.currency), (Some("5000"), Some("KHR")));
/// assert_eq!(facts.expires_ms, Some(1_767_226_200_000));
/// assert_eq!(emvqr::describe("hello"), None);
/// ```
#[must_use]
pub fn describe(payload: &str) -> Option<Description<'_>> {
    let tree = tlv::parse(payload);
    tree.roots().next()?;
    let scheme = detect_scheme(&tree);
    let value = |tag: u8| tree.root(tag).map(|node| node.value());
    let inner = |tag: u8, sub: u8| tree.root(tag)?.child(sub).map(|node| node.value());
    let is_khqr = scheme == Scheme::Khqr;
    let time = |sub: u8| {
        if is_khqr {
            inner(99, sub).and_then(time_ms)
        } else {
            None
        }
    };
    let written = value(53);
    Some(Description {
        scheme,
        network: network(&tree, scheme),
        initiation: value(1),
        accounts: accounts(&tree, scheme),
        amount: value(54),
        currency: written
            .and_then(Currency::parse)
            .and_then(Currency::alpha)
            .or(written),
        country: value(58),
        category: value(52),
        name: value(59),
        city: value(60),
        postal_code: value(61),
        local_language: inner(64, 0),
        local_name: inner(64, 1),
        local_city: inner(64, 2),
        additional: tree.root(62).map(|node| leaves(&node)).unwrap_or_default(),
        created_ms: time(0),
        expires_ms: time(1),
        unknown: unknown(&tree, is_khqr),
    })
}

fn network(tree: &Tree<'_>, scheme: Scheme) -> Option<&'static str> {
    if scheme != Scheme::Emv {
        return Some(scheme.as_str());
    }
    let accounts = || {
        tree.roots()
            .filter(|node| matches!(node.tag().number(), 2..=51))
            .filter_map(|node| networks::of(&node))
    };
    let national = accounts().find(|(network, _)| network.country.is_some());
    let first = national.or_else(|| accounts().next());
    first.map(|(network, _)| network.name)
}

/// From this tag on EMVCo says nothing of what a field is.
const UNKNOWN_FIRST: u8 = 65;

fn accounts<'a>(tree: &Tree<'a>, scheme: Scheme) -> Vec<AccountFacts<'a>> {
    let own = match scheme {
        Scheme::Khqr => khqr_account(tree),
        Scheme::Jpqr => store_template(tree),
        Scheme::Emv => None,
    };
    let roots = tree
        .roots()
        .filter(|node| matches!(node.tag().number(), 2..=51));
    roots
        .map(|node| {
            let is_own = own.is_some_and(|own| own.span() == node.span());
            // A second account of the same scheme is shown as what it is.
            let is_khqr = scheme == Scheme::Khqr && matches!(node.tag().number(), 29 | 30);
            let kind = match (
                is_khqr,
                is_own && scheme == Scheme::Jpqr,
                node.tag().number(),
            ) {
                (true, _, 29) => "khqr_individual",
                (true, _, _) => "khqr_merchant",
                (false, true, _) => "jpqr_store",
                (false, false, _) => "other",
            };
            let network = networks::of(&node).filter(|_| kind == "other");
            let kind = network.map_or(kind, |(network, _)| network.name);
            let levels: Vec<&str> = (1..=4)
                .filter_map(|level| Some(node.child(level)?.value()))
                .collect();
            let first = node.child(0).map_or(node.value(), |child| child.value());
            let id = if kind == "jpqr_store" {
                levels.join("-")
            } else {
                network.map_or(first, |(_, holder)| holder.id).to_string()
            };
            let is_template = node.children().next().is_some();
            let fields = if is_template {
                leaves(&node)
            } else {
                Vec::new()
            };
            AccountFacts {
                kind,
                tag: node.tag().to_string(),
                id,
                id_kind: network.map(|(_, holder)| holder.kind),
                fields,
            }
        })
        .collect()
}

/// The fields inside a template, down to those that are none, by path.
fn leaves<'a>(template: &Node<'_, 'a>) -> Vec<(String, &'a str)> {
    let mut found = Vec::new();
    for child in template.children() {
        let path = format!("{}.{}", template.tag(), child.tag());
        let mut inside = child.children().peekable();
        if inside.peek().is_none() {
            found.push((path, child.value()));
            continue;
        }
        for leaf in inside {
            found.push((format!("{path}.{}", leaf.tag()), leaf.value()));
        }
    }
    found
}

fn unknown<'a>(tree: &Tree<'a>, is_khqr: bool) -> Vec<(String, &'a str)> {
    let mut found = Vec::new();
    for node in tree.roots() {
        if node.tag().number() < UNKNOWN_FIRST {
            continue;
        }
        if node.children().next().is_none() {
            found.push((node.tag().to_string(), node.value()));
            continue;
        }
        let times = ["99.00", "99.01"];
        let inside = leaves(&node);
        found.extend(inside.into_iter().filter(|(path, value)| {
            let is_time = is_khqr && times.contains(&path.as_str()) && time_ms(value).is_some();
            !is_time
        }));
    }
    found
}

fn time_ms(text: &str) -> Option<i64> {
    if text.len() == TIME_DIGITS && text::is_digits(text) {
        text.parse().ok()
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::describe;
    use alloc::vec::Vec;

    #[test]
    fn a_two_faced_code_shows_both_faces() {
        let payload = "00020101021129150011victim@aclb30170013attacker@aclb5204599953031165802KH\
                       5904Shop6010Phnom Penh63048DE9";
        let facts = describe(payload).unwrap();
        let accounts: Vec<(&str, &str)> = facts
            .accounts
            .iter()
            .map(|account| (account.kind, account.id.as_str()))
            .collect();
        let want = [
            ("khqr_individual", "victim@aclb"),
            ("khqr_merchant", "attacker@aclb"),
        ];
        assert_eq!(accounts, want);
        assert_eq!((facts.amount, facts.name), (None, Some("Shop")));
        assert_eq!(facts.unknown, []);
    }

    #[test]
    fn what_nobody_knows_is_kept() {
        let payload = "00020129170013shop_one@aclb40100006abaP2P8004TEST6504RFU!\
                       9924001339CA026411FDA6803mmp";
        let facts = describe(payload).unwrap();
        let unknown: Vec<(&str, &str)> = facts
            .unknown
            .iter()
            .map(|(path, value)| (path.as_str(), *value))
            .collect();
        let want = [
            ("80", "TEST"),
            ("65", "RFU!"),
            ("99.00", "39CA026411FDA"),
            ("99.68", "mmp"),
        ];
        assert_eq!(unknown, want);
        assert_eq!(facts.accounts.len(), 2);
        assert_eq!(facts.accounts[1].kind, "other");
        assert_eq!(facts.created_ms, None);
    }
}
