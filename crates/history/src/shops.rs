//! A few hundred made-up shops: what they sell, how dear it is, and how many come.

use money::Currency;
use switch::{Merchant, ParticipantId, ShopKey};

use crate::dice::Dice;
use crate::limits::{SHOPS_EXPO, SHOPS_JP, SHOPS_KH};
use crate::network::{ACLEDA, NETSTARS, SATHAPANA};
use crate::season::Direction;
use crate::{HistoryError, Names, Settings};

/// A kind of shop (ISO 18245), with what one buys there: from, to and in which steps, in minor
/// units.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Trade {
    pub(crate) category: u16,
    name: &'static str,
    local: &'static str,
    /// Of 100 shops, about so many.
    share: u64,
    pub(crate) price: [u64; 3],
}

const fn trade(
    category: u16,
    (name, local): (&'static str, &'static str),
    share: u64,
    price: [u64; 3],
) -> Trade {
    Trade {
        category,
        name,
        local,
        share,
        price,
    }
}

/// Yen.
const JAPAN: [Trade; 12] = [
    trade(5812, ("Shokudo", "食堂"), 20, [800, 9_000, 10]),
    trade(5814, ("Cafe", "喫茶"), 16, [350, 2_200, 10]),
    trade(5499, ("Konbini", "コンビニ"), 12, [120, 2_600, 1]),
    trade(5411, ("Supa", "スーパー"), 7, [300, 6_500, 1]),
    trade(5947, ("Omiyage", "土産"), 14, [400, 14_000, 10]),
    trade(5912, ("Drug", "薬局"), 8, [400, 18_000, 1]),
    trade(5651, ("Fuku", "服店"), 6, [1_500, 28_000, 10]),
    trade(5311, ("Depato", "百貨店"), 4, [2_000, 70_000, 10]),
    trade(5732, ("Denki", "電器"), 3, [3_000, 140_000, 10]),
    trade(7996, ("Pavilion", "展示館"), 4, [500, 7_500, 100]),
    trade(4121, ("Taxi", "タクシー"), 4, [700, 9_800, 100]),
    trade(7011, ("Ryokan", "旅館"), 2, [7_000, 90_000, 100]),
];

/// Riel.
const CAMBODIA: [Trade; 10] = [
    trade(5812, ("Restaurant", "ភោជនីយដ្ឋាន"), 24, [12_000, 240_000, 500]),
    trade(5814, ("Kafe", "កាហ្វេ"), 18, [4_000, 48_000, 100]),
    trade(5499, ("Mart", "ម៉ាត"), 12, [2_000, 80_000, 100]),
    trade(5947, ("Souvenir", "វត្ថុអនុស្សាវរីយ៍"), 14, [8_000, 320_000, 500]),
    trade(4121, ("Tuktuk", "តុកតុក"), 12, [4_000, 60_000, 500]),
    trade(7298, ("Spa", "ស្ប៉ា"), 6, [32_000, 240_000, 1_000]),
    trade(5691, ("Silk", "សូត្រ"), 5, [20_000, 600_000, 500]),
    trade(
        7991,
        ("Temple tours", "ទស្សនកិច្ច"),
        4,
        [60_000, 900_000, 1_000],
    ),
    trade(5912, ("Pharmacy", "ឱសថស្ថាន"), 3, [4_000, 120_000, 100]),
    trade(7011, ("Hotel", "សណ្ឋាគារ"), 2, [100_000, 3_200_000, 1_000]),
];

const CITIES_JP: [&str; 6] = ["Osaka", "Tokyo", "Kyoto", "Fukuoka", "Nara", "Sapporo"];

/// A shop.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shop {
    pub(crate) key: ShopKey,
    pub(crate) payee: ParticipantId,
    pub(crate) trade: Trade,
    /// How much it is liked: the first of a country most.
    weight: u64,
    is_expo: bool,
}

/// All of them.
#[derive(Debug)]
pub(crate) struct Shops {
    japan: Vec<Shop>,
    cambodia: Vec<Shop>,
    /// What the Japanese side uploads into the registry.
    registry: Vec<Merchant>,
    sums: [u64; 3],
}

