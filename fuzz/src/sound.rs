//! What holds of every tree and of every reading.

use std::collections::HashSet;
use std::ops::Range;
use std::sync::LazyLock;

use emvqr::limits::{DEPTH_MAX, FINDINGS_MAX, PAYLOAD_BYTES_MAX, QUOTED_CHARS_MAX};
use emvqr::tlv::{Node, Tree, parse};
use emvqr::{Reading, Severity, Verdict};

static RULES: LazyLock<HashSet<&str>> =
    LazyLock::new(|| emvqr::rules().map(|rule| rule.code).collect());

/// Whether a rule of the tables has this code.
pub(crate) fn is_rule(code: &str) -> bool {
    RULES.contains(code)
}

/// Fields stand one behind the other, each as long as it says, and all of the text is fields
/// unless the tree names a fault.
pub(crate) fn tree(text: &str) {
    let tree = parse(text);
    assert_eq!(tree.payload(), text);
    for fault in tree.faults() {
        assert!(text.get(fault.span.clone()).is_some(), "{fault:?}");
    }
    let end = siblings(&tree, tree.roots(), 0..text.len(), 1);
    if tree.faults().is_empty() {
        assert_eq!(end, text.len(), "text is left and no fault says so");
    }
    if text.len() > PAYLOAD_BYTES_MAX {
        assert_eq!(tree.roots().count(), 0);
    }
}

/// Where the last of them ends.
fn siblings<'t, 'a: 't>(
    tree: &Tree<'a>,
    nodes: impl Iterator<Item = Node<'t, 'a>>,
    within: Range<usize>,
    depth: u8,
) -> usize {
    assert!(depth <= DEPTH_MAX);
    let mut at = within.start;
    for node in nodes {
        let span = node.span();
        assert!(
            span.start == at && span.end <= within.end,
            "{span:?} in {within:?}"
        );
        at = span.end;
        let text = tree
            .payload()
            .get(span.clone())
            .expect("a field is whole characters");
        let length = tree.unit().count(node.value());
        let header = format!("{}{length:02}", node.tag());
        assert_eq!(text, header + node.value());
        if node.children().next().is_some() {
            siblings(tree, node.children(), span.start + 4..span.end, depth + 1);
        }
    }
    at
}

pub(crate) fn reading(text: &str, reading: &Reading<'_>) {
    let rejects = |finding: &emvqr::Finding| finding.severity == Severity::Rejects;
    let is_accepted = reading.verdict == Verdict::Accept;
    assert_eq!(is_accepted, !reading.findings.iter().any(rejects));
    assert_eq!(is_accepted, reading.code.is_some());
    assert_eq!(
        reading.verdict == Verdict::NotACode,
        reading.scheme.is_none()
    );
    assert!(reading.findings.len() <= FINDINGS_MAX);
    for finding in &reading.findings {
        assert!(text.get(finding.span.clone()).is_some(), "{finding:?}");
        assert!(is_rule(finding.code), "{finding:?}");
        assert!(!finding.source.is_empty());
        if let Some(number) = finding.sdk_code {
            assert!(emvqr::sdk_name(number).is_some(), "{finding:?}");
        }
        is_shown(&finding.message);
    }
    if let Some(code) = &reading.code {
        assert_eq!(code.common().payload, text);
        assert_eq!(Some(code.scheme()), reading.scheme);
        let _ = (code.code_key(), code.common().unknown());
    }
}

/// A message is printed on terminals: nothing in it moves a cursor or hides, and it is short, ten
/// characters at most for each escaped one.
pub(crate) fn is_shown(message: &str) {
    let hides =
        |c: char| c.is_control() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}');
    assert!(!message.chars().any(hides), "{message:?}");
    assert!(
        message.chars().count() <= 120 + 10 * QUOTED_CHARS_MAX,
        "{message:?}"
    );
}
