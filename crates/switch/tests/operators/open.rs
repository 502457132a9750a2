//! Nothing is open without an owner and a deadline.

use money::Currency;
use switch::limits::BREAK_SPAN;
use switch::{Act, Finality, Item, OpenItems, Owner, State, Stuck, StuckCounts, StuckThing, Time};

use crate::office::{OP1, Office};
use crate::world::{ACLEDA, NETSTARS, SATHAPANA, jpy};

fn all(office: &Office) -> Vec<Stuck> {
    let mut all = office.switch.stuck_rest(office.now, 100);
    all.extend(office.switch.stuck_items(None, 100));
    all
}

#[test]
fn every_state_of_the_life_table_that_is_not_final_has_an_owner_and_no_final_one_has() {
    let mut office = Office::new();
    office.ask(1);
    let sample = office.item(1).clone();
    for state in State::ALL {
        let item = Item {
            state,
            ..sample.clone()
        };
        let owner = office.switch.owner_of(&item);
        assert_eq!(owner.is_some(), !state.is_final(), "{state:?}");
    }
}

#[test]
fn items_are_owned_by_who_must_act_next() {
    let mut office = Office::new();
    office.make(NETSTARS, Finality::Immediate);
    office.ask(1);
    office.accept(NETSTARS, 1);
    let who = |office: &Office, id: u128| office.switch.owner_of(office.item(id));
    assert_eq!(who(&office, 1), None);
    office.ask(2);
    assert_eq!(who(&office, 2), Some(Owner::Participant(NETSTARS)));
    office.pass(60);
    assert_eq!(office.item(2).state, State::InDoubt);
    assert_eq!(who(&office, 2), Some(Owner::Participant(NETSTARS)));
    office.set_cap(NETSTARS, Currency::Jpy, 0);
    office.refund(NETSTARS, 3, 1, jpy(1_000)).unwrap();
    assert_eq!(office.item(3).state, State::Waiting);
    assert_eq!(who(&office, 3), Some(Owner::Participant(NETSTARS)));
    office
        .act(Act::Suspend {
            participant: ACLEDA,
            open: OpenItems::Run,
        })
        .unwrap();
    assert_eq!(who(&office, 3), Some(Owner::Operators));
}

#[test]
fn everything_that_is_open_is_listed_with_its_owner_and_a_deadline() {
    let mut office = Office::new();
    office.make(NETSTARS, Finality::Immediate);
    office.decided_by_time(1);
    office.accept(NETSTARS, 1);
    office.resume_rail(NETSTARS);
    office.ask(2);
    office
        .act(Act::Suspend {
            participant: SATHAPANA,
            open: OpenItems::Run,
        })
        .unwrap();
    let resume = Act::Resume {
        participant: SATHAPANA,
    };
    let action = office.propose(OP1, resume).unwrap();
    let expected = StuckCounts {
        items: 1,
        breaks: 1,
        actions: 1,
        untold: 3,
        rails: 0,
        suspended: 1,
        windows: 0,
    };
    assert_eq!(office.switch.stuck_counts(), expected);
    let rows = all(&office);
    let things: Vec<StuckThing> = rows.iter().map(|row| row.what).collect();
    let (first, second) = (office.id(1), office.id(2));
    assert_eq!(things[0], StuckThing::Break(first));
    assert!(things.contains(&StuckThing::Action(action)));
    assert!(things.contains(&StuckThing::Suspended(SATHAPANA)));
    assert!(things.contains(&StuckThing::Untold(ACLEDA, 1)));
    assert_eq!(things.last(), Some(&StuckThing::Item(second)));
    for row in &rows {
        assert!(
            row.since <= office.now && row.deadline > row.since,
            "{row:?}"
        );
    }
    assert_eq!(rows[0].owner, Owner::Participant(NETSTARS));
    // The bearer had its time; from now on it is the operators'.
    office.now = office.now.after(BREAK_SPAN);
    assert_eq!(all(&office)[0].owner, Owner::Operators);
}

#[test]
fn a_stopped_rail_is_listed_until_it_is_resumed_and_pages_go_on_where_they_ended() {
    let mut office = Office::new();
    office.make(NETSTARS, Finality::Immediate);
    office.decided_by_time(1);
    let rail = |row: &Stuck| row.what == StuckThing::Rail(NETSTARS);
    assert!(all(&office).iter().any(rail));
    office.resume_rail(NETSTARS);
    assert!(!all(&office).iter().any(rail));
    for id in 2..7 {
        office.ask(id);
        office.now = Time(office.now.0 + 1);
    }
    let mut seen = Vec::new();
    let mut after = None;
    loop {
        let page = office.switch.stuck_items(after, 2);
        let Some(last) = page.last() else { break };
        let StuckThing::Item(id) = last.what else {
            panic!("only items are here")
        };
        after = Some((last.deadline, id));
        seen.extend(page.iter().map(|row| row.what));
    }
    let expected: Vec<_> = (2..7).map(|id| StuckThing::Item(office.id(id))).collect();
    assert_eq!(seen, expected);
}