impl Shops {
    pub(crate) fn new(settings: &Settings, names: &dyn Names) -> Result<Self, HistoryError> {
        let mut dice = Dice::of(settings.seed, "shops", 0);
        let (mut japan, mut cambodia, mut registry) = (Vec::new(), Vec::new(), Vec::new());
        for number in 0..SHOPS_JP {
            let is_expo = number < SHOPS_EXPO;
            let trade = pick(&JAPAN, &mut dice)?;
            let merchant = merchant(&trade, number, is_expo);
            japan.push(Shop {
                key: names.shop(NETSTARS, &merchant.store_id)?,
                payee: NETSTARS,
                trade,
                weight: liked(number % SHOPS_JP.saturating_sub(SHOPS_EXPO)),
                is_expo,
            });
            registry.push(merchant);
        }
        for number in 0..SHOPS_KH {
            let trade = pick(&CAMBODIA, &mut dice)?;
            let (payee, bank) = match dice.below(5) < 3 {
                true => (ACLEDA, "aclb"),
                false => (SATHAPANA, "sthp"),
            };
            let account = format!("shop{number}@{bank}");
            cambodia.push(Shop {
                key: names.shop(payee, &account)?,
                payee,
                trade,
                weight: liked(number),
                is_expo: false,
            });
        }
        let sum = |shops: &[Shop], expo: bool| {
            let of_it = shops.iter().filter(|shop| shop.is_expo == expo);
            of_it.map(|shop| shop.weight).sum()
        };
        let sums = [sum(&japan, true), sum(&japan, false), sum(&cambodia, false)];
        Ok(Self {
            japan,
            cambodia,
            registry,
            sums,
        })
    }

    /// What the registry is told when the history begins.
    pub(crate) fn registry(&self) -> &[Merchant] {
        &self.registry
    }

    /// What it is told when the Expo is over: its shops take nobody's payments any more.
    pub(crate) fn closed_expo(&self) -> impl Iterator<Item = Merchant> {
        let expo = self.registry.iter().zip(&self.japan);
        let expo = expo.filter(|(_, shop)| shop.is_expo);
        expo.map(|(merchant, _)| Merchant {
            version: 2,
            is_active: false,
            ..merchant.clone()
        })
    }

    /// Where somebody pays; two of three in Japan pay at the Expo while it lasts.
    pub(crate) fn draw(
        &self,
        way: Direction,
        is_expo_open: bool,
        dice: &mut Dice,
    ) -> Result<&Shop, HistoryError> {
        let is_expo = way == Direction::ToJapan && is_expo_open && dice.below(3) < 2;
        let [expo, japan, cambodia] = self.sums;
        let (shops, sum) = match (way, is_expo) {
            (Direction::ToJapan, true) => (&self.japan, expo),
            (Direction::ToJapan, false) => (&self.japan, japan),
            (Direction::ToCambodia, _) => (&self.cambodia, cambodia),
        };
        let mut left = dice.below(sum);
        let mut found = shops.iter().filter(|shop| shop.is_expo == is_expo);
        let found = found.find(|shop| {
            let is_it = left < shop.weight;
            left = left.saturating_sub(shop.weight);
            is_it
        });
        found.ok_or(HistoryError::Value("a shop"))
    }
}

impl Trade {
    /// A price: mostly a small one, in the trade's steps.
    pub(crate) fn price(&self, dice: &mut Dice) -> u64 {
        let [low, high, step] = self.price;
        let steps = high.saturating_sub(low).checked_div(step).unwrap_or(0);
        let place = dice
            .below(steps)
            .min(dice.below(steps))
            .min(dice.below(steps));
        low.saturating_add(place.saturating_mul(step))
    }
}

impl Direction {
    /// The shop's currency.
    pub(crate) fn currency(self) -> Currency {
        match self {
            Direction::ToJapan => Currency::Jpy,
            Direction::ToCambodia => Currency::Khr,
        }
    }
}

fn pick(trades: &[Trade], dice: &mut Dice) -> Result<Trade, HistoryError> {
    let place = dice.weighted(trades, |trade| trade.share);
    trades
        .get(place)
        .copied()
        .ok_or(HistoryError::Value("a trade"))
}

/// The hundredth shop has a twelfth of the first one's customers.
fn liked(rank: u64) -> u64 {
    100_000_u64.checked_div(rank.saturating_add(9)).unwrap_or(1)
}

fn merchant(trade: &Trade, number: u64, is_expo: bool) -> Merchant {
    let place = usize::try_from(number).unwrap_or(0) % CITIES_JP.len();
    let city = CITIES_JP.get(place).copied().unwrap_or("Osaka");
    let (name, local) = (trade.name, trade.local);
    Merchant {
        store_id: format!(
            "{:013}-0001-{number:06}-000001",
            8_000_000_000_000 + number / 4
        ),
        acquirer: NETSTARS,
        version: 1,
        name: format!("{name} {number} SIMULATED"),
        name_local: format!("{local}{number}号店"),
        city: if is_expo { "Osaka" } else { city }.to_owned(),
        category: trade.category.to_string(),
        accepts_foreign: true,
        is_active: true,
    }
}
