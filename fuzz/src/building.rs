//! What a shop could ask a builder for, one setting a line: a letter and the value. What is built
//! is accepted and says what was asked for; everything else is refused by the name of a rule.

use emvqr::{
    BuildError, Code, Currency, Dynamic, JpqrBuilder, KhqrBuilder, MerchantAccount, Options,
    Profile, Severity, StoreId, read,
};

use crate::sound;

/// # Panics
/// If something does not hold.
pub fn check(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let wanted = Wanted::parse(&text);
    let (built, profile) = match (wanted.store(), wanted.text('m')) {
        (Some(store), _) => (jpqr(&wanted, store), Profile::Jpqr),
        (None, merchant) => (khqr(&wanted, merchant), Profile::Khqr),
    };
    match built {
        Ok(payload) => check_built(&wanted, &payload, profile),
        Err(error) => check_refused(&error),
    }
}

/// The settings in their order.
struct Wanted<'a>(Vec<(char, &'a str)>);

impl<'a> Wanted<'a> {
    fn parse(text: &'a str) -> Self {
        let setting = |line: &'a str| {
            let mut rest = line.chars();
            rest.next().map(|key| (key, rest.as_str()))
        };
        Self(text.split('\n').filter_map(setting).collect())
    }

    /// The last value of this key.
    fn text(&self, key: char) -> Option<&'a str> {
        let is_it = |setting: &&(char, &str)| setting.0 == key;
        self.0.iter().rev().find(is_it).map(|setting| setting.1)
    }

    fn store(&self) -> Option<StoreId<'a>> {
        self.text('j').and_then(StoreId::parse)
    }

    fn amount(&self) -> Option<u64> {
        self.text('a').and_then(|text| text.parse().ok())
    }

    /// `aAMOUNT` and `tCREATED EXPIRES`, without which a code is for many payments.
    fn dynamic(&self) -> Option<Dynamic> {
        let (created, expires) = self.text('t')?.split_once(' ')?;
        Some(Dynamic {
            amount_minor: self.amount()?,
            created_ms: created.parse().ok()?,
            expires_ms: expires.parse().ok()?,
        })
    }

    fn currency(&self) -> Option<Currency> {
        self.text('$').and_then(Currency::parse)
    }
}

fn khqr(wanted: &Wanted<'_>, merchant: Option<&str>) -> Result<String, BuildError> {
    let mut builder = match merchant {
        Some(text) => {
            let mut parts = text.splitn(3, '|');
            let mut next = || parts.next().unwrap_or_default();
            let (id, merchant_id, acquiring_bank) = (next(), next(), next());
            KhqrBuilder::merchant(MerchantAccount {
                id,
                merchant_id,
                acquiring_bank,
            })
        }
        None => KhqrBuilder::individual(wanted.text('i').unwrap_or_default()),
    };
    for (key, value) in &wanted.0 {
        builder = match key {
            'n' => builder.name(value),
            'c' => builder.city(value),
            'k' => builder.category(value),
            'u' => builder.union_pay_account(value),
            'p' => builder.postal_code(value),
            'b' => builder.bill(value),
            'h' => builder.mobile(value),
            's' => builder.store_label(value),
            'r' => builder.reference(value),
            'd' => builder.terminal(value),
            'w' => builder.purpose(value),
            'l' => builder.language(value),
            'N' => builder.local_name(value),
            'C' => builder.local_city(value),
            'B' => builder.acquiring_bank(value),
            'I' => builder.account_information(value),
            _ => builder,
        };
    }
    if let Some(currency) = wanted.currency() {
        builder = builder.currency(currency);
    }
    if let Some(dynamic) = wanted.dynamic() {
        builder = builder.dynamic(dynamic);
    }
    builder.build()
}

