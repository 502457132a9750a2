//! What the hub says to itself through the hands of others: the payloads of scan and quote
//! tokens. They are signed, so what is read back is what was written; it is still read strictly,
//! because a token of an older build may have another form.
//!
//! A quote's token carries the whole agreement. The core takes it as it stands, so a payment is
//! made under exactly the terms that were shown, whatever rates are published in between.

use money::{Amount, Currency, Money, Rate};
use serde::{Deserialize, Serialize};
use switch::{CodeHold, CorridorAt, CorridorId, Digest, ItemId, ParticipantId, Quote, Terms, Time};
use wire::error::{Code, Problem};
use wire::json::{self, Limits};
use wire::limits::TOKEN_PAYLOAD_BYTES_MAX;
use wire::token::{self, TokenKind};

use crate::convert::{hex, item_id, uuid_text};
use crate::hub::Hub;

/// What a scan found out, bound to who asked and to the exact payload.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ScanTicket {
    /// Who scanned.
    pub(crate) payer: u16,
    /// Who answers for the shop.
    pub(crate) payee: u16,
    pub(crate) scheme: String,
    /// The amount that the code fixes.
    pub(crate) price: Option<Coins>,
    pub(crate) expires_ns: i64,
    pub(crate) shop: Shop,
}

/// What a payment will need of the scan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Shop {
    /// The scanned code, exactly.
    pub(crate) payload: String,
    /// Store id or account.
    pub(crate) id: String,
    /// From the registry or the bank.
    pub(crate) name: String,
    /// Category (ISO 18245), from the registry or the code. Left out where there is none, so
    /// that a token of an older build keeps its bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) category: Option<u16>,
    /// Of a dynamic code.
    pub(crate) code: Option<OneTime>,
}

/// A dynamic code: its key in hexadecimal and until when it could be presented again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct OneTime {
    pub(crate) key: String,
    pub(crate) until_ns: i64,
    /// Whether the code itself says so, or nothing but our default.
    pub(crate) is_said: bool,
}

/// Money in minor units.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Coins {
    pub(crate) currency: String,
    pub(crate) minor: u64,
}

/// An exact rate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Ratio {
    base: String,
    quote: String,
    mantissa: u64,
    scale: u8,
}

/// An offer, with what the payment will need of the scan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct QuoteTicket {
    id: String,
    corridor: u16,
    corridor_version: u32,
    payer: u16,
    payee: u16,
    fx: u16,
    fx_version: u64,
    amount: Coins,
    principal: Coins,
    payer_amount: Coins,
    customer_fee: u64,
    switch_fee: u64,
    merchant_fee: u64,
    issuer_share: u64,
    switch_share: u64,
    rate: Ratio,
    reference: Ratio,
    expires_ns: i64,
    pub(crate) shop: Shop,
}

impl Hub {
    pub(crate) fn seal_scan(&self, ticket: &ScanTicket) -> Result<String, Problem> {
        self.seal(TokenKind::Scan, ticket)
    }

    pub(crate) fn open_scan(&self, text: &str) -> Result<ScanTicket, Problem> {
        self.open(TokenKind::Scan, text, "/scan")
    }

    pub(crate) fn seal_quote(&self, ticket: &QuoteTicket) -> Result<String, Problem> {
        self.seal(TokenKind::Quote, ticket)
    }

    pub(crate) fn open_quote(&self, text: &str) -> Result<QuoteTicket, Problem> {
        self.open(TokenKind::Quote, text, "/quote")
    }

    fn seal<T: Serialize>(&self, kind: TokenKind, ticket: &T) -> Result<String, Problem> {
        let payload = ticket_bytes(ticket)?;
        token::seal(kind, &self.shared().key, &payload).map_err(|_too_long| {
            let problem = Problem::new(Code::CodeUnreadable);
            problem.with_detail("the code and its shop are too long for a token")
        })
    }

    fn open<T: serde::de::DeserializeOwned>(
        &self,
        kind: TokenKind,
        text: &str,
        field: &str,
    ) -> Result<T, Problem> {
        let refused = || Problem::new(kind.refusal()).with_field(field);
        let (_kid, payload) =
            token::open(kind, text, |kid| self.keys().find(kid)).map_err(|_why| refused())?;
        let limits = Limits {
            bytes_max: TOKEN_PAYLOAD_BYTES_MAX,
            depth_max: DEPTH_MAX,
        };
        json::parse(&payload, limits).map_err(|_other_form| refused())
    }
}

/// Ticket, shop, one-time code.
const DEPTH_MAX: usize = 4;

fn ticket_bytes<T: Serialize>(ticket: &T) -> Result<Vec<u8>, Problem> {
    serde_json::to_vec(ticket).map_err(|_unfit| Problem::new(Code::Internal))
}

impl QuoteTicket {
    pub(crate) fn new(quote: &Quote, shop: Shop) -> Self {
        let terms = &quote.terms;
        Self {
            id: uuid_text(quote.id),
            corridor: terms.corridor.id.0,
            corridor_version: terms.corridor.version,
            payer: terms.payer.0,
            payee: terms.payee.0,
            fx: terms.fx.0,
            fx_version: terms.fx_version,
            amount: Coins::of(terms.amount),
            principal: Coins::of(terms.principal),
            payer_amount: Coins::of(quote.payer_amount),
            customer_fee: terms.customer_fee.minor(),
            switch_fee: terms.switch_fee.minor(),
            merchant_fee: terms.merchant_fee.minor(),
            issuer_share: terms.issuer_share.minor(),
            switch_share: terms.switch_share.minor(),
            rate: Ratio::of(terms.rate),
            reference: Ratio::of(terms.reference),
            expires_ns: quote.expires_at.0,
            shop,
        }
    }

