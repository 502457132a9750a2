//! The clock of a history: what happens, in the order of time.
//!
//! # Doctrine
//!
//! * One queue of events by time and, at one time, by the order in which they were planned. A
//!   batch's time is its event's, so nothing depends on the machine.
//! * Payments of a moment stand in one batch and are answered in a few more, by how long the
//!   creditor's side takes. So is the time from payment to outcome right, and a sync is shared.
//! * People do nothing while answers are on their way: what they do takes minutes, and the
//!   journal's time never goes back.

mod moment;
mod trouble;

use std::collections::BTreeMap;
use std::path::Path;

use calendar::Country;
use jiff::civil::Date;
use money::Money;
use switch::{Act, Finality, Input, ItemId, ParticipantId, Span, Time};

use crate::draw::{Doubt, Wishes};
use crate::hub::{Given, Hub};
use crate::limits::{BATCH_MAX, SLOT_PAYMENTS, SLOTS_MAX, SLOTS_MIN};
use crate::market::Market;
use crate::network::{self, INSTITUTIONS, local};
use crate::office::{Office, is_open};
use crate::season::{self, HOUR_FIRST};
use crate::shops::Shops;
use crate::summary::{self, Summary};
use crate::tally::Tally;
use crate::{HistoryError, Names, Settings};

/// Something that happens at a time.
#[derive(Clone, Debug)]
enum Event {
    /// Rates for the day.
    Rates(Day),
    /// Payments and refunds of a moment: how many payments, by direction.
    Moment(Day, [u64; 2]),
    /// The creditors' sides answer, or payers' sides withdraw.
    Inputs(Vec<Input>),
    /// The asks of a moment are over: who said nothing, and what becomes of it.
    Over(Vec<(ItemId, ParticipantId, Doubt)>),
    /// A stopped rail or a lookup.
    Trouble(trouble::Trouble),
    /// The day's window closes.
    CutOff,
    /// People.
    People(People, Date),
}

/// What people do on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum People {
    Certify(ParticipantId),
    Instruct,
    Deposit,
    Import,
    WorkOff,
}

/// A day of the history.
#[derive(Clone, Copy, Debug)]
struct Day {
    date: Date,
    /// From 0.
    number: u64,
    counts: [u64; 2],
    is_expo_open: bool,
}

/// What a shop will give back.
#[derive(Clone, Copy, Debug)]
struct Refund {
    payment: ItemId,
    payee: ParticipantId,
    payer: ParticipantId,
    amount: Money,
}

/// A history while it is written.
struct Run<'a> {
    settings: &'a Settings,
    names: &'a dyn Names,
    hub: Hub,
    office: Office,
    shops: Shops,
    wishes: Wishes,
    market: Market,
    tally: Tally,
    queue: BTreeMap<(Time, u64), Event>,
    planned: u64,
    refunds: BTreeMap<(Time, ItemId), Refund>,
    /// Refunds that wait for liquidity.
    waiting: Vec<(ItemId, ParticipantId)>,
    /// Until when answers are on their way.
    busy_until: Time,
    exposures: [u64; 2],
}

/// Writes a history into `folder/hub`, which must hold no journal, and the bank's statements into
/// `folder/bank`. `progress` is told every day as it begins, with the payments before it.
///
/// # Errors
/// See [`HistoryError`]; then the folder holds half a history and is thrown away.
pub fn write(
    settings: &Settings,
    names: &dyn Names,
    folder: &Path,
    mut progress: impl FnMut(Date, u64),
) -> Result<Summary, HistoryError> {
    let mut run = Run::begin(settings, names, folder)?;
    let mut day_before = None;
    while let Some(((at, _), event)) = run.queue.pop_first() {
        if let Event::Rates(day) = &event
            && day_before != Some(day.date)
        {
            day_before = Some(day.date);
            progress(day.date, run.tally.wished);
        }
        run.happen(at, event)?;
    }
    run.end()
}

