//! Codes made of sound ones by one to three small changes, drawn from a fixed seed: the same on
//! every machine. Most get a right checksum again, since behind a wrong one nobody looks further.

use crate::NOW_MS;
use crate::inputs::Code;

const SEED: u64 = 0x5eed_0000_0000_0007;

/// Enough that every kind of change meets every kind of field; three kits read them in seconds.
const COUNT: usize = 3_000;

/// Sound codes: the shops and accounts are invented.
const BASES: [&str; 6] = [
    "00020101021129170013shop_one@aclb5204599953031165802KH5904Shop6010Phnom Penh",
    "00020101021229510013shop_one@aclb0111855122334550215ACLEDA Bank Plc5204581253038\
     4054041.505802KH5913Angkor Coffee6009Siem Reap62190105INV-70706Till 264280002km0\
     108ចន ស្មីន0206សៀមរាប99340013176722560000001131767226200000",
    "00020101021230330009khqr@aclb01061002340206ACLEDA5204599953031165405120005802KH5\
     913Angkor Coffee6010Phnom Penh99340013176722560000001131767226200000",
    "0002010102111531319701160052044600000000000000029170013shop_one@aclb520459995303\
     1165802KH5904Shop6010Phnom Penh",
    "00020101021126680019jp.or.paymentsjapan01131010401000000020400010306000001040600\
     00015204581253033925802JP5911TORII RAMEN6005TOKYO6107106003264160002JA0106鳥居ラーメン",
    "00020101021129370016A0000006770101110113006681222333353037645802TH",
];

/// What letters are replaced by.
const LETTERS: [&str; 18] = [
    "0", "1", "9", "5", "A", "z", "@", " ", "-", ".", ",", "+", "e", "\n", "é", "ក", "🍣", "１",
];

const AMOUNTS: [&str; 16] = [
    "0",
    "0.00",
    "1",
    "1.5",
    "1.50",
    "1.999",
    "5000.5",
    "1,000",
    "abc",
    "1e2",
    ".5",
    "5.",
    "+5",
    "0005",
    "9999999999999",
    " 5",
];

const TIMES: [&str; 6] = [
    "1767225600000",
    "1767225599999",
    "1767312000000",
    "0000000000000",
    "176722620000",
    "abcdefghijklm",
];

pub(crate) fn draw() -> Vec<Code> {
    let mut dice = Dice(SEED);
    let mut codes: Vec<Code> = Vec::new();
    for number in 0..COUNT {
        let base = dice.of(&BASES);
        let mut fields = fields(base);
        for _ in 0..=dice.below(3) {
            change(&mut fields, &mut dice);
        }
        let payload = sealed(&fields, &mut dice);
        codes.push(Code {
            inputs: "mutants",
            id: format!("mutant-{number}"),
            payload,
            now_ms: NOW_MS,
        });
    }
    codes
}

/// A generator of Marsaglia's, so that no library may change what is drawn.
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, count: usize) -> usize {
        let count = u64::try_from(count.max(1)).unwrap_or(u64::MAX);
        usize::try_from(self.roll() % count).unwrap_or_default()
    }

    fn of<'a>(&mut self, list: &[&'a str]) -> &'a str {
        let at = self.below(list.len());
        list.get(at).copied().unwrap_or_default()
    }
}

/// A field of the root with what stands for its length, so that a length can be wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Field {
    tag: String,
    value: String,
    length: Option<&'static str>,
}

/// Read leniently: a base may hold a field that no reader reads.
fn fields(base: &str) -> Vec<Field> {
    let field = |(tag, value): (emvqr::tlv::Tag, &str)| Field {
        tag: tag.to_string(),
        value: value.to_owned(),
        length: None,
    };
    let tree = emvqr::tlv::parse(base);
    tree.roots()
        .map(|node| field((node.tag(), node.value())))
        .collect()
}

