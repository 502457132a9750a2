use super::*;
use crate::testing::text;

fn chosen(faults: &Faults, callback: Callback) -> Option<FaultKind> {
    faults
        .choose(callback, None, 0)
        .map(|chosen| chosen.rule.fault)
}

fn rules(json: &str) -> Vec<FaultRule> {
    let put: FaultsPut = serde_json::from_str(json).unwrap();
    put.faults
}

#[test]
fn the_last_three_digits_decide_and_nothing_else() {
    for (currency, amount, expected) in [
        ("JPY", "901", Some((FaultKind::Silent, false))),
        ("JPY", "2902", Some((FaultKind::Rejects, false))),
        ("KHR", "120903", Some((FaultKind::AnswersTwice, true))),
        ("JPY", "3904", Some((FaultKind::Late, false))),
        ("JPY", "905", Some((FaultKind::OutOfOrder, true))),
        ("JPY", "906", Some((FaultKind::BadSignature, false))),
        ("USD", "19.07", Some((FaultKind::Slow, false))),
        ("JPY", "1908", Some((FaultKind::DiesAfterAnswering, true))),
        ("JPY", "900", None),
        ("JPY", "909", None),
        ("JPY", "3000", None),
        ("USD", "901.00", None),
        ("JPY", "9010", None),
    ] {
        let found = magic::of(&text(currency, amount));
        assert_eq!(found, expected, "{currency} {amount}");
    }
}

#[test]
fn rules_are_followed_in_their_order_and_as_often_as_they_say() {
    let faults = Faults::new(FaultSettings::default()).unwrap();
    assert_eq!(chosen(&faults, Callback::Credits), None);
    let json = r#"{"faults": [
        {"fault": "slow", "times": 2},
        {"fault": "silent", "on": ["credits", "status"]}
    ]}"#;
    faults.set(rules(json)).unwrap();
    let seen =
        [Callback::Credits, Callback::Status, Callback::Outcomes].map(|c| chosen(&faults, c));
    assert_eq!(seen, [Some(FaultKind::Slow), Some(FaultKind::Silent), None]);
    let seen = [(); 2].map(|()| chosen(&faults, Callback::Credits));
    assert_eq!(seen, [Some(FaultKind::Slow), Some(FaultKind::Silent)]);
    let chosen_last = faults.choose(Callback::Status, None, 0).unwrap();
    faults.hit(&chosen_last);
    let shown = faults.shown("netstars");
    assert_eq!(
        (shown.hits, shown.served.get(&Callback::Credits)),
        (1, Some(&4))
    );
    let left: Vec<_> = shown
        .faults
        .iter()
        .map(|rule| (rule.hits, rule.left))
        .collect();
    assert_eq!(left, [(2, Some(0)), (3, None)]);
    faults.set(Vec::new()).unwrap();
    assert_eq!(chosen(&faults, Callback::Credits), None);
}

#[test]
fn a_rule_that_makes_no_sense_is_refused_and_changes_nothing() {
    let faults = Faults::new(FaultSettings::default()).unwrap();
    faults
        .set(rules(r#"{"faults": [{"fault": "late"}]}"#))
        .unwrap();
    for wrong in [
        r#"{"fault": "slow", "on": []}"#,
        r#"{"fault": "slow", "times": 0}"#,
        r#"{"fault": "slow", "delay_ms": 60001}"#,
        r#"{"fault": "rejects", "reason": "ac04"}"#,
        r#"{"fault": "out_of_order", "on": ["resolve"]}"#,
    ] {
        let refused = faults.set(rules(&format!(r#"{{"faults": [{wrong}]}}"#)));
        assert!(refused.is_err(), "{wrong}");
    }
    assert!(
        faults
            .set(vec![FaultRule::of(FaultKind::Slow); 33])
            .is_err()
    );
    assert_eq!(chosen(&faults, Callback::Credits), Some(FaultKind::Late));
    let unknown = r#"{"faults": [{"fault": "slow", "by": 3}]}"#;
    assert!(serde_json::from_str::<FaultsPut>(unknown).is_err());
}
