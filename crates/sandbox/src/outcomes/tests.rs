//! The design's story, institution by institution: after each step the books balance, hold
//! exactly what they should, and owe the link what the hub's nets say.

use wire::api::{Ask, CreditVerdict, Party};

use super::*;
use crate::codes::{self, NewShop};
use crate::ledger::{RefundRow, RefundStatus};
use crate::testing::{
    LegText, NOW_MS, acleda, balances, bank, customer, fx, japan, jpy, khr, nets, on_books,
    outcome, quoted, text,
};
use crate::trouble::Fault;

const PAYMENT: &str = "payment-1";
const REFUND: &str = "refund-1";

const ACLEDA_LEGS: [LegText; 3] = [
    ("exchange", "acleda", "fx1", "KHR", "80136"),
    ("switch_fee", "acleda", "house", "KHR", "100"),
    ("issuer_share", "fx1", "acleda", "JPY", "12"),
];
const FX_LEGS: [LegText; 4] = [
    ("exchange", "acleda", "fx1", "KHR", "80136"),
    ("acquirer", "fx1", "netstars", "JPY", "2985"),
    ("issuer_share", "fx1", "acleda", "JPY", "12"),
    ("switch_share", "fx1", "house", "JPY", "3"),
];

fn told(books: &Books<'_>, site: &Site, outcome: &Outcome) {
    let acknowledged = note(books, site, outcome).unwrap().outcome_sequence;
    assert_eq!(acknowledged, outcome.outcome_sequence);
}

fn as_requester(outcome: Outcome) -> Outcome {
    Outcome {
        role: OutcomeRole::Requester,
        ..outcome
    }
}

fn of_refund(outcome: Outcome) -> Outcome {
    let payment_id = PAYMENT.to_owned();
    Outcome {
        id: REFUND.to_owned(),
        payment_id,
        kind: AskKind::Refund,
        ..outcome
    }
}

fn accept(books: &Books<'_>, site: &Site, ask: &Ask) {
    let answer = payee::decide(books, site, ask).unwrap();
    assert_eq!(
        (answer.verdict, answer.reason),
        (CreditVerdict::Accepted, None)
    );
}

fn ask(id: &str, account: &str, amount: (&str, &str), instructed: (&str, &str)) -> Ask {
    let party = |account: &str| Party {
        name: "Somebody".to_owned(),
        account: account.to_owned(),
    };
    let kind = if id == PAYMENT {
        AskKind::Payment
    } else {
        AskKind::Refund
    };
    Ask {
        id: id.to_owned(),
        kind,
        payment_id: PAYMENT.to_owned(),
        epoch: 1,
        expires_at: participant::edge::rfc3339(NOW_MS + 1_000),
        amount: text(amount.0, amount.1),
        instructed_amount: text(instructed.0, instructed.1),
        creditor: party(account),
        debtor: party("somebody@else"),
        payload: String::new(),
    }
}

fn shop(books: &Books<'_>, site: &Site, name: &str) -> String {
    let wanted = NewShop {
        name: name.to_owned(),
        name_local: None,
        city: None,
        postal_code: None,
        category: None,
        accepts_foreign: true,
    };
    codes::open_shop(books, site, &wanted).unwrap().account
}

fn refund(id: &str, minor: u64) -> RefundRow {
    RefundRow {
        id: id.to_owned(),
        payment_id: PAYMENT.to_owned(),
        account: String::new(),
        gives: jpy(minor),
        status: RefundStatus::Sent,
        view: None,
        at_ms: NOW_MS,
    }
}