impl<'a> Run<'a> {
    fn begin(
        settings: &'a Settings,
        names: &'a dyn Names,
        folder: &Path,
    ) -> Result<Self, HistoryError> {
        let mut hub = Hub::begin(&folder.join("hub"))?;
        let first = settings.days.first();
        let now = local(Country::Kh, first, (0, 1))?;
        // What bootstrap booked stood at the bank before, and the back office knows it by the
        // first batch: so it is one batch.
        hub.must(
            now,
            "set up the network",
            network::bootstrap(settings, names)?,
        )?;
        let shops = Shops::new(settings, names)?;
        let registry = shops.registry().iter().cloned().map(Input::SetMerchant);
        hub.must(now, "register the shops", registry.collect())?;
        hub.catch_up()?;
        let office = Office::open(settings, &hub, folder)?;
        let mut run = Self {
            settings,
            names,
            hub,
            office,
            shops,
            wishes: Wishes::new(settings),
            market: Market::new(settings.seed),
            tally: Tally::default(),
            queue: BTreeMap::new(),
            planned: 0,
            refunds: BTreeMap::new(),
            waiting: Vec::new(),
            busy_until: now,
            exposures: exposures(settings),
        };
        run.plan_days()?;
        Ok(run)
    }

    fn plan(&mut self, at: Time, event: Event) {
        self.queue.insert((at, self.planned), event);
        self.planned = self.planned.saturating_add(1);
    }

    fn plan_days(&mut self) -> Result<(), HistoryError> {
        for (number, (date, counts)) in (0..).zip(season::spread(self.settings)) {
            let day = Day {
                date,
                number,
                counts,
                is_expo_open: date <= self.settings.expo_until,
            };
            self.plan(local(Country::Kh, date, (0, 5))?, Event::Rates(day));
        }
        Ok(())
    }

    /// Everything of a day is planned when its rates are published, so that the queue stays small.
    fn plan_day(&mut self, day: Day) -> Result<(), HistoryError> {
        let [japan, cambodia] = day.counts;
        let many = japan.saturating_add(cambodia);
        let moments = (many / SLOT_PAYMENTS).clamp(SLOTS_MIN, SLOTS_MAX);
        let counts = [japan, cambodia].map(|count| season::hours(count, moments));
        let [japan, cambodia] = &counts;
        let step = HOURS_OF_A_DAY
            .0
            .checked_div(i64::try_from(moments).unwrap_or(1));
        let step = step.unwrap_or(0);
        let first = i8::try_from(HOUR_FIRST).unwrap_or(8);
        let begins = local(Country::Jp, day.date, (first, 0))?;
        for (place, pair) in (0..).zip(japan.iter().zip(cambodia)) {
            let jitter = i64::try_from(self.wishes.jitter(900_000)).unwrap_or(0);
            let within = step
                .saturating_mul(place)
                .saturating_add(jitter * 1_000_000);
            let at = begins.after(Span(within));
            self.plan(at, Event::Moment(day, [*pair.0, *pair.1]));
        }
        for participant in INSTITUTIONS {
            if network::certified_on(participant) == Some(day.date) {
                let at = local(Country::Kh, day.date, (5, 0))?;
                self.plan(at, Event::People(People::Certify(participant), day.date));
            }
        }
        if !is_open(day.date) {
            return Ok(());
        }
        for (at, what) in [
            ((8, 30), People::Instruct),
            ((10, 0), People::Deposit),
            ((16, 0), People::Import),
            ((16, 20), People::WorkOff),
        ] {
            let at = local(Country::Kh, day.date, at)?;
            self.plan(at, Event::People(what, day.date));
        }
        self.plan(local(Country::Kh, day.date, (17, 0))?, Event::CutOff);
        Ok(())
    }

