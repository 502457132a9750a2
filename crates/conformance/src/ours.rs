//! What `emvqr` says of a code, in the words in which kits are compared with it.

use emvqr::{Code, Options, Profile, Scheme, Severity, Verdict, read, tlv};

use crate::answer::Fields;

#[derive(Debug)]
pub(crate) struct Ours {
    /// The first finding that rejects.
    pub(crate) refused: Option<&'static str>,
    /// The official kit's numbers among the findings; of other schemes' codes none are given.
    pub(crate) numbers: Option<Vec<u8>>,
    pub(crate) fields: Fields,
}

impl Ours {
    pub(crate) fn read(payload: &str, now_ms: i64) -> Self {
        let profile = Profile::Khqr;
        let reading = read(payload, &Options { now_ms, profile });
        let rejects = |finding: &&emvqr::Finding| finding.severity == Severity::Rejects;
        let refused = match reading.verdict {
            Verdict::Accept => None,
            Verdict::Refuse | Verdict::NotACode => {
                let first = reading.findings.iter().find(rejects);
                Some(first.map_or("nothing", |finding| finding.code))
            }
        };
        let findings = reading.findings.iter();
        let numbers = || findings.filter_map(|finding| finding.sdk_code).collect();
        Self {
            refused,
            numbers: (reading.scheme == Some(Scheme::Khqr)).then(numbers),
            fields: reading.code.as_ref().map(fields).unwrap_or_default(),
        }
    }

    pub(crate) fn verdict(&self) -> String {
        match self.refused {
            Some(code) => format!("refuses {code}"),
            None => "accepts".to_owned(),
        }
    }
}

fn fields(code: &Code<'_>) -> Fields {
    let common = code.common();
    let additional = common.additional;
    let tree = tlv::parse(common.payload);
    let currency = tree.root(53).map(|node| node.value());
    let mut said = vec![
        ("category", common.category),
        ("currency", currency),
        ("amount", common.amount.map(|amount| amount.text())),
        ("country", Some(common.country)),
        ("name", common.name),
        ("city", common.city),
        ("bill", additional.bill),
        ("mobile", additional.mobile),
        ("store", additional.store_label),
        ("terminal", additional.terminal),
        ("purpose", additional.purpose),
        ("language", common.local.map(|local| local.language)),
        ("local_name", common.local.map(|local| local.name)),
        ("local_city", common.local.and_then(|local| local.city)),
    ];
    let mut expires = None;
    if let Code::Khqr(khqr) = code {
        said.extend([
            ("account", Some(khqr.account_id())),
            ("information", khqr.account_information()),
            ("merchant_id", khqr.merchant_id()),
            ("bank", khqr.acquiring_bank()),
        ]);
        expires = khqr.expires_ms().map(|time| time.to_string());
    }
    said.push(("expires", expires.as_deref()));
    let pair = |(name, value): (&str, Option<&str>)| Some((name.to_owned(), value?.to_owned()));
    said.into_iter().filter_map(pair).collect()
}

/// The fields of the root, or why they cannot be read to their end. The checksum is looked at too,
/// as a reader of any scheme does.
pub(crate) fn roots(payload: &str) -> Result<Vec<(String, String)>, &'static str> {
    let tree = tlv::parse(payload);
    let root_fault = tree
        .faults()
        .iter()
        .find(|fault| fault.within == [None, None]);
    if let Some(fault) = root_fault {
        return Err(match fault.kind {
            tlv::FaultKind::PayloadTooLong => "payload-too-long",
            tlv::FaultKind::BadTag => "bad-tag",
            tlv::FaultKind::BadLength => "bad-length",
            tlv::FaultKind::Truncated => "truncated",
            tlv::FaultKind::SplitCharacter => "split-character",
            tlv::FaultKind::Ambiguous => "ambiguous-length",
        });
    }
    let nodes: Vec<_> = tree.roots().collect();
    let Some(last) = nodes.last().filter(|node| node.tag().number() == 63) else {
        return Err("checksum-not-last");
    };
    let covered = payload.len().saturating_sub(4);
    let covered = payload.as_bytes().get(..covered).unwrap_or_default();
    let checksum = format!("{:04X}", emvqr::crc::checksum(covered));
    if !last.value().eq_ignore_ascii_case(&checksum) {
        return Err("checksum-wrong");
    }
    let pair = |node: &tlv::Node<'_, '_>| (node.tag().to_string(), node.value().to_owned());
    Ok(nodes.iter().map(pair).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    const CODE: &str = "00020101021129170013shop_one@aclb5204599953031165802KH5904Shop\
                        6010Phnom Penh6304048C";

    #[test]
    fn code_is_told_by_the_names_of_the_driver() {
        let ours = Ours::read(CODE, 0);
        assert_eq!(
            (ours.verdict().as_str(), &ours.numbers),
            ("accepts", &Some(vec![]))
        );
        assert_eq!(ours.fields["account"], "shop_one@aclb");
        assert!(!ours.fields.contains_key("amount"));
        assert_eq!(Ours::read("hello", 0).verdict(), "refuses not-a-code");
    }

    #[test]
    fn roots_are_read_to_their_end_or_not_at_all() {
        assert_eq!(roots(CODE).unwrap().len(), 9);
        assert_eq!(roots(&CODE.replace("Shop", "Shoq")), Err("checksum-wrong"));
        assert_eq!(roots("0002016"), Err("truncated"));
        assert_eq!(roots("000201"), Err("checksum-not-last"));
    }
}