#[test]
fn the_payers_bank_holds_pays_and_is_refunded() {
    on_books(|books| {
        let site = acleda();
        customer(books, "sokha@aclb", khr(100_000));
        customer(books, "dara@aclb", khr(7));
        quoted(books, PAYMENT, "sokha@aclb", khr(80_536));
        payer::hold(books, &site, PAYMENT, "sokha@aclb").unwrap();
        payer::hold(books, &site, PAYMENT, "sokha@aclb").unwrap();
        let held = [
            "dara@aclb KHR 7",
            "hold KHR 80536",
            "sokha@aclb KHR 19464",
            "vault KHR -100007",
        ];
        assert_eq!(balances(books), held);
        assert_eq!(nets(books), [""; 0]);

        told(
            books,
            &site,
            &as_requester(outcome(1, PAYMENT, "completed", &ACLEDA_LEGS)),
        );
        let paid = [
            "dara@aclb KHR 7",
            "due-from-hub JPY -12",
            "due-to-hub KHR 80236",
            "fee-expense KHR -100",
            "fee-income JPY 12",
            "fee-income KHR 400",
            "sokha@aclb KHR 19464",
            "vault KHR -100007",
        ];
        assert_eq!(balances(books), paid);
        assert_eq!(nets(books), ["KHR -80236", "JPY 12"]);

        accept(
            books,
            &site,
            &ask(REFUND, "sokha@aclb", ("KHR", "26712"), ("JPY", "1000")),
        );
        assert_eq!(balances(books), paid, "an undertaking moves nothing");
        let legs = [("refund", "fx1", "acleda", "KHR", "26712")];
        told(
            books,
            &site,
            &of_refund(outcome(2, REFUND, "completed", &legs)),
        );
        let sokha = books
            .account("sokha@aclb", money::Currency::Khr)
            .unwrap()
            .unwrap();
        assert_eq!(sokha.balance, 46_176);
        assert_eq!(nets(books), ["KHR -53524", "JPY 12"]);
        // More than was paid can never come back.
        let much = Ask {
            id: "refund-2".to_owned(),
            ..ask(REFUND, "sokha@aclb", ("KHR", "53825"), ("JPY", "1"))
        };
        let answer = payee::decide(books, &site, &much).unwrap();
        assert_eq!(
            answer.reason.map(|reason| reason.code).as_deref(),
            Some("AM09")
        );
    });
}

#[test]
fn the_shops_side_undertakes_credits_and_refunds() {
    on_books(|books| {
        let site = japan();
        let tsuru = shop(books, &site, "Noodle House Tsuru");
        accept(
            books,
            &site,
            &ask(PAYMENT, &tsuru, ("JPY", "2964"), ("JPY", "3000")),
        );
        assert_eq!(balances(books), [""; 0]);
        let legs = [("acquirer", "fx1", "netstars", "JPY", "2985")];
        told(books, &site, &outcome(1, PAYMENT, "completed", &legs));
        let sold = [
            format!("{tsuru} JPY 2964"),
            "due-from-hub JPY -2985".to_owned(),
            "fee-income JPY 21".to_owned(),
        ];
        assert_eq!(balances(books), sold);

        refunds::hold(books, &site, &refund(REFUND, 1_000)).unwrap();
        let much = refunds::hold(books, &site, &refund("refund-2", 2_001));
        let word = crate::trouble::Word::RefundTooLarge;
        assert!(matches!(much, Err(Trouble::Refused(w, None)) if w == word));
        let legs = [("refund", "netstars", "fx1", "JPY", "1000")];
        let given = as_requester(of_refund(outcome(2, REFUND, "completed", &legs)));
        told(books, &site, &given);
        let given = [
            format!("{tsuru} JPY 1964"),
            "due-from-hub JPY -2985".to_owned(),
            "due-to-hub JPY 1000".to_owned(),
            "fee-income JPY 21".to_owned(),
        ];
        assert_eq!(balances(books), given);
        assert_eq!(nets(books), ["JPY 1985"]);
        // The whole price may go back though the shop's fee is kept; the shop owes the fee.
        refunds::hold(books, &site, &refund("refund-3", 2_000)).unwrap();
        told(
            books,
            &site,
            &as_requester(Outcome {
                id: "refund-3".to_owned(),
                ..of_refund(outcome(3, REFUND, "cancelled", &[]))
            }),
        );
        assert_eq!(balances(books), given);
    });
}

