//! Asks and accounts, on the books alone.

use wire::api::{Money as Text, Party};
use wire::error::Code;

use super::*;
use crate::codes::NewShop;
use crate::domestic;
use crate::ledger::Holder;
use crate::testing::{NOW_MS, bank, japan, khr, on_books, outcome, text};
use crate::trouble::Word;

const SHOP: &str = "mekong_coffee@sthp";
const MINUTE_MS: i64 = 60_000;

/// An ask for KHR 120,000 at a shop that gets KHR 119,280 of it.
fn ask(id: &str) -> Ask {
    let text = |amount: &str| Text {
        currency: "KHR".to_owned(),
        amount: amount.to_owned(),
    };
    let party = |account: &str| Party {
        name: "Somebody".to_owned(),
        account: account.to_owned(),
    };
    Ask {
        id: id.to_owned(),
        kind: AskKind::Payment,
        payment_id: id.to_owned(),
        epoch: 1,
        expires_at: participant::edge::rfc3339(NOW_MS + MINUTE_MS),
        amount: text("119280"),
        instructed_amount: text("120000"),
        creditor: party(SHOP),
        debtor: party("W-000001"),
        payload: String::new(),
    }
}

fn open(books: &Books<'_>, site: &Site, name: &str, accepts_foreign: bool) -> String {
    let wanted = NewShop {
        name: name.to_owned(),
        name_local: None,
        city: None,
        postal_code: None,
        category: None,
        accepts_foreign,
    };
    codes::open_shop(books, site, &wanted).unwrap().account
}

fn world(books: &Books<'_>, site: &Site) {
    assert_eq!(open(books, site, "Mekong Coffee", true), SHOP);
    open(books, site, "Home Only", false);
    open(books, site, "Gone", true);
    books.close_account("gone@sthp").unwrap();
    let dollars = Holder::customer("dollars@sthp", "Test Person");
    books.open_account(&dollars, money::Currency::Usd).unwrap();
    let payer = Holder::customer("payer@sthp", "Test Person");
    books.open_account(&payer, money::Currency::Khr).unwrap();
    books.post_opening("payer@sthp", khr(1_000_000), 0).unwrap();
}

/// The reason of a rejection; nothing for an acceptance.
fn verdict(books: &Books<'_>, site: &Site, ask: &Ask) -> Option<String> {
    let answer = decide(books, site, ask).unwrap();
    assert_eq!(answer.id, ask.id);
    assert_eq!(
        answer.verdict == CreditVerdict::Accepted,
        answer.reason.is_none()
    );
    answer.reason.map(|reason| reason.code)
}

/// The ask for another account.
fn to(account: &str) -> Ask {
    let account = account.to_owned();
    let creditor = Party {
        account,
        ..ask("").creditor
    };
    Ask {
        creditor,
        ..ask("")
    }
}

/// The ask with another end.
fn until(expires_ms: i64) -> Ask {
    let expires_at = participant::edge::rfc3339(expires_ms);
    Ask {
        expires_at,
        ..ask("")
    }
}

/// The ask in dollars.
fn dollars(account: &str) -> Ask {
    let (amount, instructed_amount) = (text("USD", "3.00"), text("USD", "3.00"));
    Ask {
        amount,
        instructed_amount,
        ..to(account)
    }
}

#[test]
fn an_ask_is_accepted_or_rejected_for_a_reason_that_the_payer_can_be_told() {
    on_books(|books| {
        let site = bank();
        world(books, &site);
        let cases: [(Ask, Option<&str>); 9] = [
            (ask(""), None),
            (until(NOW_MS), None),
            (until(NOW_MS - 1), Some("AB05")),
            (to("nobody@sthp"), Some("AC03")),
            (to("hold"), Some("AC03")),
            (to("gone@sthp"), Some("AC04")),
            (dollars(SHOP), Some("AC09")),
            (dollars("dollars@sthp"), Some("AC09")),
            (to("home_only@sthp"), Some("AG01")),
        ];
        let before = books.accounts().unwrap();
        for (at, (wanted, expected)) in cases.into_iter().enumerate() {
            let id = format!("case-{at}");
            let payment_id = id.clone();
            let wanted = Ask {
                payment_id,
                id,
                ..wanted
            };
            // Asking again is answered the same, and asking moves nobody's money.
            for _time in 0..2 {
                let said = verdict(books, &site, &wanted);
                assert_eq!(said.as_deref(), expected, "case {at}");
            }
            let state = look(books, &wanted.id).unwrap().state;
            let undertaken = state == CreditState::Accepted;
            assert_eq!(undertaken, expected.is_none(), "case {at}: {state:?}");
        }
        assert_eq!(books.accounts().unwrap(), before);
        let unknown = look(books, "never heard").unwrap().state;
        assert_eq!(unknown, CreditState::NotFound);
    });
}