fn jpqr(wanted: &Wanted<'_>, store: StoreId<'_>) -> Result<String, BuildError> {
    let mut builder = JpqrBuilder::new(store);
    for (key, value) in &wanted.0 {
        builder = match key {
            'n' => builder.name(value),
            'c' => builder.city(value),
            'k' => builder.category(value),
            'p' => builder.postal_code(value),
            'b' => builder.bill(value),
            'h' => builder.mobile(value),
            's' => builder.store_label(value),
            'r' => builder.reference(value),
            'd' => builder.terminal(value),
            'w' => builder.purpose(value),
            'N' => builder.local_name(value),
            _ => builder,
        };
    }
    if let Some(amount) = wanted.amount() {
        builder = builder.amount(amount);
    }
    builder.build()
}

fn check_built(wanted: &Wanted<'_>, payload: &str, profile: Profile) {
    let now_ms = wanted.dynamic().map_or(0, |dynamic| dynamic.created_ms);
    let reading = read(payload, &Options { now_ms, profile });
    sound::tree(payload);
    sound::reading(payload, &reading);
    let is_odd = |finding: &emvqr::Finding| finding.severity == Severity::Odd;
    assert!(
        reading.findings.iter().all(is_odd),
        "{payload:?} {reading:?}"
    );
    let code = reading.code.expect("what is built is accepted");
    check_said(wanted, &code);
    match &code {
        Code::Khqr(khqr) => {
            let again = khqr.rebuild().expect("what was built builds");
            assert_eq!((again.payload.as_str(), again.changes.len()), (payload, 0));
            assert_eq!(khqr.is_dynamic(), wanted.dynamic().is_some());
            assert_eq!(
                khqr.expires_ms(),
                wanted.dynamic().map(|dynamic| dynamic.expires_ms)
            );
            assert_eq!(
                khqr.created_ms(),
                wanted.dynamic().map(|dynamic| dynamic.created_ms)
            );
            assert_eq!(
                khqr.common().currency,
                wanted.currency().unwrap_or(Currency::KHR)
            );
            let id = match wanted.text('m') {
                Some(merchant) => merchant.split('|').next(),
                None => wanted.text('i'),
            };
            assert_eq!(Some(khqr.account_id()), id);
            assert_eq!(
                minor(&code),
                wanted.dynamic().map(|dynamic| dynamic.amount_minor)
            );
        }
        Code::Jpqr(jpqr) => {
            let again = jpqr.rebuild().expect("what was built builds");
            assert_eq!((again.payload.as_str(), again.changes.len()), (payload, 0));
            assert_eq!(Some(jpqr.store_id()), wanted.store());
            assert_eq!(minor(&code), wanted.amount());
        }
        Code::Merchant(_) => panic!("no builder builds one"),
    }
}

fn minor(code: &Code<'_>) -> Option<u64> {
    let common = code.common();
    let exponent = common.currency.exponent().expect("ours have one");
    common.amount.map(|amount| {
        amount
            .minor_units(exponent)
            .expect("it was built from them")
    })
}

/// What was asked for is there, unchanged; an empty text may stand for a default.
fn check_said(wanted: &Wanted<'_>, code: &Code<'_>) {
    let common = code.common();
    let additional = common.additional;
    let said = [
        ('n', common.name),
        ('c', common.city),
        ('k', common.category),
        ('p', common.postal_code),
        ('b', additional.bill),
        ('h', additional.mobile),
        ('s', additional.store_label),
        ('r', additional.reference),
        ('d', additional.terminal),
        ('w', additional.purpose),
        ('N', common.local.map(|local| local.name)),
    ];
    for (key, said) in said {
        if let Some(asked) = wanted.text(key).filter(|text| !text.is_empty()) {
            assert_eq!(said, Some(asked), "{key}");
        }
    }
    assert_eq!(common.tip, None);
}

fn check_refused(error: &BuildError) {
    assert!(sound::is_rule(error.code()), "{error:?}");
    let is_path = |c: char| c.is_ascii_digit() || c == '.';
    assert!(error.path().chars().all(is_path), "{error:?}");
    sound::is_shown(&error.to_string());
}
