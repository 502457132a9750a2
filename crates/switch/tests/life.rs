//! The whole table of the life, driven through the core: every state × everything that can
//! happen × both rails, for a payment and for a refund. What the table says happens, and what it
//! does not say does not: not a byte of the state changes, but for what operators did beside it.

#[cfg(test)]
#[path = "life/books.rs"]
mod books;
#[cfg(test)]
#[path = "life/expected.rs"]
mod expected;
#[cfg(test)]
#[path = "operators/people.rs"]
mod people;
#[cfg(test)]
#[path = "life/scene.rs"]
mod scene;
#[cfg(test)]
#[path = "story/world.rs"]
#[expect(
    dead_code,
    reason = "the story needs more of its network than one item does"
)]
mod world;

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use switch::{
        Event, Kind, ParticipantId, Record, Refusal, Reply, Stamp, State, StatusReason, Step,
        Verdict, life,
    };

    use crate::books::{books, held, moved, without_other};
    use crate::expected::Line;
    use crate::scene::{Case, ID, Place, Scene, Stand};
    use crate::world::{ACLEDA, FX1, FX2, NETSTARS, SATHAPANA, text};

    /// What came of an event, by batch.
    #[derive(Default)]
    struct Seen {
        batches: Vec<Vec<Line>>,
        replies: Vec<Result<Reply, Refusal>>,
    }

    fn act(scene: &mut Scene, event: Event, stand: Stand) -> Seen {
        let mut seen = Seen::default();
        let mut seq = scene.world.records.last().map_or(0, |(stamp, _)| stamp.seq);
        let now = scene.world.now;
        let mut batch = |scene: &mut Scene, records: &[Record], reply| {
            seq += 1_000;
            let mut lines = Vec::new();
            for record in records {
                let name = scene.checked_name(event, record);
                scene.world.switch.apply(Stamp { seq, now }, record);
                lines.push((name.to_owned(), scene.state()));
            }
            if !records.is_empty() {
                scene.world.check();
            }
            seen.batches.push(lines);
            seen.replies.push(reply);
        };
        match stand {
            Stand::Record(record) => batch(scene, &[record], Ok(Reply::Item(ID))),
            Stand::Inputs(inputs) => {
                for input in inputs {
                    let decision = scene.world.switch.decide(now, &input);
                    batch(scene, &decision.records, decision.reply);
                }
            }
        }
        seen
    }

    /// One pair of the table; what was seen, for the document, if the table has it.
    fn check_pair(scene: &Scene, event: Event) -> Option<String> {
        let mut scene = scene.clone();
        let (case, from) = (scene.case, scene.place.state());
        let stand = scene.prepare(event)?;
        let context = format!("{case:?} {:?} {event:?} {:?}", scene.place, scene.suspended);
        let then = scene.clone();
        let seen = act(&mut scene, event, stand);
        assert_eq!(seen.batches, then.expected_batches(event), "{context}");
        assert_eq!(seen.replies, then.expected_replies(event), "{context}");
        let path = then.expected_path(event);
        let to = path.last().copied().unwrap_or(from);
        let mut expected = moved(&books(&then.world.switch), case.kind, from, to);
        if then.ends_other(event) {
            expected = without_other(&expected);
        } else {
            assert_eq!(scene.others(), then.others(), "{context}");
        }
        assert_eq!(books(&scene.world.switch), expected, "{context}");
        let grew = grown(&then.told(), &scene.told());
        assert_eq!(grew, then.expected_told(event), "{context}");
        if path.is_empty() {
            assert_eq!(scene.itself(), then.itself(), "{context}");
            if seen.batches.iter().all(Vec::is_empty) {
                let (before, after) = (text(&then.world.switch), text(&scene.world.switch));
                assert_eq!(after, before, "{context}");
            }
            let is_row = life::step(from, event, case.finality) == Step::Stay;
            return (is_row && !from.is_final()).then(|| words(&seen, "nobody", "stays"));
        }
        let is_asked = scene.world.switch.asks_of(case.creditor(), 9).contains(&ID);
        assert_eq!(
            is_asked,
            to == State::Asked || to == State::InDoubt,
            "{context}"
        );
        let mut roles: Vec<&str> = grew.keys().map(|who| scene.role(*who)).collect();
        roles.sort_unstable_by_key(|role| (*role != "requester", *role));
        let told = if roles.is_empty() {
            "nobody".to_owned()
        } else {
            roles.join(", ")
        };
        let asked = if is_asked { "is asked" } else { "is not asked" };
        Some(words(&seen, &told, asked))
    }

    /// By how many outcomes the streams grew.
    fn grown(
        before: &BTreeMap<ParticipantId, u64>,
        after: &BTreeMap<ParticipantId, u64>,
    ) -> BTreeMap<ParticipantId, u64> {
        let grew = after.iter().map(|(who, count)| (*who, count - before[who]));
        grew.filter(|(_, count)| *count != 0).collect()
    }

    fn words(seen: &Seen, told: &str, asked: &str) -> String {
        let batch = |lines: &Vec<Line>| {
            let names: Vec<&str> = lines.iter().map(|(name, _)| name.as_str()).collect();
            if names.is_empty() {
                return "none".to_owned();
            }
            names.join(", ")
        };
        let records: Vec<String> = seen.batches.iter().map(batch).collect();
        let answers: Vec<&str> = seen.replies.iter().map(|reply| said(*reply)).collect();
        let (records, answers) = (records.join("; "), answers.join("; "));
        format!("{records} | {answers} | {told} | {asked}")
    }

    fn said(reply: Result<Reply, Refusal>) -> &'static str {
        match reply {
            Ok(Reply::Item(_)) => "the item",
            Ok(Reply::Closed(..)) => "the id is used up",
            Ok(Reply::Ticked(_)) => "no request",
            Ok(Reply::Action(_)) => "the action",
            Ok(other) => panic!("an event was answered with {other:?}"),
            Err(_) => "the refusal",
        }
    }

    /// Strangers to an item change nothing and learn nothing.
    fn check_strangers(scene: &Scene) {
        let (case, place) = (scene.case, scene.place);
        if !place.is_item() {
            return;
        }
        let verdicts = [Verdict::Accepted, Verdict::Rejected(StatusReason::NARR)];
        let mut attempts = vec![(scene.cancel(SATHAPANA), Refusal::PayerIdInUse)];
        for who in [SATHAPANA, FX1, case.requester()] {
            let answers = verdicts.map(|verdict| scene.answer(who, verdict));
            attempts.extend(answers.map(|answer| (answer, Refusal::PayeeNotParty)));
        }
        for who in [FX1, case.creditor()] {
            attempts.push((scene.cancel(who), Refusal::PayerIdInUse));
        }
        for (input, refusal) in attempts {
            let decision = scene.world.switch.decide(scene.world.now, &input);
            assert_eq!(decision.reply, Err(refusal), "{case:?} {place:?} {input:?}");
            assert_eq!(decision.records, [], "{case:?} {place:?} {input:?}");
        }
    }

    /// Whoever else is suspended: the other parties, who are parties of another payment as well,
    /// and two that are none of the item; and what is due is left to time.
    fn check_suspensions(scene: &Scene, late: &Scene) {
        let now = [NETSTARS, FX1, SATHAPANA, FX2].map(|who| (scene, who));
        for (scene, suspended) in now.into_iter().chain([(late, ACLEDA), (late, FX1)]) {
            let mut scene = scene.clone();
            scene.suspended = suspended;
            let _row = check_pair(&scene, Event::Suspend);
        }
    }

    /// Row of the table and kind of item, to what was seen there.
    type Sights = BTreeMap<(usize, &'static str), String>;

    fn note(sights: &mut Sights, case: Case, state: State, event: Event, seen: &str) {
        let is_it = |row: &life::Row| {
            let finality = row.finality.is_none_or(|only| only == case.finality);
            (row.state, row.event) == (state, event) && finality
        };
        let at = life::LIFE.iter().position(is_it).unwrap();
        let kind = match case.kind {
            Kind::Payment => "payment",
            Kind::Refund { .. } => "refund",
        };
        let known = sights.entry((at, kind)).or_insert_with(|| seen.to_owned());
        assert_eq!(known, seen, "{case:?} {state:?} {event:?}");
    }

    /// What the table does not say: which records, which answer, who hears of it.
    fn sights_table(sights: &Sights) -> String {
        let head = "| in state | when | on a rail that is | item | records | answer | is told \
             | creditor |\n|---|---|---|---|---|---|---|---|\n";
        let mut out = head.to_owned();
        for (at, row) in life::LIFE.iter().enumerate() {
            let of = |kind| sights.get(&(at, kind));
            let lines = match (of("payment"), of("refund")) {
                (Some(one), Some(other)) if one == other => vec![("either", one)],
                (one, other) => [("payment", one), ("refund", other)]
                    .into_iter()
                    .filter_map(|(kind, seen)| Some((kind, seen?)))
                    .collect(),
            };
            assert!(!lines.is_empty(), "a row that nothing leads to: {row:?}");
            let (state, event) = (row.state, row.event);
            let rail = row
                .finality
                .map_or("either".to_owned(), |only| format!("{only:?}"));
            for (kind, seen) in lines {
                out.push_str(&format!(
                    "| {state:?} | {event:?} | {rail} | {kind} | {seen} |\n"
                ));
            }
        }
        out
    }

    fn held_table() -> String {
        let head = "| in states | payment of JPY 3,000 | refund of JPY 1,000 |\n|---|---|---|\n";
        let mut out = head.to_owned();
        for states in [
            &[State::Unknown, State::Refused, State::Cancelled][..],
            &[State::Waiting],
            &[State::Reserved, State::Asked, State::InDoubt],
            &[State::Completed],
        ] {
            let of = |case: &Case, state: State| match (case.kind, state) {
                (Kind::Payment, State::Waiting) => "never".to_owned(),
                (kind, state) => held(kind, state),
            };
            let cases = Case::all();
            for case in &cases {
                let same = |state: &&State| of(case, **state) == of(case, states[0]);
                assert_eq!(states.iter().filter(same).count(), states.len());
            }
            let [first, .., last] = &cases[..] else {
                panic!("payments come first, and refunds last")
            };
            let (payment, refund) = (of(first, states[0]), of(last, states[0]));
            let names: Vec<String> = states.iter().map(|state| format!("{state:?}")).collect();
            let names = names.join(", ");
            out.push_str(&format!("| {names} | {payment} | {refund} |\n"));
        }
        out
    }

    #[test]
    fn every_state_and_event_on_both_rails_does_what_the_table_says_and_nothing_else() {
        let mut sights = Sights::new();
        let mut pairs = 0;
        for case in Case::all() {
            let before = Scene::before(case);
            for place in Place::all(case) {
                let scene = before.at(place);
                check_strangers(&scene);
                for event in Event::ALL {
                    pairs += 1;
                    if let Some(seen) = check_pair(&scene, event) {
                        note(&mut sights, case, place.state(), event, &seen);
                    }
                }
                // These do not ask whether time is over, so they do the same when it is.
                let mut late = scene.clone();
                late.wait();
                for event in [
                    Event::Reject,
                    Event::Withdraw,
                    Event::ResolveComplete,
                    Event::ResolveCancel,
                ] {
                    if let Some(seen) = check_pair(&late, event) {
                        note(&mut sights, case, place.state(), event, &seen);
                    }
                }
                check_suspensions(&scene, &late);
            }
        }
        // No payment waits; to a final state lead four more ways than one.
        let places = State::ALL.len() * 2 - 1 + 4 * 2;
        assert_eq!(pairs, places * Event::ALL.len() * 4, "no pair was left out");
        check_document(&sights);
    }

    fn check_document(sights: &Sights) {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/LIFECYCLE.md");
        let words = "# The life of a payment and of a refund\n\nGenerated from \
             `crates/switch/src/life.rs` by the test in `crates/switch/tests/life.rs` \
             (`UPDATE_EXPECT=1` rewrites it), which drives a core through every state × event on \
             both rails. In a final state (Completed, Cancelled, Refused) everything is answered \
             with the recorded outcome; a pair that is not listed never happens and changes \
             nothing. Only where a doubt ended without the rail's word, and an immediate rail \
             then says otherwise, is something written beside an outcome: `BreakOpened`.\n\n";
        let sights_words = "\n## What each row writes, answers and tells\n\nAs the test saw it. \
             *Records* are what the journal gets, a batch to each semicolon: what operators do is \
             proposed, approved and, for a suspension, swept, each with an answer of its own. The \
             one suspended is the Cambodian side. *Is told* is whose outcome stream \
             grows by one, which is called until it is acknowledged; *creditor* is whether the \
             creditor's side is asked from then on.\n\n";
        let held_words = "\n## What an item holds in each state\n\nThe story's payment and a \
             refund of it, in minor units: what the books hold because of the item, by account. \
             Nothing else moves: the test compares every net, headroom, used, refundable, payer's \
             day and exposure of everybody. Participant 3 is the FX provider, corridor 0 is \
             KH-JP.\n\n";
        let table = life::markdown();
        let (sights, held) = (sights_table(sights), held_table());
        expect_test::expect_file![path].assert_eq(&format!(
            "{words}{table}{sights_words}{sights}{held_words}{held}"
        ));
    }
}
