//! Accounts of other networks: at most one of each.

use super::judge::{Judge, Spot};
use crate::networks;
use crate::rules::kinds::Kind;

/// Which of two accounts of one network is paid depends on the wallet, so the picture shows one
/// shop and another may be paid. Those of KHQR and JPQR are looked at with the rest of their rules.
#[inline]
pub(super) fn check(judge: &mut Judge<'_, '_>) {
    if judge.tree.has_accounts() {
        check_accounts(judge);
    }
}

#[cold]
fn check_accounts(judge: &mut Judge<'_, '_>) {
    let tree = judge.tree;
    let mut seen: u64 = 0;
    for node in tree.roots() {
        if !matches!(node.tag().number(), 26..=51) {
            continue;
        }
        let Some(face) = networks::face(&node) else {
            continue;
        };
        // 48 numbers, of twelve networks with four faces each.
        let bit = 1_u64
            .checked_shl(u32::try_from(face).unwrap_or(0))
            .unwrap_or(0);
        if seen & bit != 0 {
            judge.report(Kind::TwoFaced, &Spot::root(&node), None);
            return;
        }
        seen |= bit;
    }
}

#[cfg(test)]
mod tests {
    use crate::read::{Options, read};
    use alloc::format;
    use alloc::string::String;
    use alloc::vec::Vec;

    fn field(tag: u8, value: &str) -> String {
        format!("{tag:02}{:02}{value}", value.len())
    }

    fn account(tag: u8, fields: &[(u8, &str)]) -> String {
        let inside: String = fields
            .iter()
            .map(|(sub, value)| field(*sub, value))
            .collect();
        field(tag, &inside)
    }

    /// The paths at which a code with these accounts is called two-faced.
    fn check(accounts: &[String], country: &str, want: &[&str]) {
        let (accounts, country) = (accounts.concat(), field(58, country));
        let body = format!("000201{accounts}520458125303764{country}5904Shop6004City6304");
        let payload = format!("{body}{:04X}", crate::crc::checksum(body.as_bytes()));
        let reading = read(&payload, &Options::at(0));
        let found: Vec<&str> = reading
            .findings
            .iter()
            .filter(|finding| finding.code == "two-faced")
            .map(|finding| finding.path.as_str())
            .collect();
        assert_eq!(found, want, "{payload}");
        assert_eq!(
            reading.code.is_none(),
            !want.is_empty(),
            "{payload} {reading:?}"
        );
    }

    #[test]
    fn two_accounts_of_one_network_are_two_faces() {
        let transfer = |tag, to| account(tag, &[(0, "A000000677010111"), (1, to)]);
        let bill = |tag| account(tag, &[(0, "A000000677010112"), (1, "099400000000001")]);
        let acquirer = account(31, &[(0, "A000000677010113"), (1, "004")]);
        check(&[transfer(29, "0066812223333")], "TH", &[]);
        // As a shop of a Thai bank has it.
        check(&[bill(30), acquirer.clone()], "TH", &[]);
        let (one, two) = (transfer(29, "0066812223333"), transfer(32, "0066812224444"));
        check(&[one.clone(), two.clone()], "TH", &["32"]);
        check(&[two, one.clone()], "TH", &["29"]);
        check(&[one.clone(), bill(30)], "TH", &["30"]);
        let again = account(45, &[(0, "a000000677010113"), (1, "014")]);
        check(&[bill(30), acquirer, again], "TH", &["45"]);
        // One account of each of two networks is what such codes are for.
        let viet = |tag, id| account(tag, &[(0, "A000000727"), (1, id), (2, "QRIBFTTA")]);
        let (third, fourth) = (
            viet(38, "000697043601041001"),
            viet(39, "000697043601041002"),
        );
        check(&[one.clone(), third.clone()], "TH", &[]);
        check(&[one, third, fourth], "TH", &["39"]);
    }

    #[test]
    fn what_a_network_puts_side_by_side_is_one_face() {
        let qris = |tag, name, id| account(tag, &[(0, name), (1, id)]);
        let national = account(51, &[(0, "ID.CO.QRIS.WWW"), (2, "ID1020000000001")]);
        let (one, two) = (
            qris(26, "ID.CO.EXAMPLE.WWW", "936000010000000001"),
            qris(27, "COM.EXAMPLE.WWW", "936000020000000001"),
        );
        check(&[one.clone(), national.clone()], "ZZ", &[]);
        check(&[one, two, national], "ZZ", &["27"]);
        let paynow = account(26, &[(0, "SG.PAYNOW"), (1, "2"), (2, "200000000A")]);
        let label = account(51, &[(0, "SG.SGQR"), (1, "180000000001")]);
        let second = account(40, &[(0, "SG.PAYNOW"), (1, "0"), (2, "+6580000000")]);
        check(&[paynow.clone(), label.clone()], "ZZ", &[]);
        check(&[paynow, second, label], "ZZ", &["40"]);
        let india = |tag, id| account(tag, &[(0, "A000000524"), (1, id)]);
        check(
            &[india(26, "shop@bank"), india(27, "REF1"), india(28, "100")],
            "ZZ",
            &[],
        );
        check(
            &[india(26, "shop@bank"), india(40, "other@bank")],
            "ZZ",
            &["40"],
        );
        let bank = account(38, &[(0, "A000000727"), (1, "000697043601041001")]);
        let vnpay = account(26, &[(0, "A000000775"), (1, "M1")]);
        check(&[vnpay, bank], "ZZ", &[]);
        // Networks of which we know nothing are not told apart.
        let unknown = |tag| account(tag, &[(0, "com.example"), (1, "1")]);
        check(&[unknown(40), unknown(41)], "ZZ", &[]);
    }
}
