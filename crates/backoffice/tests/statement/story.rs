//! The window of the story, as each of its participants sees it.

use backoffice::statement::{StatementError, Subject, WindowStatement};
use expect_test::expect;
use switch::{ParticipantId, WindowId};

use crate::rig::{ALL, Desk, W1, close, names, pay_out_all, settle, tell, told};
use crate::world::{ACLEDA, HOUSE};

#[test]
fn every_participant_finds_its_net_leg_by_leg() {
    let mut office = told();
    close(&mut office);
    settle(&mut office, W1).unwrap();
    pay_out_all(&mut office, W1);
    let desk = Desk::of(&office);
    let names = names(&office);
    let text: String = ALL
        .into_iter()
        .map(|who| tell(&desk, &desk.window(W1, who), &names))
        .collect();
    expect![[r#"
        acleda
        1 payment exchange fx1 KHR -80136 -> -80136
        2 payment switch_fee house KHR -100 -> -80236
        3 payment issuer_share fx1 JPY 12 -> 12
        4 refund refund fx1 KHR 26712 -> -53524
        KHR 0 + 26712 - 80236 = -53524
        JPY 0 + 12 - 0 = 12
        paid in KHR 53524
        payout 0 JPY 12 LINE-1-0
        sathapana
        1 payment acquirer fx1 KHR 119880 -> 119880
        KHR 0 + 119880 - 0 = 119880
        payout 1 KHR 119880 LINE-1-1
        netstars
        1 payment acquirer fx1 JPY 2985 -> 2985
        2 payment exchange fx1 JPY -4565 -> -1580
        3 payment switch_fee house JPY -5 -> -1585
        4 refund refund fx1 JPY -1000 -> -2585
        JPY 0 + 2985 - 5570 = -2585
        paid in JPY 2585
        fx1
        1 payment exchange acleda KHR 80136 -> 80136
        2 payment acquirer netstars JPY -2985 -> -2985
        3 payment issuer_share acleda JPY -12 -> -2997
        4 payment switch_share house JPY -3 -> -3000
        5 payment exchange netstars JPY 4565 -> 1565
        6 payment acquirer sathapana KHR -119880 -> -39744
        7 payment switch_share house KHR -120 -> -39864
        8 refund refund netstars JPY 1000 -> 2565
        9 refund refund acleda KHR -26712 -> -66576
        KHR 0 + 80136 - 146712 = -66576
        JPY 0 + 5565 - 3000 = 2565
        paid in KHR 66576
        payout 2 JPY 2565 LINE-1-2
        fx2
        house
        1 payment switch_fee acleda KHR 100 -> 100
        2 payment switch_share fx1 JPY 3 -> 3
        3 payment switch_fee netstars JPY 5 -> 8
        4 payment switch_share fx1 KHR 120 -> 220
        KHR 0 + 220 - 0 = 220
        JPY 0 + 8 - 0 = 8
        payout 3 KHR 220 LINE-1-3
        payout 4 JPY 8 LINE-1-4
    "#]]
    .assert_eq(&text);
}

#[test]
fn a_window_that_is_open_or_unknown_has_no_statement() {
    let mut office = told();
    let ask = |window| Subject {
        window: WindowId(window),
        participant: ACLEDA,
        house: HOUSE,
    };
    let desk = Desk::of(&office);
    let open = WindowStatement::read(&desk.tables, ask(1));
    assert!(
        matches!(open, Err(StatementError::StillOpen(1))),
        "{open:?}"
    );
    close(&mut office);
    let desk = Desk::of(&office);
    assert!(WindowStatement::read(&desk.tables, ask(1)).is_ok());
    let unknown = WindowStatement::read(&desk.tables, ask(9));
    assert!(matches!(unknown, Err(StatementError::UnknownWindow(9))));
    let statement = desk.window(W1, ACLEDA);
    for page in [0, 2, usize::MAX] {
        let wrong = statement.page(&desk.tables, page, 1);
        assert!(matches!(wrong, Err(StatementError::NoSuchPage { .. })));
    }
}

#[test]
fn before_it_is_settled_nothing_is_said_of_money_and_strangers_have_no_lines() {
    let mut office = told();
    close(&mut office);
    let desk = Desk::of(&office);
    let names = names(&office);
    let statement = desk.window(W1, ACLEDA);
    assert!(statement.settling().parts.is_empty() && statement.settling().payouts.is_empty());
    let stranger = desk.window(W1, ParticipantId(6));
    assert_eq!(tell(&desk, &stranger, &names), "op1\n");
}

#[test]
fn tables_that_lost_a_row_make_no_statement() {
    let mut office = told();
    close(&mut office);
    let desk = Desk::of(&office);
    desk.damage("DELETE FROM item WHERE is_refund = 1");
    let subject = Subject {
        window: W1,
        participant: ACLEDA,
        house: HOUSE,
    };
    let error = WindowStatement::read(&desk.tables, subject).unwrap_err();
    expect!["make the lines of a window add up in KHR: `-80236` instead of `-53524`"]
        .assert_eq(&error.to_string());
}
