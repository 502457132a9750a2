use tempfile::TempDir;

use super::*;

fn endpoint(participant: u16, created: u64) -> Endpoint {
    Endpoint {
        participant,
        webhook: "paid".into(),
        created,
    }
}

fn file() -> (TempDir, Deliveries) {
    let folder = tempfile::tempdir().unwrap();
    let deliveries = Deliveries::open(&folder.path().join("webhooks.db")).unwrap();
    (folder, deliveries)
}

fn attempted(position: u64, attempt: u32, error: Option<&str>) -> Attempt {
    Attempt {
        position,
        attempt,
        is_replay: false,
        at_ns: 100,
        took_ms: 7,
        status: error.is_none().then_some(204),
        error: error.map(str::to_owned),
    }
}

#[test]
fn the_cursor_moves_when_an_event_is_taken_or_given_up() {
    let (folder, mut deliveries) = file();
    let one = endpoint(1, 12);
    let begun = deliveries.begin(&one, 4, 9).unwrap();
    assert_eq!((begun.told, begun.live), (4, Lane::default()));
    deliveries
        .note(&one, &attempted(5, 1, None), Ending::Taken)
        .unwrap();
    let again = Ending::Again { not_before_ns: 500 };
    deliveries
        .note(&one, &attempted(6, 1, Some("status_500")), again)
        .unwrap();
    drop(deliveries);
    let mut deliveries = Deliveries::open(&folder.path().join("webhooks.db")).unwrap();
    let known = deliveries.begin(&one, 4, 9).unwrap();
    let expected = Lane {
        failures: 1,
        not_before_ns: 500,
    };
    assert_eq!((known.told, known.live), (5, expected));
    assert_eq!(known.last_error, Some(("status_500".into(), 100)));
    deliveries.hurry(&one).unwrap();
    let hurried = deliveries.standing(&one).unwrap().unwrap();
    assert_eq!(hurried.live.not_before_ns, 0);
    deliveries
        .note(&one, &attempted(6, 2, Some("deadline")), Ending::GivenUp)
        .unwrap();
    let known = deliveries.standing(&one).unwrap().unwrap();
    assert_eq!((known.told, known.live), (6, Lane::default()));
    assert_eq!((known.given_up, known.dead_letters), (1, 1));
    let dead = deliveries.dead_letters(&one, 10).unwrap();
    assert_eq!(
        dead,
        [DeadLetter {
            position: 6,
            attempts: 2,
            at_ns: 100,
            error: "deadline".into()
        }]
    );
    let log: Vec<(u64, u32)> = deliveries
        .attempts(&one)
        .unwrap()
        .iter()
        .map(|attempt| (attempt.position, attempt.attempt))
        .collect();
    assert_eq!(log, [(6, 2), (6, 1), (5, 1)]);
}

#[test]
fn a_replay_goes_through_its_range_and_leaves_the_cursor_alone() {
    let (_folder, mut deliveries) = file();
    let one = endpoint(1, 12);
    deliveries.begin(&one, 0, 9).unwrap();
    for (position, ending) in [
        (1, Ending::GivenUp),
        (2, Ending::GivenUp),
        (3, Ending::Taken),
    ] {
        let error = (ending == Ending::GivenUp).then_some("refused");
        deliveries
            .note(&one, &attempted(position, 1, error), ending)
            .unwrap();
    }
    assert!(deliveries.replay(&one, 1, 2).unwrap());
    // The same again is a repetition, another one has to wait.
    assert!(deliveries.replay(&one, 1, 2).unwrap());
    assert!(!deliveries.replay(&one, 1, 3).unwrap());
    let replayed = |position, ending| {
        let error = (ending != Ending::Taken).then_some("refused");
        let attempt = Attempt {
            is_replay: true,
            ..attempted(position, 1, error)
        };
        (attempt, ending)
    };
    let shown = |deliveries: &Deliveries| {
        let known = deliveries.standing(&one).unwrap().unwrap();
        let replay = known.replay.map(|replay| {
            let Lane {
                failures,
                not_before_ns,
            } = replay.lane;
            (replay.next, replay.to, failures, not_before_ns)
        });
        (known.told, known.dead_letters, replay)
    };
    let not_before_ns = 900;
    for (position, ending, expected) in [
        (1, Ending::Taken, (3, 1, Some((2, 2, 0, 0)))),
        (
            2,
            Ending::Again { not_before_ns },
            (3, 1, Some((2, 2, 1, 900))),
        ),
        (2, Ending::Taken, (3, 0, None)),
    ] {
        let (attempt, ending) = replayed(position, ending);
        deliveries.note(&one, &attempt, ending).unwrap();
        assert_eq!(shown(&deliveries), expected, "{position} {ending:?}");
    }
    let known = deliveries.standing(&one).unwrap().unwrap();
    assert_eq!((known.given_up, known.live), (2, Lane::default()));
    assert!(deliveries.replay(&one, 3, 3).unwrap());
}