#[test]
fn an_answer_once_given_stands_and_another_body_under_its_id_is_refused() {
    on_books(|books| {
        let (site, first) = (bank(), ask("x"));
        world(books, &site);
        assert_eq!(verdict(books, &site, &first), None);
        // A new writer's epoch and later expiry change nothing about what was promised.
        let expires_at = participant::edge::rfc3339(NOW_MS - 1);
        let again = Ask {
            epoch: 2,
            expires_at,
            ..first.clone()
        };
        assert_eq!(verdict(books, &site, &again), None);
        let amount = Text {
            amount: "119281".to_owned(),
            ..first.amount.clone()
        };
        let other = decide(books, &site, &Ask { amount, ..first });
        let Err(Trouble::Hub(problem)) = other else {
            panic!("{other:?}")
        };
        assert_eq!(problem.code(), Code::PaymentIdConflict);
    });
}

#[test]
fn an_ask_of_a_writer_that_was_followed_is_rejected_and_its_id_stays_free() {
    on_books(|books| {
        let site = bank();
        world(books, &site);
        let of = |id, epoch| Ask { epoch, ..ask(id) };
        assert_eq!(verdict(books, &site, &of("x", 7)), None);
        let old = verdict(books, &site, &of("y", 6));
        assert_eq!(old.as_deref(), Some("AB05"));
        assert_eq!(look(books, "y").unwrap().state, CreditState::NotFound);
        // What was promised stands, whoever asks again; and the present writer may ask for all.
        assert_eq!(verdict(books, &site, &of("x", 6)), None);
        assert_eq!(verdict(books, &site, &of("y", 7)), None);
    });
}

#[test]
fn an_ask_after_an_outcome_for_its_id_is_rejected() {
    on_books(|books| {
        let site = bank();
        world(books, &site);
        outcomes::note(books, &site, &outcome(1, "late", "cancelled", &[])).unwrap();
        assert_eq!(verdict(books, &site, &ask("late")).as_deref(), Some("AB05"));
        assert_eq!(verdict(books, &site, &ask("void")), None);
        outcomes::note(books, &site, &outcome(2, "void", "cancelled", &[])).unwrap();
        assert_eq!(verdict(books, &site, &ask("void")).as_deref(), Some("AB05"));
        assert_eq!(look(books, "void").unwrap().state, CreditState::Released);
    });
}

#[test]
fn what_makes_no_sense_is_a_problem_and_leaves_no_answer_behind() {
    on_books(|books| {
        let site = bank();
        world(books, &site);
        let worth = |amount| Ask { amount, ..ask("x") };
        let instructed = |instructed_amount| Ask {
            instructed_amount,
            ..ask("x")
        };
        let (kind, payment_id) = (AskKind::Refund, "y".to_owned());
        let expires_at = "soon".to_owned();
        for (wanted, code, field) in [
            (worth(text("KHR", "0")), Code::AmountZero, "/amount/amount"),
            (
                worth(text("EUR", "1")),
                Code::CurrencyWrong,
                "/amount/currency",
            ),
            (
                instructed(text("KHR", "1")),
                Code::InvalidField,
                "/instructed_amount",
            ),
            (
                instructed(text("JPY", "120000")),
                Code::CurrencyWrong,
                "/instructed_amount/currency",
            ),
            (
                Ask {
                    expires_at,
                    ..ask("x")
                },
                Code::InvalidField,
                "/expires_at",
            ),
            (Ask { kind, ..ask("x") }, Code::InvalidField, "/payment_id"),
            (
                Ask {
                    payment_id,
                    ..ask("x")
                },
                Code::InvalidField,
                "/payment_id",
            ),
        ] {
            let refused = decide(books, &site, &wanted);
            let Err(Trouble::Hub(problem)) = refused else {
                panic!("{refused:?}")
            };
            assert_eq!((problem.code(), problem.field()), (code, Some(field)));
        }
        assert_eq!(look(books, "x").unwrap().state, CreditState::NotFound);
    });
}

