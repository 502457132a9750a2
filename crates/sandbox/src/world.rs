//! The small made-up world that every new ledger begins with. All people, shops, numbers and
//! balances are invented; whoever shows them says "simulated".

use money::{Amount, Currency, Money};

use crate::codes::{self, NewShop};
use crate::ledger::{Books, Holder};
use crate::site::Site;
use crate::trouble::{Trouble, broken};

struct Person {
    name: &'static str,
    tourist: bool,
    minor: u64,
}

struct Shop {
    name: &'static str,
    name_local: &'static str,
    city: &'static str,
    postal_code: Option<&'static str>,
    category: &'static str,
    accepts_foreign: bool,
}

struct World {
    people: &'static [Person],
    shops: &'static [Shop],
}

const fn person(name: &'static str, minor: u64) -> Person {
    Person {
        name,
        tourist: false,
        minor,
    }
}

const fn cambodian(
    name: &'static str,
    name_local: &'static str,
    city: &'static str,
    category: &'static str,
) -> Shop {
    Shop {
        name,
        name_local,
        city,
        postal_code: None,
        category,
        accepts_foreign: true,
    }
}

const ACLEDA: World = World {
    people: &[
        person("Sokha", 5_000_000),
        person("Dara", 1_200_000),
        // Too poor for the story's first payment, so that a refusal can be shown too.
        person("Bopha", 40_000),
    ],
    shops: &[cambodian(
        "Lotus Books",
        "បណ្ណាគារ ផ្កាឈូក",
        "Phnom Penh",
        "5942",
    )],
};

const SATHAPANA: World = World {
    people: &[person("Vanna", 2_000_000), person("Rithy", 800_000)],
    shops: &[
        cambodian("Mekong Coffee", "មេគង្គ កាហ្វេ", "Phnom Penh", "5814"),
        cambodian("Kampot Pepper Stall", "តូបម្រេចកំពត", "Kampot", "5499"),
    ],
};

const NETSTARS: World = World {
    people: &[
        person("Hana", 150_000),
        person("Ren", 60_000),
        // Somebody from abroad with a wallet topped up at the airport; pays like everybody else.
        Person {
            name: "Alex",
            tourist: true,
            minor: 30_000,
        },
    ],
    shops: &[
        Shop {
            name: "Noodle House Tsuru",
            name_local: "ヌードル鶴",
            city: "Osaka",
            postal_code: Some("5300001"),
            category: "5812",
            accepts_foreign: true,
        },
        Shop {
            name: "Tea Room Momiji",
            name_local: "茶房もみじ",
            city: "Kyoto",
            postal_code: Some("6008001"),
            category: "5814",
            accepts_foreign: true,
        },
        // Takes JPQR at home, but did not apply for JPQR Global.
        Shop {
            name: "Corner Hardware Sato",
            name_local: "街角金物店",
            city: "Nara",
            postal_code: Some("6308001"),
            category: "5251",
            accepts_foreign: false,
        },
    ],
};

fn of(participant: &str) -> Option<&'static World> {
    match participant {
        "acleda" => Some(&ACLEDA),
        "sathapana" => Some(&SATHAPANA),
        "netstars" => Some(&NETSTARS),
        _nobody_of_this_world => None,
    }
}

/// Imports the world once; a ledger that has it is left as it is.
pub(crate) fn import(books: &Books<'_>, site: &Site) -> Result<(), Trouble> {
    const DONE: &str = "world";
    let Some(world) = of(site.me()) else {
        return Ok(());
    };
    if books.meta(DONE)?.is_some() {
        return Ok(());
    }
    let currency = site.currency();
    for person in world.people {
        let account = codes::new_customer_account(books, site, person.name)?;
        let holder = if person.tourist {
            Holder::tourist(&account, person.name)
        } else {
            Holder::customer(&account, person.name)
        };
        open(books, site, &holder, currency, person.minor)?;
    }
    for shop in world.shops {
        let wanted = NewShop {
            name: shop.name.to_owned(),
            name_local: Some(shop.name_local.to_owned()),
            city: Some(shop.city.to_owned()),
            postal_code: shop.postal_code.map(str::to_owned),
            category: Some(shop.category.to_owned()),
            accepts_foreign: shop.accepts_foreign,
        };
        codes::open_shop(books, site, &wanted)?;
    }
    books.set_meta(DONE, "1")
}

fn open(
    books: &Books<'_>,
    site: &Site,
    holder: &Holder,
    currency: Currency,
    minor: u64,
) -> Result<(), Trouble> {
    let amount = Amount::from_minor(minor).ok_or_else(|| broken("the world's balances"))?;
    books.open_account(holder, currency)?;
    books.post_opening(&holder.account, Money::new(currency, amount), site.now_ms())?;
    Ok(())
}
