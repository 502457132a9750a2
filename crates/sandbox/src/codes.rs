//! The codes of our shops: printed ones, ones for a single payment, and the registry of JPQR
//! shops behind them.

use emvqr::{Dynamic, JpqrBuilder, KhqrBuilder, MerchantAccount, Options, StoreId};
use money::{Amount, Currency, Money};

use crate::ledger::{Books, CodeRow, Holder, ShopRow};
use crate::limits::{CITY_CHARS_MAX, NAME_CHARS_MAX};
use crate::site::{Kind, Site};
use crate::trouble::{Trouble, Word, refused};

/// A shop that somebody wants to open.
#[derive(Clone, Debug)]
pub(crate) struct NewShop {
    pub(crate) name: String,
    pub(crate) name_local: Option<String>,
    pub(crate) city: Option<String>,
    pub(crate) postal_code: Option<String>,
    pub(crate) category: Option<String>,
    pub(crate) accepts_foreign: bool,
}

/// How a dynamic code differs from the printed one.
#[derive(Clone, Debug)]
pub(crate) struct OneTime {
    pub(crate) amount: Amount,
    pub(crate) bill: String,
    pub(crate) created_ms: i64,
    pub(crate) expires_ms: i64,
}

/// What makes a dynamic code this one, however it is written; `None` for a printed code and for
/// what is no code at all.
pub(crate) fn key(payload: &str) -> Option<String> {
    // Time zero: whether a code has expired is another question than which code it is.
    emvqr::read(payload, &Options::at(0)).code?.code_key()
}

/// Opens a shop with its account and printed code.
pub(crate) fn open_shop(
    books: &Books<'_>,
    site: &Site,
    wanted: &NewShop,
) -> Result<ShopRow, Trouble> {
    let (city, postal_code) = match site.kind() {
        Kind::Bank { .. } => ("Phnom Penh", ""),
        Kind::JapaneseSwitch => ("Tokyo", "1000001"),
        Kind::Fx { .. } => return Err(Word::NotOffered.into()),
    };
    text("name", &wanted.name, NAME_CHARS_MAX)?;
    if let Some(name_local) = &wanted.name_local {
        text("name_local", name_local, NAME_CHARS_MAX)?;
    }
    let or = |given: &Option<String>, or: &str| given.clone().unwrap_or_else(|| or.to_owned());
    let mut shop = ShopRow {
        account: new_shop_account(books, site, &wanted.name)?,
        currency: site.currency(),
        name: wanted.name.clone(),
        name_local: wanted.name_local.clone(),
        city: or(&wanted.city, city),
        postal_code: or(&wanted.postal_code, postal_code),
        category: or(&wanted.category, "5999"),
        accepts_foreign: wanted.accepts_foreign,
        payload: String::new(),
        version: 1,
        published: 0,
    };
    text("city", &shop.city, CITY_CHARS_MAX)?;
    shop.payload = payload(site, &shop, None)?;
    books.open_account(&Holder::shop(&shop.account, &shop.name), shop.currency)?;
    books.put_shop(&shop)?;
    Ok(shop)
}

/// Shows a code for one payment.
pub(crate) fn show(
    books: &Books<'_>,
    site: &Site,
    shop: &str,
    price: Money,
    minutes: u32,
) -> Result<CodeRow, Trouble> {
    let shop = books.shop(shop)?.ok_or(Word::ShopUnknown)?;
    if price.currency != shop.currency {
        return Err(refused(
            Word::InvalidField,
            format!("the shop takes `{}`", shop.currency),
        ));
    }
    let created_ms = site.now_ms();
    let expires_ms = created_ms.saturating_add(i64::from(minutes).saturating_mul(60_000));
    let bill = format!("B{:06}", books.next("bill")?);
    let one_time = OneTime {
        amount: price.amount,
        bill: bill.clone(),
        created_ms,
        expires_ms,
    };
    let payload = payload(site, &shop, Some(&one_time))?;
    let code = CodeRow {
        payload,
        account: shop.account,
        price,
        bill,
        expires_ms,
    };
    books.put_code(&code)?;
    Ok(code)
}