    /// The offer as the core made it; `None` for a ticket that no build of ours wrote.
    pub(crate) fn quote(&self) -> Option<Quote> {
        let terms = Terms {
            corridor: CorridorAt {
                id: CorridorId(self.corridor),
                version: self.corridor_version,
            },
            payer: ParticipantId(self.payer),
            payee: ParticipantId(self.payee),
            fx: ParticipantId(self.fx),
            fx_version: self.fx_version,
            amount: self.amount.money()?,
            principal: self.principal.money()?,
            customer_fee: Amount::from_minor(self.customer_fee)?,
            switch_fee: Amount::from_minor(self.switch_fee)?,
            merchant_fee: Amount::from_minor(self.merchant_fee)?,
            issuer_share: Amount::from_minor(self.issuer_share)?,
            switch_share: Amount::from_minor(self.switch_share)?,
            rate: self.rate.rate()?,
            reference: self.reference.rate()?,
        };
        Some(Quote {
            id: self.id()?,
            terms,
            payer_amount: self.payer_amount.money()?,
            expires_at: Time(self.expires_ns),
        })
    }

    pub(crate) fn id(&self) -> Option<ItemId> {
        item_id(&self.id)
    }

    /// The same offer gives the same bytes, for the hash of a request.
    pub(crate) fn bytes(&self) -> Result<Vec<u8>, Problem> {
        ticket_bytes(self)
    }
}

impl Coins {
    pub(crate) fn of(money: Money) -> Self {
        Self {
            currency: money.currency.alpha().to_owned(),
            minor: money.amount.minor(),
        }
    }

    pub(crate) fn money(&self) -> Option<Money> {
        let currency = Currency::from_alpha(&self.currency)?;
        Some(Money::new(currency, Amount::from_minor(self.minor)?))
    }
}

impl Ratio {
    fn of(rate: Rate) -> Self {
        Self {
            base: rate.base().alpha().to_owned(),
            quote: rate.quote().alpha().to_owned(),
            mantissa: rate.mantissa(),
            scale: rate.scale(),
        }
    }

    fn rate(&self) -> Option<Rate> {
        let base = Currency::from_alpha(&self.base)?;
        let quote = Currency::from_alpha(&self.quote)?;
        Rate::from_parts(base, quote, self.mantissa, self.scale).ok()
    }
}

impl OneTime {
    pub(crate) fn new(key: Digest, until: Time, is_said: bool) -> Self {
        Self {
            key: hex(&key.0),
            until_ns: until.0,
            is_said,
        }
    }

    pub(crate) fn hold(&self) -> Option<CodeHold> {
        let mut key = [0; 32];
        let (pairs, rest) = self.key.as_bytes().as_chunks::<2>();
        if pairs.len() != key.len() || !rest.is_empty() {
            return None;
        }
        for (byte, pair) in key.iter_mut().zip(pairs) {
            let text = core::str::from_utf8(pair).ok()?;
            *byte = u8::from_str_radix(text, 16).ok()?;
        }
        Some(CodeHold {
            key: Digest(key),
            until: Time(self.until_ns),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quote() -> Quote {
        let money = |currency, minor| Money::new(currency, Amount::from_minor(minor).unwrap());
        let minor = |minor| Amount::from_minor(minor).unwrap();
        let rate = |text| Rate::parse(Currency::Jpy, Currency::Khr, text).unwrap();
        Quote {
            id: item_id("4dfc7a3e-1b1c-4f0a-9d7e-2f1f0d3c5b6a").unwrap(),
            terms: Terms {
                corridor: CorridorAt {
                    id: CorridorId(1),
                    version: 2,
                },
                payer: ParticipantId(3),
                payee: ParticipantId(4),
                fx: ParticipantId(5),
                fx_version: 6,
                amount: money(Currency::Jpy, 3_000),
                principal: money(Currency::Khr, 80_136),
                customer_fee: minor(400),
                switch_fee: minor(100),
                merchant_fee: minor(36),
                issuer_share: minor(12),
                switch_share: minor(3),
                rate: rate("26.712"),
                reference: rate("26.5"),
            },
            payer_amount: money(Currency::Khr, 80_536),
            expires_at: Time(1_795_392_000_007_000_001),
        }
    }

    #[test]
    fn a_quote_comes_back_as_it_went_out() {
        let shop = Shop {
            payload: "000201".into(),
            id: "0000000000001-0001-000001-000001".into(),
            name: "TORII RAMEN".into(),
            category: Some(5_812),
            code: Some(OneTime::new(Digest([0xab; 32]), Time(7), true)),
        };
        let ticket = QuoteTicket::new(&quote(), shop);
        let bytes = ticket.bytes().unwrap();
        let limits = Limits {
            bytes_max: TOKEN_PAYLOAD_BYTES_MAX,
            depth_max: DEPTH_MAX,
        };
        let again: QuoteTicket = json::parse(&bytes, limits).unwrap();
        assert_eq!(again, ticket);
        assert_eq!(again.quote(), Some(quote()));
        let hold = again.shop.code.unwrap().hold();
        assert_eq!(
            hold,
            Some(CodeHold {
                key: Digest([0xab; 32]),
                until: Time(7)
            })
        );
    }
}
