//! Networks of other countries: recognised and described, not judged.
//!
//! Doctrine: one file for each, with a name and one function that looks at an account of the root
//! and says whom it names. Country, currency and merchant stand where EMVCo has them and need no
//! code. To add a network, add its file and its row in `ALL`; nothing else knows any of them.
//!
//! The one thing that is judged is how often: a code with two accounts of one network is two-faced,
//! whosever network it is, because two wallets may pay two different shops by it. Accounts that a
//! network itself puts side by side (an acquirer's form of a bill, a national number beside the
//! acquirer's) are named by it in `apart`, and each of them may be there once.

use crate::tlv::Node;

mod bharat;
mod cards;
mod duitnow;
mod laoqr;
mod paynow;
mod philippines;
mod pix;
mod promptpay;
mod qris;
mod uemoa;
mod unionpay;
mod vietqr;

/// A network of accounts that codes of EMVCo's format are used by.
#[derive(Debug, Clone, Copy)]
pub struct Network {
    /// Stable; programs branch on it.
    pub name: &'static str,
    /// For a person.
    pub title: &'static str,
    /// The country whose network it is; `None` of one that is at home in many.
    pub country: Option<&'static str>,
    /// Kinds of accounts that may stand beside the network's others. Few: see [`face`].
    apart: &'static [&'static str],
    holder: for<'t, 'a> fn(&Node<'t, 'a>) -> Option<Holder<'a>>,
}

/// Whom an account names.
///
/// ```
/// use emvqr::{Code, Options, read};
///
/// let payload = "00020101021129370016A0000006770101110113006681222333353037645802TH63041DCF";
/// let Some(Code::Merchant(code)) = read(payload, &Options::at(0)).code else { panic!() };
/// let (network, holder) = code.accounts()[0].network.unwrap();
/// assert_eq!((network.name, network.country), ("promptpay", Some("TH")));
/// assert_eq!((holder.kind, holder.id), ("mobile", "0066812223333"));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Holder<'a> {
    /// What the id is: `mobile`, `account`, `biller`, `merchant`, `card` and others.
    pub kind: &'static str,
    /// As it stands in the code.
    pub id: &'a str,
    /// What else the payment needs, such as a reference or the bank's number.
    pub with: Option<&'a str>,
}

impl<'a> Holder<'a> {
    const fn new(kind: &'static str, id: &'a str) -> Self {
        Self {
            kind,
            id,
            with: None,
        }
    }

    const fn with(self, with: Option<&'a str>) -> Self {
        Self { with, ..self }
    }
}

impl PartialEq for Network {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Network {}

const ALL: [Network; 12] = [
    promptpay::NETWORK,
    vietqr::NETWORK,
    qris::NETWORK,
    duitnow::NETWORK,
    paynow::NETWORK,
    laoqr::NETWORK,
    bharat::NETWORK,
    philippines::NETWORK,
    pix::NETWORK,
    uemoa::NETWORK,
    unionpay::NETWORK,
    cards::NETWORK,
];

/// All networks that are recognised.
///
/// ```
/// assert!(emvqr::networks().any(|network| network.name == "vietqr"));
/// ```
pub fn networks() -> impl Iterator<Item = Network> {
    ALL.into_iter()
}

/// The network of an account of the root, and whom it names.
pub(crate) fn of<'a>(account: &Node<'_, 'a>) -> Option<(Network, Holder<'a>)> {
    let holders = ALL
        .into_iter()
        .map(|network| (network, (network.holder)(account)));
    holders
        .into_iter()
        .find_map(|(network, holder)| Some((network, holder?)))
}

/// Kinds that a network can tell apart, the common one among them.
const FACES: usize = 4;

/// A number for the network of an account template and for its place in it; a code in which a
/// number occurs twice is two-faced.
pub(crate) fn face(account: &Node<'_, '_>) -> Option<usize> {
    let mut networks = ALL.into_iter().enumerate();
    networks.find_map(|(number, network)| {
        let holder = (network.holder)(account)?;
        let place = network.apart.iter().position(|kind| *kind == holder.kind);
        // The common face is the first.
        let place = place.map_or(0, |place| place + 1).min(FACES - 1);
        Some(number * FACES + place)
    })
}

/// The value of a field inside an account.
fn sub<'a>(account: &Node<'_, 'a>, tag: u8) -> Option<&'a str> {
    let value = account.child(tag)?.value();
    (!value.is_empty()).then_some(value)
}