/// A customer's account id that nobody has yet.
pub(crate) fn new_customer_account(
    books: &Books<'_>,
    site: &Site,
    name: &str,
) -> Result<String, Trouble> {
    text("name", name, NAME_CHARS_MAX)?;
    match site.kind() {
        Kind::Bank { suffix } => new_bakong_account(books, name, suffix),
        Kind::JapaneseSwitch => Ok(format!("W-{:06}", books.next("wallet")?)),
        Kind::Fx { .. } => Err(Word::NotOffered.into()),
    }
}

fn new_shop_account(books: &Books<'_>, site: &Site, name: &str) -> Result<String, Trouble> {
    match site.kind() {
        Kind::Bank { suffix } => new_bakong_account(books, name, suffix),
        Kind::JapaneseSwitch => {
            let number = books.next("store")?;
            // Company numbers that begin with 9 and zeros; invented, like the shops.
            Ok(format!("9{number:012}-0001-{number:06}-000001"))
        }
        Kind::Fx { .. } => Err(Word::NotOffered.into()),
    }
}

/// `name@bank` out of letters and digits of the name, with a number where it is taken.
fn new_bakong_account(books: &Books<'_>, name: &str, suffix: &str) -> Result<String, Trouble> {
    let mut slug = String::new();
    for letter in name.chars() {
        if letter.is_ascii_alphanumeric() {
            slug.push(letter.to_ascii_lowercase());
        } else if !slug.is_empty() && !slug.ends_with('_') {
            slug.push('_');
        }
    }
    let slug = slug.trim_end_matches('_');
    let slug = if slug.is_empty() { "account" } else { slug };
    let plain = format!("{slug}@{suffix}");
    if books.accounts_of(&plain)?.is_empty() {
        return Ok(plain);
    }
    // The series never gives a number twice, so the first free one is found at once.
    Ok(format!(
        "{slug}{}@{suffix}",
        books.next(&format!("account {slug}"))?.saturating_add(1)
    ))
}

fn payload(site: &Site, shop: &ShopRow, one_time: Option<&OneTime>) -> Result<String, Trouble> {
    let built = match site.kind() {
        Kind::Bank { .. } => {
            let bank = format!("{} (simulated)", site.me());
            khqr(&bank, shop, one_time).build()
        }
        Kind::JapaneseSwitch => {
            let Some(store) = StoreId::parse(&shop.account) else {
                return Err(Word::ShopUnknown.into());
            };
            jpqr(store, shop, one_time).build()
        }
        Kind::Fx { .. } => return Err(Word::NotOffered.into()),
    };
    built.map_err(|error| refused(Word::InvalidField, error.to_string()))
}

fn khqr<'a>(bank: &'a str, shop: &'a ShopRow, one_time: Option<&'a OneTime>) -> KhqrBuilder<'a> {
    let (id, merchant_id) = (shop.account.as_str(), "000001");
    let account = MerchantAccount {
        id,
        merchant_id,
        acquiring_bank: bank,
    };
    // A bank's shops hold riel unless they were opened in dollars; nothing else is opened.
    let dollars = shop.currency == Currency::Usd;
    let currency = if dollars {
        emvqr::Currency::USD
    } else {
        emvqr::Currency::KHR
    };
    let mut builder = KhqrBuilder::merchant(account)
        .name(&shop.name)
        .city(&shop.city)
        .category(&shop.category)
        .currency(currency);
    if let Some(name_local) = &shop.name_local {
        builder = builder.language("km").local_name(name_local);
    }
    if let Some(one_time) = one_time {
        let OneTime {
            amount,
            bill,
            created_ms,
            expires_ms,
        } = one_time;
        let (created_ms, expires_ms) = (*created_ms, *expires_ms);
        let dynamic = Dynamic {
            amount_minor: amount.minor(),
            created_ms,
            expires_ms,
        };
        builder = builder.dynamic(dynamic).bill(bill);
    }
    builder
}

fn jpqr<'a>(
    store: StoreId<'a>,
    shop: &'a ShopRow,
    one_time: Option<&'a OneTime>,
) -> JpqrBuilder<'a> {
    let name_local = shop.name_local.as_deref().unwrap_or(&shop.name);
    let builder = JpqrBuilder::new(store)
        .name(&shop.name)
        .local_name(name_local)
        .city(&shop.city)
        .postal_code(&shop.postal_code)
        .category(&shop.category);
    match one_time {
        Some(one_time) => builder.amount(one_time.amount.minor()).bill(&one_time.bill),
        None => builder,
    }
}

