//! What a report says of what was not run, and what it is worth.

use certify::report::Verdict;
use certify::settings::Base;
use certify::{Finality, Report, Roles, Scheme, Settings};
use expect_test::expect;

use crate::double::{Double, failed};
use crate::wrong::Wrong;

async fn right() -> Double {
    Double::start(Wrong::Nowhere, Finality::Confirm).await
}

async fn certify_with(change: impl FnOnce(Settings) -> Settings) -> Report {
    let double = right().await;
    certify::certify(&change(double.settings())).await.unwrap()
}

fn not_run(report: &Report) -> Vec<(&'static str, &str)> {
    let because = report.cases.iter().filter_map(|case| match &case.verdict {
        Verdict::NotRun { because } => Some((case.name, because.as_str())),
        Verdict::Passed | Verdict::Failed { .. } => None,
    });
    because.collect()
}

#[tokio::test]
async fn a_case_that_lacks_something_is_left_out_and_there_is_no_certificate() {
    let report = certify_with(|settings| Settings {
        refund: None,
        ..settings
    })
    .await;
    let left_out = not_run(&report);
    assert_eq!(left_out.len(), 10, "{left_out:?}");
    for (name, because) in left_out {
        assert!(name.starts_with("refund."), "{name}");
        assert_eq!(
            because,
            "needs --refund-of, --refund-account and --refund-rest"
        );
    }
    assert_eq!(failed(&report), Vec::<&str>::new());
    assert!(!report.summary.certified);
}

#[tokio::test]
async fn shops_with_printed_codes_only_are_certified_without_a_code_for_one_payment() {
    let report = certify_with(|settings| Settings {
        dynamic: None,
        ..settings
    })
    .await;
    let needs = "needs --account, --payload and --dynamic-payload";
    assert_eq!(not_run(&report), [("ask.code_once", needs)]);
    assert!(report.summary.certified);
}

#[tokio::test]
async fn what_does_not_apply_is_not_reported() {
    let report = certify_with(|settings| Settings {
        roles: Roles::Payee,
        scheme: Scheme::Jpqr,
        refund: None,
        ..settings
    })
    .await;
    let strange = report.cases.iter().map(|case| case.name).filter(|name| {
        name.starts_with("refund.") || name.starts_with("resolve.") || name.contains("immediate")
    });
    assert_eq!(strange.collect::<Vec<_>>(), Vec::<&str>::new());
    assert!(report.summary.certified, "{:?}", failed(&report));
}

#[tokio::test]
async fn a_second_run_on_the_same_books_goes_on_where_the_first_ended() {
    let double = right().await;
    let first = double.certify().await;
    let goes_on = Settings {
        outcome_last: first.outcome_sequence,
        ..double.settings()
    };
    let second = certify::certify(&goes_on).await.unwrap();
    assert_eq!(failed(&second), Vec::<&str>::new());
    assert_eq!(second.outcome_sequence, first.outcome_sequence * 2);
    assert_eq!(second.outcomes_acknowledged, first.outcomes_acknowledged);
    // Who does not say where the stream stands gets no outcome acknowledged.
    let third = double.certify().await;
    assert_eq!(third.outcomes_acknowledged, 0);
    assert!(failed(&third).contains(&"outcome.confirm"));
}

#[tokio::test]
async fn the_digest_is_over_the_lines_and_the_reason_fits_a_field() {
    let report = right().await.certify().await;
    let lines = report.lines();
    let (head, cases) = lines.split_at(lines.find("signature.missing").unwrap());
    let names: Vec<&str> = head
        .lines()
        .map(|line| line.split_once(' ').unwrap().0)
        .collect();
    expect![[r#"
        [
            "program",
            "participant",
            "base",
            "scheme",
            "roles",
            "finality",
            "began_at",
            "ended_at",
        ]
    "#]]
    .assert_debug_eq(&names);
    assert_eq!(cases.lines().count(), report.cases.len());
    assert!(
        cases.lines().all(|line| line.ends_with(" passed")),
        "{cases}"
    );
    assert!(report.reason.len() <= 140, "{}", report.reason);
    assert!(report.reason.ends_with(&report.digest));
    assert!(report.reason.starts_with("certify "), "{}", report.reason);
}

#[tokio::test]
async fn nobody_at_the_address_is_no_report() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!("http://{}/link", listener.local_addr().unwrap());
    drop(listener);
    let settings = Settings {
        base: Base::parse(&base).unwrap(),
        ..right().await.settings()
    };
    let error = certify::certify(&settings).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "reach the participant: no connection, or it broke"
    );
}

#[tokio::test(start_paused = true)]
async fn who_has_gone_silent_is_not_waited_for_again_and_again() {
    // Accepts connections, and never says a word.
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}/link", listener.local_addr().unwrap());
    let settings = Settings {
        base: Base::parse(&base).unwrap(),
        ..right().await.settings()
    };
    let began = tokio::time::Instant::now();
    let report = certify::certify(&settings).await.unwrap();
    assert!(began.elapsed().as_secs() < 25, "{:?}", began.elapsed());
    assert_eq!(failed(&report).len(), 3);
    let left_out = not_run(&report);
    assert_eq!(left_out.len(), report.cases.len() - 3);
    assert_eq!(left_out[0].1, "the participant has stopped answering");
    assert!(!report.summary.certified);
}