#[test]
fn a_webhook_that_comes_again_and_another_journal_begin_anew() {
    let (_folder, mut deliveries) = file();
    let (first, other) = (endpoint(1, 12), endpoint(2, 12));
    for one in [&first, &other] {
        deliveries.begin(one, 0, 9).unwrap();
        let given_up = attempted(1, 1, Some("refused"));
        deliveries.note(one, &given_up, Ending::GivenUp).unwrap();
    }
    let second = endpoint(1, 30);
    let begun = deliveries.begin(&second, 5, 9).unwrap();
    assert_eq!((begun.told, begun.given_up, begun.dead_letters), (5, 0, 0));
    assert!(deliveries.attempts(&second).unwrap().is_empty());
    assert_eq!(deliveries.standing(&first).unwrap(), None);
    // What the first had in flight is not noted for the second.
    let late = deliveries.note(&first, &attempted(2, 1, None), Ending::Taken);
    assert!(matches!(late, Err(DeliveriesError::Unknown)));
    assert!(deliveries.attempts(&second).unwrap().is_empty());
    assert!(matches!(
        deliveries.replay(&first, 1, 1),
        Err(DeliveriesError::Unknown)
    ));
    // Nobody can have been told position 5 of a stream that ends at 3.
    assert_eq!(deliveries.begin(&second, 0, 3).unwrap().told, 0);
    let bystander = deliveries.standing(&other).unwrap().unwrap();
    assert_eq!((bystander.told, bystander.dead_letters), (1, 1));
    let later = endpoint(3, 40);
    deliveries.begin(&later, 0, 9).unwrap();
    let kept = BTreeSet::from([second.clone()]);
    deliveries.keep(&kept, 39).unwrap();
    assert!(deliveries.standing(&later).unwrap().is_some());
    assert_eq!(deliveries.standing(&other).unwrap(), None);
    assert!(deliveries.standing(&second).unwrap().is_some());
}

#[test]
fn the_log_and_the_list_keep_what_came_last() {
    let (_folder, mut deliveries) = file();
    let (one, other) = (endpoint(1, 12), endpoint(2, 12));
    deliveries.begin(&one, 0, u64::MAX).unwrap();
    deliveries.begin(&other, 0, 9).unwrap();
    let theirs = attempted(1, 1, Some("refused"));
    deliveries.note(&other, &theirs, Ending::GivenUp).unwrap();
    let kept = u64::from(ATTEMPTS_KEPT);
    for position in 1..=kept + 5 {
        let attempt = attempted(position, 1, Some("refused"));
        deliveries.note(&one, &attempt, Ending::GivenUp).unwrap();
    }
    let log = deliveries.attempts(&one).unwrap();
    let ends = (log.first().unwrap().position, log.last().unwrap().position);
    assert_eq!((ends, log.len()), ((kept + 5, 6), 200));
    assert_eq!(deliveries.attempts(&other).unwrap().len(), 1);
    let known = deliveries.standing(&one).unwrap().unwrap();
    assert_eq!((known.given_up, known.dead_letters), (kept + 5, kept + 5));
    assert_eq!(deliveries.dead_letters(&one, 2).unwrap().len(), 2);
}