/// Whether the account's identifier is `text`, whatever the case of its letters.
fn is_named(account: &Node<'_, '_>, text: &str) -> bool {
    sub(account, 0).is_some_and(|name| name.eq_ignore_ascii_case(text))
}

#[cfg(test)]
mod tests {
    use alloc::format;
    use alloc::string::String;

    fn field(tag: u8, value: &str) -> String {
        format!("{tag:02}{:02}{value}", value.len())
    }

    /// An account template with these fields, and what is made of it.
    fn check(tag: u8, fields: &[(u8, &str)], want: &str) {
        let inside: String = fields
            .iter()
            .map(|(sub, value)| field(*sub, value))
            .collect();
        check_value(tag, &inside, want);
    }

    fn check_value(tag: u8, value: &str, want: &str) {
        let payload = field(tag, value);
        let tree = crate::tlv::parse(&payload);
        let found = super::of(&tree.root(tag).unwrap()).map(|(network, holder)| {
            let with = holder.with.unwrap_or("-");
            format!("{} {} {} {with}", network.name, holder.kind, holder.id)
        });
        assert_eq!(found.as_deref().unwrap_or("none"), want, "{payload}");
    }

    #[test]
    fn accounts_and_whom_they_name() {
        let promptpay = "A000000677010111";
        check(
            29,
            &[(0, promptpay), (1, "0066800000000")],
            "promptpay mobile 0066800000000 -",
        );
        check(
            29,
            &[(0, promptpay), (2, "1000000000000")],
            "promptpay national_id 1000000000000 -",
        );
        check(29, &[(0, promptpay)], "none");
        let bill = [(0, "A000000677010112"), (1, "099400000000001"), (2, "R1")];
        check(30, &bill, "promptpay biller 099400000000001 R1");
        let bank = "000697043601041001";
        check(
            38,
            &[(0, "A000000727"), (1, bank), (2, "QRIBFTTA")],
            "vietqr account 1001 970436",
        );
        check(
            38,
            &[(0, "A000000727"), (1, bank), (2, "QRIBFTTC")],
            "vietqr card 1001 970436",
        );
        check(26, &[(0, "A000000775"), (1, "M1")], "vietqr merchant M1 -");
        let qris = [
            (0, "ID.CO.EXAMPLE.WWW"),
            (1, "936000000000000001"),
            (2, "M1"),
        ];
        check(26, &qris, "qris merchant 936000000000000001 M1");
        check(26, &[(0, "COM.EXAMPLE"), (1, "12")], "none");
        let national = [(0, "ID.CO.QRIS.WWW"), (2, "ID1020000000001")];
        check(51, &national, "qris national_merchant_id ID1020000000001 -");
        let duitnow = [(0, "A0000006150001"), (1, "890053"), (2, "000000000001")];
        check(26, &duitnow, "duitnow account 000000000001 890053");
        let paynow = [
            (0, "SG.PAYNOW"),
            (1, "2"),
            (2, "200000000A"),
            (4, "20260101"),
        ];
        check(26, &paynow, "paynow company 200000000A 20260101");
        check(
            51,
            &[(0, "SG.SGQR"), (1, "180000000001")],
            "paynow sgqr_id 180000000001 -",
        );
    }

    #[test]
    fn accounts_and_whom_they_name_further_away() {
        let laoqr = [
            (0, "A005266284662577"),
            (1, "27710418"),
            (2, "001"),
            (3, "0000000001"),
        ];
        check(38, &laoqr, "laoqr account 0000000001 27710418");
        check(
            26,
            &[(0, "A000000524"), (1, "shop@bank")],
            "bharat address shop@bank -",
        );
        check(
            27,
            &[(0, "A000000524"), (1, "REF1")],
            "bharat reference REF1 -",
        );
        check(
            27,
            &[(0, "com.p2pqrpay"), (1, "BANK"), (4, "0001")],
            "qrph account 0001 BANK",
        );
        check(
            26,
            &[(0, "BR.GOV.BCB.PIX"), (1, "a@example.com")],
            "pix key a@example.com -",
        );
        check(
            26,
            &[(0, "br.gov.bcb.pix"), (25, "example.com/1")],
            "pix location example.com/1 -",
        );
        check(36, &[(0, "int.bceao.pi"), (1, "ALIAS")], "pi alias ALIAS -");
        check_value(
            15,
            "3197011600520446",
            "unionpay account 3197011600520446 -",
        );
        check_value(2, "4000000000000002", "cards visa 4000000000000002 -");
        check_value(6, "1", "none");
        check(40, &[(0, "com.example")], "none");
    }
}