fn change(fields: &mut Vec<Field>, dice: &mut Dice) {
    let count = fields.len();
    if count == 0 {
        return;
    }
    let (at, other) = (dice.below(count), dice.below(count));
    let way = dice.below(20);
    match way {
        0 => drop(fields.remove(at)),
        1 => {
            let twin = fields.get(at).cloned();
            fields.splice(other..other, twin);
        }
        2 => fields.swap(at, other),
        3 => set(fields, "54", dice.of(&AMOUNTS)),
        4 => set(
            fields,
            "53",
            dice.of(&["116", "840", "392", "16", "abc", "0116"]),
        ),
        5 => set(fields, "01", dice.of(&["11", "12", "13", "1", "XX"])),
        6 => {
            let (created, expires) = (dice.of(&TIMES), dice.of(&TIMES));
            let inside = format!(
                "00{:02}{created}01{:02}{expires}",
                created.len(),
                expires.len()
            );
            set(fields, "99", &inside);
        }
        7 => set(
            fields,
            dice.of(&["62", "64", "29", "30", "80", "99"]),
            dice.of(&INSIDES),
        ),
        8 => {
            if let Some(field) = fields.get_mut(at) {
                field.length = Some(dice.of(&["00", "99", "-4", "1x", "０4", "3"]));
            }
        }
        9 => {
            if let Some(field) = fields.get_mut(at) {
                field.tag = dice
                    .of(&["02", "28", "29", "30", "55", "65", "ab", "98"])
                    .to_owned();
            }
        }
        _ => {
            if let Some(field) = fields.get_mut(at) {
                field.value = other_letter(&field.value, dice);
            }
        }
    }
}

/// Templates with something wrong inside, and a second account that is sound.
const INSIDES: [&str; 10] = [
    "0012shop_two@acl",
    "ABCD",
    "0199AB",
    "0100",
    "0102AB0102CD",
    "0201-4",
    "0002kh",
    "0013shop_one@aclb0104x@yz",
    "00",
    "6800",
];

/// The first field with this tag says something else, or is there now.
fn set(fields: &mut Vec<Field>, tag: &str, value: &str) {
    match fields.iter_mut().find(|field| field.tag == tag) {
        Some(field) => value.clone_into(&mut field.value),
        None => fields.push(Field {
            tag: tag.to_owned(),
            value: value.to_owned(),
            length: None,
        }),
    }
}

/// One letter replaced, added or left out.
fn other_letter(value: &str, dice: &mut Dice) -> String {
    let mut letters: Vec<char> = value.chars().collect();
    let at = dice.below(letters.len());
    let new: Vec<char> = dice.of(&LETTERS).chars().collect();
    match dice.below(3) {
        0 if at < letters.len() => drop(letters.splice(at..=at, new)),
        1 if at < letters.len() => drop(letters.remove(at)),
        _ => drop(letters.splice(at..at, new)),
    }
    letters.into_iter().collect()
}

fn sealed(fields: &[Field], dice: &mut Dice) -> String {
    let mut payload = String::new();
    for Field { tag, value, length } in fields {
        let right = format!("{:02}", value.chars().count());
        payload.push_str(tag);
        payload.push_str(length.unwrap_or(&right));
        payload.push_str(value);
    }
    payload.push_str("6304");
    let checksum = emvqr::crc::checksum(payload.as_bytes());
    payload.push_str(&match dice.below(16) {
        0 => "0000".to_owned(),
        1 => format!("{checksum:04x}"),
        _ => format!("{checksum:04X}"),
    });
    payload
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bases_are_sound_codes() {
        for base in BASES {
            let whole = fields(base);
            let payload = sealed(&whole, &mut Dice(5));
            let reading = emvqr::read(&payload, &emvqr::Options::at(NOW_MS));
            assert!(payload.starts_with(base), "{payload}");
            assert!(reading.code.is_some(), "{payload} {:?}", reading.findings);
        }
    }

    #[test]
    fn the_same_are_drawn_every_time() {
        let (one, other) = (draw(), draw());
        assert_eq!(one, other);
        let joined: Vec<&str> = one.iter().map(|code| code.payload.as_str()).collect();
        let checksum = emvqr::crc::checksum(joined.concat().as_bytes());
        assert_eq!(format!("{checksum:04X}"), "61A6");
    }
}