    fn happen(&mut self, at: Time, event: Event) -> Result<(), HistoryError> {
        match event {
            Event::Rates(day) => self.publish(at, day),
            Event::Moment(day, counts) => self.moment(at, day, counts),
            Event::Inputs(inputs) => {
                if !self.waiting.is_empty() {
                    self.funded(at)?;
                }
                for inputs in inputs.chunks(BATCH_MAX) {
                    self.give(at, inputs.to_vec())?;
                }
                Ok(())
            }
            Event::Over(silent) => self.over(at, silent),
            Event::Trouble(trouble) => self.trouble(at, trouble),
            Event::CutOff => self.give(at, Vec::new()).map(|_| ()),
            Event::People(..) if at < self.busy_until => {
                self.plan(self.busy_until, event);
                Ok(())
            }
            Event::People(what, date) => self.people(at, what, date),
        }
    }

    fn people(&mut self, at: Time, what: People, date: Date) -> Result<(), HistoryError> {
        let (office, hub) = (&mut self.office, &mut self.hub);
        match what {
            People::Certify(participant) => {
                let act = Act::Certify {
                    participant,
                    before: Finality::Immediate,
                    after: Finality::Confirm,
                    evidence: "every case of the callback protocol passed SIMULATED".to_owned(),
                };
                let reason = "the certification was read".to_owned();
                office.by_two(hub, at, vec![(act, reason)]).map(|_| ())
            }
            People::Instruct => office.instruct(hub, at, date),
            People::Deposit => office.deposits(hub, at, date),
            People::Import => office.statements(hub, at, date),
            People::WorkOff => {
                office.work_off(hub, at, date)?;
                office.close_losses(hub, at)
            }
        }
    }

    fn publish(&mut self, at: Time, day: Day) -> Result<(), HistoryError> {
        let published = self.market.publish(day.date, at, self.exposures)?;
        let mut inputs = vec![Input::SetReference(published.reference)];
        inputs.extend(published.standings.into_iter().map(Input::SetStanding));
        let yesterday = day.date.yesterday().ok();
        if yesterday == Some(self.settings.expo_until) && day.number > 0 {
            inputs.extend(self.shops.closed_expo().map(Input::SetMerchant));
        }
        self.hub.must(at, "publish rates", inputs)?;
        self.plan_day(day)
    }

    /// One batch; what it decided is counted.
    fn give(&mut self, at: Time, inputs: Vec<Input>) -> Result<Given, HistoryError> {
        let given = self.hub.give(at, inputs)?;
        self.count(&given.decided);
        Ok(given)
    }

    fn count(&mut self, decided: &[ItemId]) {
        for id in decided {
            if let Some(item) = self.hub.switch().item(*id) {
                self.tally.note_decided(item);
            }
        }
    }

    /// Time after the last batch, for what must not share its moment.
    fn after_head(&self, at: Time) -> Time {
        let head = Time(self.hub.head().time_ns).after(Span(1_000_000));
        at.max(head)
    }

    fn end(mut self) -> Result<Summary, HistoryError> {
        // The last items leave, so that what is kept for a restart is small.
        let last = self.settings.days.last().tomorrow();
        let last = last.ok().ok_or(HistoryError::Value("a day"))?;
        let at = local(Country::Kh, last, (0, 0))?;
        let at = self.after_head(at);
        let noted = self.acknowledgements();
        self.give(at, noted)?;
        self.hub.catch_up()?;
        let summary = summary::of(self.settings, &self.hub, &self.office, &self.tally)?;
        self.hub.end()?;
        Ok(summary)
    }
}

/// From 08:00 to 22:00.
const HOURS_OF_A_DAY: Span = Span::from_seconds(14 * 3_600);

/// What a provider exchanges at most in a day: three times a usual day's payments, and never less
/// than a few large ones. On the Expo's best days the cheaper one runs out of it.
fn exposures(settings: &Settings) -> [u64; 2] {
    let days = u64::try_from(settings.days.iter().count()).unwrap_or(1);
    let a_day = settings.payments.checked_div(days).unwrap_or(0);
    [(4_000, 6_000_000), (70_000, 160_000_000)]
        .map(|(ticket, least): (u64, u64)| a_day.saturating_mul(ticket * 3).max(least))
}
