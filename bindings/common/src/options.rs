//! Building a code from named texts: what every language can hand over. The names are those of
//! the builders' methods; amounts are decimal texts in major units, so that no language's floats
//! come near them.

use std::fmt;

use emvqr::{
    Amount, BuildError, Currency, Dynamic, JpqrBuilder, KhqrBuilder, MerchantAccount, StoreId,
};
use serde_json::{Value, json};

/// A KHQR has 23 options, one of which is its scheme; twice that many are a mistake.
pub const OPTIONS_MAX: usize = 46;

/// Why nothing was built.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// Stable: that of a finding, or `option-unknown`, `option-missing`, `option-twice`,
    /// `option-value`.
    pub code: &'static str,
    /// The field, as tags joined by points; empty if an option is at fault.
    pub path: String,
    /// A fragment for a person, the value in backticks last.
    pub message: String,
    /// The official KHQR kit's number for it.
    pub sdk_code: Option<u8>,
}

/// The payload of a code with these options, `scheme` (`khqr` or `jpqr`) among them.
///
/// # Errors
///
/// An option that the scheme does not have, lacks, has twice or cannot take; otherwise what the
/// builder of the scheme refuses.
pub fn build(options: &[(&str, &str)]) -> Result<String, Refusal> {
    let given = Given { options };
    match given.needed("scheme")? {
        "khqr" => khqr(&given),
        "jpqr" => jpqr(&given),
        other => Err(Refusal::value("scheme", other)),
    }
}

const KHQR_ONLY: &[&str] = &[
    "account",
    "merchant_id",
    "currency",
    "created_ms",
    "expires_ms",
];

type Setter<'a, B> = (&'static str, fn(B, &'a str) -> B);

fn khqr(given: &Given<'_>) -> Result<String, Refusal> {
    let texts: [Setter<'_, KhqrBuilder<'_>>; 16] = [
        ("acquiring_bank", KhqrBuilder::acquiring_bank),
        ("account_information", KhqrBuilder::account_information),
        ("union_pay_account", KhqrBuilder::union_pay_account),
        ("name", KhqrBuilder::name),
        ("city", KhqrBuilder::city),
        ("category", KhqrBuilder::category),
        ("postal_code", KhqrBuilder::postal_code),
        ("bill", KhqrBuilder::bill),
        ("mobile", KhqrBuilder::mobile),
        ("store_label", KhqrBuilder::store_label),
        ("reference", KhqrBuilder::reference),
        ("terminal", KhqrBuilder::terminal),
        ("purpose", KhqrBuilder::purpose),
        ("language", KhqrBuilder::language),
        ("local_name", KhqrBuilder::local_name),
        ("local_city", KhqrBuilder::local_city),
    ];
    given.judge(&[KHQR_ONLY, &texts.map(|(name, _)| name)].concat())?;
    let id = given.needed("account")?;
    let builder = match given.get("merchant_id") {
        None => KhqrBuilder::individual(id),
        Some(merchant_id) => KhqrBuilder::merchant(MerchantAccount {
            id,
            merchant_id,
            acquiring_bank: given.get("acquiring_bank").unwrap_or(""),
        }),
    };
    let currency = match given.get("currency") {
        None | Some("KHR") => Currency::KHR,
        Some("USD") => Currency::USD,
        Some(other) => return Err(Refusal::value("currency", other)),
    };
    let mut builder = given.fill(builder, &texts).currency(currency);
    if let Some(dynamic) = dynamic(given, currency)? {
        builder = builder.dynamic(dynamic);
    }
    Ok(builder.build()?)
}

fn jpqr(given: &Given<'_>) -> Result<String, Refusal> {
    let texts: [Setter<'_, JpqrBuilder<'_>>; 11] = [
        ("category", JpqrBuilder::category),
        ("name", JpqrBuilder::name),
        ("city", JpqrBuilder::city),
        ("postal_code", JpqrBuilder::postal_code),
        ("local_name", JpqrBuilder::local_name),
        ("bill", JpqrBuilder::bill),
        ("mobile", JpqrBuilder::mobile),
        ("store_label", JpqrBuilder::store_label),
        ("reference", JpqrBuilder::reference),
        ("terminal", JpqrBuilder::terminal),
        ("purpose", JpqrBuilder::purpose),
    ];
    given.judge(&[&["store"], texts.map(|(name, _)| name).as_slice()].concat())?;
    let store = given.needed("store")?;
    let store = StoreId::parse(store).ok_or_else(|| Refusal::value("store", store))?;
    let mut builder = given.fill(JpqrBuilder::new(store), &texts);
    if let Some(text) = given.get("amount") {
        builder = builder.amount(minor(text, Currency::JPY)?);
    }
    Ok(builder.build()?)
}

/// An amount makes a code one for a single payment, and such a KHQR has its times.
fn dynamic(given: &Given<'_>, currency: Currency) -> Result<Option<Dynamic>, Refusal> {
    let names = ["amount", "created_ms", "expires_ms"];
    if names.iter().all(|name| given.get(name).is_none()) {
        return Ok(None);
    }
    let amount_minor = minor(given.needed("amount")?, currency)?;
    let (created_ms, expires_ms) = (given.time("created_ms")?, given.time("expires_ms")?);
    Ok(Some(Dynamic {
        amount_minor,
        created_ms,
        expires_ms,
    }))
}

fn minor(text: &str, currency: Currency) -> Result<u64, Refusal> {
    let exponent = currency.exponent().unwrap_or(0);
    let amount = Amount::parse(text).and_then(|amount| amount.minor_units(exponent));
    amount.map_err(|fault| Refusal {
        code: fault.code(),
        path: "54".to_owned(),
        message: format!("option does not take this value `amount={text}`"),
        sdk_code: None,
    })
}

/// Options as they were given, at most a handful, so that looking one up needs no map.
struct Given<'a> {
    options: &'a [(&'a str, &'a str)],
}

