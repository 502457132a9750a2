//! The day of an acquirer's shops.

use std::collections::BTreeMap;

use backoffice::statement::{
    LocalDay, ShopStatement, ShopSubject, csv_of_shop_totals, csv_of_shops,
};
use calendar::Country;
use expect_test::expect;
use switch::{ParticipantId, ShopKey};

use crate::office::Office;
use crate::rig::{Desk, id, told};
use crate::world::{ACLEDA, NETSTARS, SATHAPANA, jpy};

fn subject(acquirer: ParticipantId, shop: Option<u128>) -> ShopSubject {
    let country = Country::Jp;
    let date = country.local_date(1_795_000_000_000_000_000);
    ShopSubject {
        acquirer,
        day: LocalDay { date, country },
        shop: shop.map(ShopKey),
    }
}

/// The story, and another shop's payment.
fn busy() -> Office {
    let mut office = told();
    let quote = office
        .quote(ACLEDA, id(4), NETSTARS, "JPQR", jpy(500))
        .unwrap();
    let mut input = office.pay_input(quote);
    input.shop = ShopKey(2);
    office.give(switch::Input::Pay(Box::new(input))).unwrap();
    office.accept(NETSTARS, id(4));
    office
}

fn shop_names() -> BTreeMap<ShopKey, String> {
    BTreeMap::from([(ShopKey(1), "=ヌードル鶴".to_owned())])
}

#[test]
fn a_day_is_told_line_by_line_and_shop_by_shop() {
    let office = busy();
    let desk = Desk::of(&office);
    let whole = ShopStatement::read(&desk.tables, subject(NETSTARS, None)).unwrap();
    let lines = whole.page(&desk.tables, 1, 1).unwrap();
    let shops: Vec<_> = whole
        .shops()
        .iter()
        .map(|(key, total)| (*key, *total))
        .collect();
    expect![[r#"
        number,time,shop,name,kind,item,payment,currency,gross,fee,net
        1,2026-11-18T11:06:40.000Z,00000000000000000000000000000001,'=ヌードル鶴,payment,8a562c67-ca16-48ba-b074-000000000001,,JPY,3000,36,2964
        2,2026-11-18T11:06:42.000Z,00000000000000000000000000000001,'=ヌードル鶴,refund,8a562c67-ca16-48ba-b074-000000000003,8a562c67-ca16-48ba-b074-000000000001,JPY,-1000,0,-1000
        3,2026-11-18T11:06:43.000Z,00000000000000000000000000000002,,payment,8a562c67-ca16-48ba-b074-000000000004,,JPY,500,6,494
    "#]].assert_eq(&csv_of_shops(&lines, 1, &shop_names()).unwrap());
    expect![[r#"
        shop,name,currency,payments,refunds,gross,refunded,fee,net
        00000000000000000000000000000001,'=ヌードル鶴,JPY,1,1,3000,1000,36,1964
        00000000000000000000000000000002,,JPY,1,0,500,0,6,494
        total,,JPY,2,1,3500,1000,42,2458
    "#]]
    .assert_eq(&csv_of_shop_totals(&shops, &whole, 1, 1, &shop_names()).unwrap());
}

#[test]
fn one_shop_has_its_own_lines_and_another_side_none_of_them() {
    let office = busy();
    let desk = Desk::of(&office);
    let read = |acquirer, shop| {
        let statement = ShopStatement::read(&desk.tables, subject(acquirer, shop)).unwrap();
        let totals = statement.totals().values();
        let totals: Vec<i128> = totals.map(|total| total.fees.net).collect();
        (statement.lines_count(), totals)
    };
    assert_eq!(read(NETSTARS, Some(1)), (2, vec![2_964 - 1_000]));
    assert_eq!(read(NETSTARS, Some(2)), (1, vec![494]));
    assert_eq!(read(NETSTARS, Some(3)), (0, vec![]));
    assert_eq!(read(SATHAPANA, None), (1, vec![119_280]));
    assert_eq!(read(ACLEDA, None), (0, vec![]));
    let mut yesterday = subject(NETSTARS, None);
    yesterday.day.date = yesterday.day.date.yesterday().unwrap();
    let none = ShopStatement::read(&desk.tables, yesterday).unwrap();
    assert_eq!((none.lines_count(), none.pages(1)), (0, 1));
}

#[test]
fn a_fee_that_is_not_the_one_agreed_on_makes_no_statement() {
    let office = busy();
    let desk = Desk::of(&office);
    desk.damage("UPDATE item SET merchant_fee = merchant_fee + 1 WHERE is_refund = 0");
    let error = ShopStatement::read(&desk.tables, subject(NETSTARS, None)).unwrap_err();
    expect!["make the day of a shop add up in JPY: `42` instead of `44`"]
        .assert_eq(&error.to_string());
}