#[test]
fn the_wallet_pays_in_the_other_direction_and_bears_the_switch_fee() {
    on_books(|books| {
        let site = japan();
        customer(books, "W-000001", jpy(5_000));
        quoted(books, PAYMENT, "W-000001", jpy(4_565));
        payer::hold(books, &site, PAYMENT, "W-000001").unwrap();
        let legs = [
            ("exchange", "netstars", "fx1", "JPY", "4565"),
            ("switch_fee", "netstars", "house", "JPY", "5"),
        ];
        told(
            books,
            &site,
            &as_requester(outcome(1, PAYMENT, "completed", &legs)),
        );
        let paid = [
            "W-000001 JPY 435",
            "due-to-hub JPY 4570",
            "fee-expense JPY -5",
            "vault JPY -5000",
        ];
        assert_eq!(balances(books), paid);
        assert_eq!(nets(books), ["JPY -4570"]);
    });
    on_books(|books| {
        let site = bank();
        let coffee = shop(books, &site, "Mekong Coffee");
        accept(
            books,
            &site,
            &ask(PAYMENT, &coffee, ("KHR", "119280"), ("KHR", "120000")),
        );
        let legs = [("acquirer", "fx1", "sathapana", "KHR", "119880")];
        told(books, &site, &outcome(1, PAYMENT, "completed", &legs));
        let sold = [
            "due-from-hub KHR -119880",
            "fee-income KHR 600",
            "mekong_coffee@sthp KHR 119280",
        ];
        assert_eq!(balances(books), sold);
        assert_eq!(nets(books), ["KHR 119880"]);
    });
}

#[test]
fn the_fx_provider_books_its_position_from_outcomes_alone() {
    on_books(|books| {
        let site = fx();
        let as_fx = |outcome: Outcome| Outcome {
            role: OutcomeRole::Fx,
            ..outcome
        };
        told(
            books,
            &site,
            &as_fx(outcome(1, PAYMENT, "completed", &FX_LEGS)),
        );
        told(
            books,
            &site,
            &as_fx(outcome(2, "payment-3", "cancelled", &[])),
        );
        let back = [
            ("exchange", "netstars", "fx1", "JPY", "4565"),
            ("acquirer", "fx1", "sathapana", "KHR", "119880"),
            ("switch_share", "fx1", "house", "KHR", "120"),
        ];
        told(
            books,
            &site,
            &as_fx(outcome(3, "payment-2", "completed", &back)),
        );
        let refund = [
            ("refund", "netstars", "fx1", "JPY", "1000"),
            ("refund", "fx1", "acleda", "KHR", "26712"),
        ];
        told(
            books,
            &site,
            &as_fx(of_refund(outcome(4, REFUND, "completed", &refund))),
        );
        assert_eq!(nets(books), ["KHR -66576", "JPY 2565"]);
        let position = books
            .account("position", money::Currency::Khr)
            .unwrap()
            .unwrap();
        assert_eq!(position.balance, -66_576);
    });
}

#[test]
fn outcomes_are_booked_once_in_order_and_a_gap_is_sent_back() {
    on_books(|books| {
        let site = fx();
        let of = |sequence, id: &str| Outcome {
            role: OutcomeRole::Fx,
            ..outcome(sequence, id, "completed", &FX_LEGS)
        };
        let refusal = |wanted: &Outcome| match note(books, &site, wanted) {
            Err(Trouble::Hub(problem)) => problem,
            other => panic!("{other:?}"),
        };
        let early = refusal(&of(2, "b"));
        assert_eq!(
            (early.code(), early.detail()),
            (Code::OutcomeOutOfOrder, Some("the next one is `1`"))
        );
        assert_eq!(balances(books), [""; 0]);
        told(books, &site, &of(1, "a"));
        told(books, &site, &of(2, "b"));
        let (before, hash) = (balances(books), books.state_hash().unwrap());
        // Told again, it is acknowledged up to where we are.
        assert_eq!(note(books, &site, &of(1, "a")).unwrap().outcome_sequence, 2);
        assert_eq!(refusal(&of(2, "c")).code(), Code::PaymentIdConflict);
        let gap = refusal(&of(4, "d"));
        assert_eq!(gap.detail(), Some("the next one is `3`"));
        let open = Outcome {
            state: StateView::Asked,
            ..of(3, "e")
        };
        assert_eq!(refusal(&open).field(), Some("/state"));
        let foreign = [("exchange", "acleda", "house", "KHR", "1")];
        let foreign = Outcome {
            legs: crate::testing::legs(&foreign),
            ..of(3, "f")
        };
        assert_eq!(refusal(&foreign).field(), Some("/legs/0"));
        assert_eq!(
            (balances(books), books.state_hash().unwrap()),
            (before, hash)
        );
    });
}