#[test]
fn a_code_for_one_payment_is_paid_once_at_its_price_and_in_its_time() {
    on_books(|books| {
        let site = bank();
        world(books, &site);
        let show = |minutes| codes::show(books, &site, SHOP, khr(120_000), minutes).unwrap();
        let (home, abroad, old) = (show(10), show(10), show(1));
        let pay = |id: &str, code: &str| Ask {
            payload: code.to_owned(),
            ..ask(id)
        };
        let (_code, hash) = domestic::pay(books, &site, "payer@sthp", &home.payload).unwrap();
        assert_eq!(bakong::paid_by(books, &home.payload).unwrap(), hash);
        let again = domestic::pay(books, &site, "payer@sthp", &home.payload);
        assert!(matches!(again, Err(Trouble::Refused(Word::CodePaid, None))));
        let payer = books
            .account("payer@sthp", money::Currency::Khr)
            .unwrap()
            .unwrap();
        assert_eq!(payer.balance, 880_000);

        assert_eq!(
            verdict(books, &site, &pay("a", &home.payload)).as_deref(),
            Some("AM05")
        );
        let cheap = Text {
            amount: "119999".to_owned(),
            ..ask("").amount
        };
        let cheap = Ask {
            instructed_amount: cheap,
            ..pay("b", &abroad.payload)
        };
        assert_eq!(verdict(books, &site, &cheap).as_deref(), Some("AM09"));
        assert_eq!(verdict(books, &site, &pay("c", &abroad.payload)), None);
        assert_eq!(
            verdict(books, &site, &pay("d", &abroad.payload)).as_deref(),
            Some("AM05")
        );
        let home = domestic::pay(books, &site, "payer@sthp", &abroad.payload);
        assert!(matches!(home, Err(Trouble::Refused(Word::CodePaid, None))));
        // A cancelled payment frees the code for the next one.
        outcomes::note(books, &site, &outcome(1, "c", "cancelled", &[])).unwrap();
        assert_eq!(verdict(books, &site, &pay("e", &abroad.payload)), None);

        site.advance_ms(MINUTE_MS + CODE_GRACE_MS + 1);
        let expires_at = participant::edge::rfc3339(site.now_ms());
        let late = Ask {
            expires_at,
            ..pay("f", &old.payload)
        };
        assert_eq!(verdict(books, &site, &late).as_deref(), Some("AB05"));
        let late = domestic::pay(books, &site, "payer@sthp", &old.payload);
        assert!(matches!(
            late,
            Err(Trouble::Refused(Word::CodeExpired, None))
        ));
    });
}

#[test]
fn an_account_is_resolved_only_by_its_own_scheme_and_currency() {
    on_books(|books| {
        let site = bank();
        world(books, &site);
        let check = |site: &Site, scheme: &str, account: &str, currency: &str| {
            let asked = Resolve {
                scheme: scheme.to_owned(),
                account: account.to_owned(),
                currency: currency.to_owned(),
                payload: String::new(),
            };
            let said = resolve(books, site, &asked).unwrap();
            assert_eq!(said.found, !said.name.is_empty());
            (said.found, said.accepting)
        };
        assert_eq!(check(&site, "KHQR", SHOP, "KHR"), (true, true));
        assert_eq!(check(&site, "KHQR", SHOP, "USD"), (true, false));
        assert_eq!(check(&site, "KHQR", "dollars@sthp", "USD"), (true, false));
        assert_eq!(check(&site, "KHQR", "home_only@sthp", "KHR"), (true, false));
        assert_eq!(check(&site, "KHQR", "gone@sthp", "KHR"), (true, false));
        assert_eq!(check(&site, "KHQR", "nobody@sthp", "KHR"), (false, false));
        assert_eq!(check(&site, "KHQR", "hold", "KHR"), (false, false));
        assert_eq!(check(&site, "JPQR", SHOP, "KHR"), (false, false));
        assert_eq!(check(&japan(), "KHQR", SHOP, "KHR"), (false, false));
    });
}
