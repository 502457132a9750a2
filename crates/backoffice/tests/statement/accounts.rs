//! Liquidity, movement by movement, of a day and of a window.

use backoffice::statement::{
    AccountStatement, AccountSubject, LocalDay, Period, StatementError, decimal,
};
use calendar::Country;
use expect_test::expect;
use jiff::civil::date;
use money::{Amount, Currency, Money};
use switch::{Act, Adjustment, ParticipantId, Purse, SettlementAct};

use crate::office::Office;
use crate::rig::{ALL, Desk, W1, close, pay_out_all, settle, settlement, told};
use crate::world::ACLEDA;

/// The day of the story in Phnom Penh.
fn day() -> LocalDay {
    let country = Country::Kh;
    let date = country.local_date(1_795_000_000_000_000_000);
    LocalDay { date, country }
}

fn read(desk: &Desk, participant: ParticipantId, period: Period) -> AccountStatement {
    let subject = AccountSubject {
        participant,
        currency: Currency::Khr,
        period,
    };
    AccountStatement::read(&desk.tables, subject).unwrap()
}

fn tell(statement: &AccountStatement) -> String {
    let money = |minor: i64| decimal(i128::from(minor), Currency::Khr);
    let mut text = format!("opening {}\n", money(statement.opening));
    for line in &statement.lines {
        text += &format!(
            "{} {}{} {} -> {}\n",
            line.kind,
            line.window
                .map_or(String::new(), |window| format!("W{} ", window.0)),
            line.reference,
            money(line.amount),
            money(line.balance)
        );
    }
    text + &format!("closing {}\n", money(statement.closing))
}

fn moved() -> Office {
    let mut office = told();
    let amount = |minor| Amount::from_minor(minor).unwrap();
    let currency = Currency::Khr;
    office
        .act(Act::Deposit {
            participant: ACLEDA,
            currency,
            amount: amount(1_000_000),
        })
        .unwrap();
    office
        .act(settlement(SettlementAct::Adjust(Adjustment {
            break_id: "b-1".into(),
            from: Purse::Suspense,
            to: Purse::Liquidity(ACLEDA),
            money: Money::new(currency, amount(7)),
        })))
        .unwrap();
    close(&mut office);
    settle(&mut office, W1).unwrap();
    pay_out_all(&mut office, W1);
    office
        .act(Act::Withdraw {
            participant: ACLEDA,
            currency,
            amount: amount(500),
        })
        .unwrap();
    close(&mut office);
    office
}

#[test]
fn a_day_and_the_windows_of_it_add_up_to_what_the_core_holds() {
    let office = moved();
    let desk = Desk::of(&office);
    let of_day = read(&desk, ACLEDA, Period::Day(day()));
    expect![[r#"
        opening 0
        deposit  50000000 -> 50000000
        deposit  1000000 -> 51000000
        adjustment b-1 7 -> 51000007
        settlement W1  -53524 -> 50946483
        withdrawal  -500 -> 50945983
        closing 50945983
    "#]]
    .assert_eq(&tell(&of_day));
    let (first, second) = (
        read(&desk, ACLEDA, Period::Window(W1)),
        read(&desk, ACLEDA, Period::Window(switch::WindowId(2))),
    );
    expect![[r#"
        opening 0
        deposit  50000000 -> 50000000
        deposit  1000000 -> 51000000
        adjustment b-1 7 -> 51000007
        closing 51000007
    "#]]
    .assert_eq(&tell(&first));
    expect![[r#"
        opening 51000007
        settlement W1  -53524 -> 50946483
        withdrawal  -500 -> 50945983
        closing 50945983
    "#]]
    .assert_eq(&tell(&second));
    assert_eq!(first.closing, second.opening);
    let held = office.switch.liquidity(ACLEDA, Currency::Khr).minor();
    assert_eq!(i64::try_from(held), Ok(of_day.closing));
    for who in ALL {
        let held = office.switch.liquidity(who, Currency::Khr).minor();
        assert_eq!(
            i64::try_from(held),
            Ok(read(&desk, who, Period::Day(day())).closing)
        );
    }
}

#[test]
fn another_day_begins_where_this_one_ends_and_an_open_window_has_no_end() {
    let office = moved();
    let desk = Desk::of(&office);
    let next = LocalDay {
        date: day().date.tomorrow().unwrap(),
        ..day()
    };
    let (today, tomorrow) = (
        read(&desk, ACLEDA, Period::Day(day())),
        read(&desk, ACLEDA, Period::Day(next)),
    );
    assert_eq!(tomorrow.opening, today.closing);
    assert!(tomorrow.lines.is_empty());
    let wrong = |period| {
        let subject = AccountSubject {
            participant: ACLEDA,
            currency: Currency::Khr,
            period,
        };
        AccountStatement::read(&desk.tables, subject).unwrap_err()
    };
    let open = wrong(Period::Window(office.switch.window()));
    assert!(matches!(open, StatementError::StillOpen(3)), "{open}");
    let never = wrong(Period::Day(LocalDay {
        date: date(9999, 12, 31),
        country: Country::Jp,
    }));
    assert!(matches!(never, StatementError::Calendar(_)), "{never}");
}

#[test]
fn a_movement_that_is_gone_shows_beside_what_the_core_holds() {
    let office = moved();
    let desk = Desk::of(&office);
    let held = Money::new(
        Currency::Khr,
        office.switch.liquidity(ACLEDA, Currency::Khr),
    );
    let (last, _) = desk.tables.applied().unwrap().unwrap();
    let check = || AccountStatement::check_held(&desk.tables, ACLEDA, held, last);
    check().unwrap();
    desk.damage("DELETE FROM movement WHERE kind = 'adjustment'");
    let error = check().unwrap_err();
    expect!["make an account add up in KHR: `50945976` instead of `50945983`"]
        .assert_eq(&error.to_string());
}