impl<'a> Given<'a> {
    fn get(&self, name: &str) -> Option<&'a str> {
        let mut options = self.options.iter();
        options
            .find(|(given, _)| *given == name)
            .map(|(_, value)| *value)
    }

    fn needed(&self, name: &'static str) -> Result<&'a str, Refusal> {
        let missing = || Refusal::option("option-missing", "option is missing", name);
        self.get(name).ok_or_else(missing)
    }

    fn time(&self, name: &'static str) -> Result<i64, Refusal> {
        let text = self.needed(name)?;
        text.parse().map_err(|_error| Refusal::value(name, text))
    }

    /// Refuses what the scheme would silently leave out.
    fn judge(&self, known: &[&str]) -> Result<(), Refusal> {
        for (index, (name, _)) in self.options.iter().enumerate() {
            if !["scheme", "amount"].contains(name) && !known.contains(name) {
                return Err(Refusal::option("option-unknown", "option is unknown", name));
            }
            let mut earlier = self.options.iter().take(index);
            if earlier.any(|(other, _)| other == name) {
                return Err(Refusal::option("option-twice", "option stands twice", name));
            }
        }
        Ok(())
    }

    fn fill<B>(&self, builder: B, texts: &[Setter<'a, B>]) -> B {
        texts
            .iter()
            .fold(builder, |builder, (name, set)| match self.get(name) {
                Some(value) => set(builder, value),
                None => builder,
            })
    }
}

impl Refusal {
    /// `code`, `path`, `message` and `sdk_code`, as a finding has them.
    #[must_use]
    pub fn to_json(&self) -> Value {
        json!({
            "code": self.code,
            "path": self.path,
            "message": self.message,
            "sdk_code": self.sdk_code,
        })
    }

    fn option(code: &'static str, words: &str, name: &str) -> Self {
        Self {
            code,
            path: String::new(),
            message: format!("{words} `{}`", shown(name)),
            sdk_code: None,
        }
    }

    fn value(name: &str, value: &str) -> Self {
        let what = format!("{name}={value}");
        Self::option("option-value", "option does not take this value", &what)
    }
}

impl From<BuildError> for Refusal {
    fn from(error: BuildError) -> Self {
        Self {
            code: error.code(),
            path: error.path().to_owned(),
            message: error.to_string(),
            sdk_code: error.sdk_code(),
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message)
    }
}

impl std::error::Error for Refusal {}

/// A stranger's text in a message: short, and nothing in it moves a cursor.
fn shown(text: &str) -> String {
    let shown: String = text.chars().take(emvqr::limits::QUOTED_CHARS_MAX).collect();
    shown.escape_debug().to_string()
}