/// A name or city: not empty, not too long, and nothing that a screen would not show as it is.
fn text(field: &str, value: &str, chars_max: usize) -> Result<(), Trouble> {
    let invisible = |letter: char| {
        letter.is_control()
            || matches!(letter, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}')
            || matches!(letter, '\u{2060}'..='\u{206f}' | '\u{feff}')
    };
    let trimmed = value.trim() == value && !value.is_empty();
    if !trimmed || value.chars().count() > chars_max || value.chars().any(invisible) {
        let detail = format!("`{field}` has 1 to {chars_max} visible characters");
        return Err(refused(Word::InvalidField, detail));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{bank, japan, jpy, khr, on_books};

    fn wanted(name: &str, name_local: Option<&str>) -> NewShop {
        NewShop {
            name: name.to_owned(),
            name_local: name_local.map(str::to_owned),
            city: None,
            postal_code: None,
            category: None,
            accepts_foreign: true,
        }
    }

    #[test]
    fn printed_codes_read_back_as_the_shop() {
        on_books(|books| {
            let shop = open_shop(books, &bank(), &wanted("Mekong Coffee", Some("មេគង្គ កាហ្វេ")));
            let shop = shop.unwrap();
            assert_eq!(shop.account, "mekong_coffee@sthp");
            let reading = emvqr::read(&shop.payload, &Options::at(0));
            let Some(emvqr::Code::Khqr(khqr)) = reading.code else {
                panic!("{reading:?}")
            };
            assert_eq!(khqr.account_id(), "mekong_coffee@sthp");
            assert_eq!(key(&shop.payload), None);
            let again = open_shop(books, &bank(), &wanted("Mekong Coffee", None)).unwrap();
            assert_eq!(again.account, "mekong_coffee2@sthp");
        });
        on_books(|books| {
            let shop = open_shop(books, &japan(), &wanted("Noodle House Tsuru", None)).unwrap();
            assert_eq!(shop.account, "9000000000001-0001-000001-000001");
            let reading = emvqr::read(&shop.payload, &Options::at(0));
            let Some(emvqr::Code::Jpqr(jpqr)) = reading.code else {
                panic!("{reading:?}")
            };
            assert_eq!(jpqr.store_id().to_string(), shop.account);
        });
    }

    #[test]
    fn codes_for_one_payment_have_a_key_each_and_end_with_their_time() {
        on_books(|books| {
            let shop = open_shop(books, &bank(), &wanted("Mekong Coffee", None)).unwrap();
            let show = |minor| show(books, &bank(), &shop.account, khr(minor), 10).unwrap();
            let (one, two) = (show(5_000), show(5_000));
            assert_ne!(key(&one.payload).unwrap(), key(&two.payload).unwrap());
            assert_eq!(one.expires_ms, bank().now_ms() + 600_000);
            assert_eq!(books.code(&one.payload).unwrap(), Some(one));
        });
        on_books(|books| {
            let shop = open_shop(books, &japan(), &wanted("Tea Room", None)).unwrap();
            let code = show(books, &japan(), &shop.account, jpy(3_000), 10).unwrap();
            assert!(key(&code.payload).unwrap().contains("B000001"));
            let wrong = show(books, &japan(), &shop.account, khr(3_000), 10);
            assert!(matches!(
                wrong,
                Err(Trouble::Refused(Word::InvalidField, _))
            ));
        });
    }

    #[test]
    fn names_that_cannot_be_shown_as_they_are_are_refused() {
        on_books(|books| {
            for name in ["", " Tea", "Tea ", "a\u{202e}b", "a\nb", &"x".repeat(26)] {
                let refused = open_shop(books, &bank(), &wanted(name, None)).map(|shop| shop.name);
                let invalid = matches!(refused, Err(Trouble::Refused(Word::InvalidField, _)));
                assert!(invalid, "{name:?}");
            }
            assert_eq!(books.shops().unwrap(), []);
        });
    }
}