#[test]
fn what_the_books_cannot_explain_waits_in_suspense_and_the_nets_still_hold() {
    on_books(|books| {
        let site = acleda();
        told(
            books,
            &site,
            &as_requester(outcome(1, "unknown", "completed", &ACLEDA_LEGS)),
        );
        told(
            books,
            &site,
            &as_requester(outcome(2, "nothing", "cancelled", &[])),
        );
        let legs = [("acquirer", "fx1", "acleda", "KHR", "500")];
        told(books, &site, &outcome(3, "never asked", "completed", &legs));
        let suspended = [
            "due-from-hub JPY -12",
            "due-from-hub KHR -500",
            "due-to-hub KHR 80236",
            "suspense JPY 12",
            "suspense KHR -79736",
        ];
        assert_eq!(balances(books), suspended);
        assert_eq!(nets(books), ["KHR -79736", "JPY 12"]);
    });
}

#[test]
fn a_decision_that_contradicts_an_earlier_one_is_refused_and_not_acknowledged() {
    on_books(|books| {
        let site = acleda();
        customer(books, "sokha@aclb", khr(100_000));
        quoted(books, PAYMENT, "sokha@aclb", khr(80_536));
        payer::hold(books, &site, PAYMENT, "sokha@aclb").unwrap();
        told(
            books,
            &site,
            &as_requester(outcome(1, PAYMENT, "cancelled", &[])),
        );
        let released = ["sokha@aclb KHR 100000", "vault KHR -100000"];
        assert_eq!(balances(books), released);
        let other = as_requester(outcome(2, PAYMENT, "completed", &ACLEDA_LEGS));
        let Err(Trouble::Hub(problem)) = note(books, &site, &other) else {
            panic!("a hub that contradicts itself is obeyed")
        };
        assert_eq!(problem.code(), Code::PaymentIdConflict);
        assert_eq!(
            (balances(books).as_slice(), books.outcome_last().unwrap()),
            (released.map(String::from).as_slice(), 1)
        );
    });
}

#[test]
fn a_refund_that_was_given_up_and_completed_after_all_is_acknowledged_and_in_suspense() {
    on_books(|books| {
        let site = japan();
        let tsuru = shop(books, &site, "Noodle House Tsuru");
        accept(
            books,
            &site,
            &ask(PAYMENT, &tsuru, ("JPY", "2964"), ("JPY", "3000")),
        );
        let legs = [("acquirer", "fx1", "netstars", "JPY", "2985")];
        told(books, &site, &outcome(1, PAYMENT, "completed", &legs));
        refunds::hold(books, &site, &refund(REFUND, 1_000)).unwrap();
        let row = books.refund(REFUND).unwrap().unwrap();
        refunds::finish(books, &site, &row, RefundStatus::Refused, &[]).unwrap();
        let legs = [("refund", "netstars", "fx1", "JPY", "1000")];
        let given = as_requester(of_refund(outcome(2, REFUND, "completed", &legs)));
        told(books, &site, &given);
        told(books, &site, &given);
        let expected = [
            format!("{tsuru} JPY 2964"),
            "due-from-hub JPY -2985".to_owned(),
            "due-to-hub JPY 1000".to_owned(),
            "fee-income JPY 21".to_owned(),
            "suspense JPY -1000".to_owned(),
        ];
        assert_eq!(balances(books), expected);
        assert_eq!(nets(books), ["JPY 1985"]);
        let row = books.refund(REFUND).unwrap().unwrap();
        assert_eq!(row.status, RefundStatus::Completed);
        assert_eq!(books.refunded(PAYMENT).unwrap(), (1_000, 1_000));
        // The stream goes on.
        told(books, &site, &outcome(3, "other", "cancelled", &[]));
    });
}

#[test]
fn a_completed_payment_without_a_leg_of_ours_is_not_booked_as_our_fee() {
    on_books(|books| {
        let site = acleda();
        customer(books, "sokha@aclb", khr(100_000));
        quoted(books, PAYMENT, "sokha@aclb", khr(80_536));
        payer::hold(books, &site, PAYMENT, "sokha@aclb").unwrap();
        let before = balances(books);
        let bare = note(
            books,
            &site,
            &as_requester(outcome(1, PAYMENT, "completed", &[])),
        );
        assert!(matches!(bare, Err(Trouble::Fault(Fault::Broken(_)))));
        assert_eq!(balances(books), before);
    });
}
