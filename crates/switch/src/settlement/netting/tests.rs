use std::fmt::Write as _;

use super::*;

const KHR: Currency = Currency::Khr;
const JPY: Currency = Currency::Jpy;
const NAMES: [&str; 5] = ["acleda", "sathapana", "netstars", "fx", "house"];

fn p(name: &str) -> ParticipantId {
    let at = NAMES.iter().position(|known| *known == name).unwrap();
    ParticipantId(u16::try_from(at).unwrap())
}

/// The window of the story: a payment each way and a refund.
fn story() -> Pairs {
    let legs = [
        ("acleda", "fx", KHR, 80_136),
        ("acleda", "house", KHR, 100),
        ("fx", "netstars", JPY, 2_985),
        ("fx", "acleda", JPY, 12),
        ("fx", "house", JPY, 3),
        ("netstars", "fx", JPY, 4_565),
        ("netstars", "house", JPY, 5),
        ("fx", "sathapana", KHR, 119_880),
        ("fx", "house", KHR, 120),
        ("netstars", "fx", JPY, 1_000),
        ("fx", "acleda", KHR, 26_712),
    ];
    let mut pairs = Pairs::new();
    for (owes, is_owed, currency, minor) in legs {
        *pairs.entry((p(owes), p(is_owed), currency)).or_default() += minor;
    }
    pairs
}

fn rate(from: Currency, to: Currency) -> Option<Rate> {
    let rate = Rate::parse(JPY, KHR, "26.5").unwrap();
    ((from, to) == (KHR, JPY) || (from, to) == (JPY, KHR)).then_some(rate)
}

fn show(settlement: &Settlement) -> String {
    let name = |who: ParticipantId| NAMES[usize::from(who.0)];
    let mut text = String::new();
    for (who, part) in &settlement.parts {
        let (currency, minor) = (part.currency.alpha(), part.amount.minor());
        let _ = writeln!(text, "{} pays in {currency} {minor}", name(*who));
    }
    for one in &settlement.payouts {
        let (currency, minor) = (one.money.currency.alpha(), one.money.amount.minor());
        let of = one
            .debtor
            .map_or(String::new(), |who| format!(" of {}", name(who)));
        let _ = writeln!(text, "{} gets {currency} {minor}{of}", name(one.creditor));
    }
    text
}

#[test]
fn the_story_nets_multilaterally() {
    let settlement = settle(&story(), Netting::Multilateral, None, rate).unwrap();
    assert_eq!(
        show(&settlement),
        "acleda pays in KHR 53524\n\
         netstars pays in JPY 2585\n\
         fx pays in KHR 66576\n\
         acleda gets JPY 12\n\
         sathapana gets KHR 119880\n\
         fx gets JPY 2565\n\
         house gets KHR 220\n\
         house gets JPY 8\n"
    );
    assert_eq!(settlement.rates, []);
}

#[test]
fn the_story_nets_bilaterally_to_the_same_sums() {
    let settlement = settle(&story(), Netting::Bilateral, None, rate).unwrap();
    assert_eq!(
        show(&settlement),
        "acleda pays in KHR 53524\n\
         netstars pays in JPY 2585\n\
         fx pays in KHR 120000\n\
         fx pays in JPY 15\n\
         fx gets KHR 53424 of acleda\n\
         acleda gets JPY 12 of fx\n\
         house gets KHR 100 of acleda\n\
         sathapana gets KHR 119880 of fx\n\
         fx gets JPY 2580 of netstars\n\
         house gets JPY 5 of netstars\n\
         house gets KHR 120 of fx\n\
         house gets JPY 3 of fx\n"
    );
}

#[test]
fn the_story_in_one_currency_is_even() {
    let settlement = settle(&story(), Netting::Multilateral, Some(JPY), rate).unwrap();
    assert_eq!(
        show(&settlement),
        "acleda pays in JPY 2008\n\
         netstars pays in JPY 2585\n\
         sathapana gets JPY 4524\n\
         fx gets JPY 52\n\
         house gets JPY 17\n"
    );
    assert_eq!(settlement.rates, [rate(KHR, JPY).unwrap()]);
}

#[test]
fn gross_settlement_in_one_currency_and_a_missing_rate_are_refused() {
    let gross = settle(&story(), Netting::Gross, Some(JPY), rate);
    assert_eq!(gross, Err(Refusal::PolicyInvalid));
    let none = settle(&story(), Netting::Bilateral, Some(JPY), |_, _| None);
    assert_eq!(none, Err(Refusal::PolicyNoReference));
}

/// What each gets less what it pays in.
fn sums(settlement: &Settlement) -> BTreeMap<(ParticipantId, Currency), i128> {
    let mut sums: BTreeMap<(ParticipantId, Currency), i128> = BTreeMap::new();
    for (who, part) in &settlement.parts {
        *sums.entry((*who, part.currency)).or_default() -= i128::from(part.amount.minor());
    }
    for one in &settlement.payouts {
        let key = (one.creditor, one.money.currency);
        *sums.entry(key).or_default() += i128::from(one.money.amount.minor());
    }
    sums.retain(|_, sum| *sum != 0);
    sums
}

fn total(settlement: &Settlement, currency: Currency) -> (u64, u64) {
    let parts = settlement.parts.iter().map(|(_, part)| *part);
    let payouts = settlement.payouts.iter().map(|one| one.money);
    let sum = |all: &mut dyn Iterator<Item = Money>| {
        all.filter(|money| money.currency == currency)
            .map(|money| money.amount.minor())
            .sum()
    };
    (sum(&mut parts.into_iter()), sum(&mut payouts.into_iter()))
}

/// xorshift64*: the drawn windows must be the same on every machine.
struct Draw(u64);

impl Draw {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) % bound
    }
}

#[test]
fn all_forms_give_everybody_the_same_in_a_thousand_drawn_windows() {
    for seed in 1_u64..=1_000 {
        let mut draw = Draw(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15));
        let mut pairs = Pairs::new();
        for _ in 0..draw.below(40) {
            let owes = u16::try_from(draw.below(6)).unwrap();
            let is_owed = (owes + 1 + u16::try_from(draw.below(5)).unwrap()) % 6;
            let currency = if draw.below(2) == 0 { KHR } else { JPY };
            let key = (ParticipantId(owes), ParticipantId(is_owed), currency);
            *pairs.entry(key).or_default() += u128::from(draw.below(5_000_000));
        }
        let nets: BTreeMap<_, _> = nets(&pairs)
            .into_iter()
            .map(|one| ((one.participant, one.currency), one.net))
            .collect();
        for netting in [Netting::Multilateral, Netting::Bilateral, Netting::Gross] {
            let own = settle(&pairs, netting, None, rate).unwrap();
            assert_eq!(sums(&own), nets, "seed {seed}, {netting:?}");
            for currency in [KHR, JPY] {
                let (parts, payouts) = total(&own, currency);
                assert_eq!(parts, payouts, "seed {seed}, {netting:?}");
            }
        }
        let both = [Netting::Multilateral, Netting::Bilateral]
            .map(|netting| settle(&pairs, netting, Some(JPY), rate).unwrap());
        assert_eq!(sums(&both[0]), sums(&both[1]), "seed {seed}, converted");
        let (parts, payouts) = total(&both[0], JPY);
        assert_eq!(parts, payouts, "seed {seed}, converted");
        assert_eq!(total(&both[0], KHR), (0, 0), "seed {seed}, converted");
    }
}

#[test]
fn more_payouts_than_a_record_holds_are_refused_and_fewer_forms_are_not() {
    let mut pairs = Pairs::new();
    for owes in 0..400 {
        for is_owed in 400..600 {
            let pair = (ParticipantId(owes), ParticipantId(is_owed), KHR);
            pairs.insert(pair, 1);
        }
    }
    assert!(pairs.len() > PAYOUTS_MAX);
    for netting in [Netting::Gross, Netting::Bilateral] {
        let settled = settle(&pairs, netting, None, rate);
        assert_eq!(settled, Err(Refusal::OursFull), "{netting:?}");
    }
    let settled = settle(&pairs, Netting::Multilateral, None, rate).unwrap();
    assert_eq!((settled.parts.len(), settled.payouts.len()), (400, 200));
}
