//! Everything that can differ between two moments: journal, writers, participants, wires, clocks.

use std::collections::BTreeSet;

use switch::State;

/// Who is told an outcome. For a refund the two change places: who asks for it is the payee's
/// side, and the payer's side credits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Side {
    /// The side that pays: it holds its customer's money and asks the hub.
    Payer,
    /// The side that is paid: it is asked, and credits the shop.
    Payee,
}

/// What the payer's side or the payee's side was told of a payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Said {
    /// The hub has it; how it ends is open.
    Taken,
    /// It is completed.
    Completed,
    /// It is cancelled.
    Cancelled,
    /// It was refused at once.
    Refused,
}

/// A set of [`Said`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Told(u8);

/// What the payee's side answers, or knows of a payment when it is asked how far it got.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// It undertakes to credit, or has credited.
    Accepted,
    /// It does not credit.
    Rejected,
    /// Only to a look-up: it never decided an ask of that id. It carries whether the look-up was
    /// *sent* after `expires_at` plus skew, because only then is it evidence.
    NotFound {
        /// As the look-up said.
        is_late: bool,
    },
}

/// What travels. `id` is the payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Message {
    /// Payer's side to hub: take this payment.
    Pay(usize),
    /// Payer's side to hub: cancel this payment.
    Cancel(usize),
    /// Hub to payer's side: the reply to either.
    Reply(usize, Said),
    /// Hub to payee's side: can you credit?
    Ask(usize),
    /// Payee's side to hub: its answer to the ask, or to the look-up.
    Answer(usize, Verdict),
    /// Hub to payee's side: how far did you get?
    LookUp {
        /// The payment.
        id: usize,
        /// Whether it is sent after `expires_at` plus skew.
        is_late: bool,
    },
    /// Hub to a side: the outcome at this position of its stream.
    Outcome {
        /// Whom.
        to: Side,
        /// Counted from one.
        position: usize,
        /// The payment.
        id: usize,
        /// Completed or cancelled.
        said: Said,
    },
    /// A side to the hub: noted up to this position.
    Noted {
        /// Who.
        from: Side,
        /// Counted from one.
        position: usize,
    },
}

/// Why a payment ended as it did, as far as the rules differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Ground {
    /// It is open.
    Open,
    /// Somebody knew: an answer, a withdrawal before anything could be credited, two operators.
    Evidence,
    /// The payee's side did not know it after the ask could no longer be accepted.
    NotFound,
    /// Nobody knew until the deadline of the doubt; the corridor decided, and whoever it names
    /// bears the loss if that was wrong.
    DoubtExpired,
}

/// A payment in a [`Book`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Entry {
    /// Where it stands.
    pub state: State,
    /// Why, when it is over.
    pub ground: Ground,
    /// Every outcome that was ever recorded for it: more than one is the end of the protocol.
    pub outcomes: Told,
}

/// What is known at the hub: to the journal, or to one writer.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Book {
    /// The payments.
    pub entries: Vec<Entry>,
    /// Outcomes in the order in which they are told, for each side.
    pub streams: [Vec<usize>; 2],
    /// Up to where each side has noted them.
    pub noted: [usize; 2],
}

/// A record of the journal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fact {
    /// A payment moved on.
    Moved {
        /// Which.
        id: usize,
        /// Where to.
        to: State,
        /// Why.
        ground: Ground,
    },
    /// A side noted its outcomes up to a position.
    Noted(Side, usize),
}

/// A process that believes it may write. What it has decided since its last append stands in
/// `staged`, and the replies wait with it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Node {
    /// What it knows to be durable.
    pub durable: Book,
    /// Decided, not yet appended.
    pub staged: Vec<Fact>,
    /// To be let out after the append.
    pub replies: BTreeSet<Message>,
}

/// The payer's side of one payment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Payer {
    /// Whether it set its customer's money aside: it did before it first paid.
    pub has_begun: bool,
    /// Everything that it was told.
    pub told: Told,
}

/// The payee's side of one payment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Payee {
    /// What it wrote down when it was asked; the same for ever.
    pub answer: Option<Verdict>,
    /// Whether the shop has its money.
    pub has_credited: bool,
    /// Which outcomes it was told.
    pub told: Told,
    /// Whether it undertook to credit after `expires_at` by its own clock.
    pub undertook_late: bool,
    /// Whether it undertook to credit, or changed its answer, after an outcome.
    pub changed_after_outcome: bool,
}

/// The hub's time, counted by what a payment waits for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum HubTime {
    /// Before `expires_at` of the ask.
    #[default]
    InTime,
    /// After it: the time of the ask is over.
    Expired,
    /// After `expires_at` plus skew: it is over on every clock.
    ExpiredEverywhere,
    /// After the deadline of the doubt.
    DoubtOver,
}

/// The payee's side's time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PayeeTime {
    /// Before `expires_at` of the ask.
    #[default]
    InTime,
    /// After it.
    Expired,
}

/// One payment, outside the hub, and the clocks that concern it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Payment {
    /// The payer's side.
    pub payer: Payer,
    /// The payee's side.
    pub payee: Payee,
    /// The hub's clock.
    pub hub_time: HubTime,
    /// The payee's side's clock.
    pub payee_time: PayeeTime,
}

/// The whole network at one moment.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct World {
    /// What is durable at the hub.
    pub journal: Book,
    /// The writer; none while the hub is down.
    pub writer: Option<Node>,
    /// A former writer that has not noticed yet.
    pub old_writer: Option<Node>,
    /// The payments, outside the hub.
    pub payments: Vec<Payment>,
    /// Up to where each side noted its outcomes, in its own books.
    pub noted: [usize; 2],
    /// In flight. Two copies of one message are one: that it arrives twice is a move.
    pub wires: BTreeSet<Message>,
    /// `None` while there are faults; then what was sent since the clocks last moved.
    pub calm: Option<BTreeSet<Message>>,
}

impl Side {
    /// Both.
    pub const ALL: [Side; 2] = [Side::Payer, Side::Payee];

    /// Its place in a pair.
    pub fn of<T>(self, pair: &[T; 2]) -> &T {
        let [payer, payee] = pair;
        match self {
            Side::Payer => payer,
            Side::Payee => payee,
        }
    }

    /// Its place in a pair.
    pub fn of_mut<T>(self, pair: &mut [T; 2]) -> &mut T {
        let [payer, payee] = pair;
        match self {
            Side::Payer => payer,
            Side::Payee => payee,
        }
    }
}

impl Said {
    /// What is said of a payment in `state`; nothing of one that is unknown, because "not found"
    /// is never an outcome.
    pub fn of(state: State) -> Option<Said> {
        match state {
            State::Unknown => None,
            State::Waiting | State::Reserved | State::Asked | State::InDoubt => Some(Said::Taken),
            State::Completed => Some(Said::Completed),
            State::Cancelled => Some(Said::Cancelled),
            State::Refused => Some(Said::Refused),
        }
    }

    fn mask(self) -> u8 {
        match self {
            Said::Taken => 1,
            Said::Completed => 2,
            Said::Cancelled => 4,
            Said::Refused => 8,
        }
    }
}

impl Told {
    /// Also `said`.
    pub fn note(&mut self, said: Said) {
        self.0 |= said.mask();
    }

    /// Whether `said` is in it.
    pub fn has(self, said: Said) -> bool {
        self.0 & said.mask() != 0
    }

    /// Whether an outcome is in it.
    pub fn has_outcome(self) -> bool {
        self.outcomes() > 0
    }

    /// How many different outcomes are in it.
    pub fn outcomes(self) -> u32 {
        (self.0 & !Said::Taken.mask()).count_ones()
    }

    /// What is in either.
    #[must_use]
    pub fn and(self, other: Told) -> Told {
        Told(self.0 | other.0)
    }
}

impl Book {
    /// Nothing happened yet to `payments` payments.
    pub fn new(payments: usize) -> Self {
        let entry = Entry {
            state: State::Unknown,
            ground: Ground::Open,
            outcomes: Told::default(),
        };
        Self {
            entries: vec![entry; payments],
            streams: [Vec::new(), Vec::new()],
            noted: [0, 0],
        }
    }

    /// Where a payment stands.
    pub fn state(&self, id: usize) -> State {
        self.entries
            .get(id)
            .map_or(State::Unknown, |entry| entry.state)
    }

    /// Makes a fact part of the book. As in the real core, a fact that contradicts an outcome
    /// changes nothing; that it was recorded is remembered.
    pub fn apply(&mut self, fact: Fact) {
        match fact {
            Fact::Moved { id, to, ground } => self.move_on(id, to, ground),
            Fact::Noted(side, position) => {
                let noted = side.of_mut(&mut self.noted);
                *noted = position.max(*noted);
            }
        }
    }

    fn move_on(&mut self, id: usize, to: State, ground: Ground) {
        let Some(entry) = self.entries.get_mut(id) else {
            return;
        };
        if let Some(said) = Said::of(to)
            && to.is_final()
        {
            entry.outcomes.note(said);
        }
        if entry.state.is_final() {
            return;
        }
        let was = entry.state;
        entry.state = to;
        entry.ground = ground;
        // A refusal and an id that was cancelled before it was used are answers to who asked;
        // only what was a payment has an outcome to tell, and only to who knows of it.
        if to.is_final() && was != State::Unknown {
            let [payer, payee] = &mut self.streams;
            payer.push(id);
            if matches!(was, State::Asked | State::InDoubt) {
                payee.push(id);
            }
        }
    }

    /// The outcome that a side is told next.
    pub fn next_outcome(&self, to: Side) -> Option<Message> {
        let before = *to.of(&self.noted);
        let id = *to.of(&self.streams).get(before)?;
        Some(Message::Outcome {
            to,
            position: before.saturating_add(1),
            id,
            said: Said::of(self.state(id))?,
        })
    }
}

impl Node {
    /// A process that begins with what is durable.
    pub fn load(journal: &Book) -> Self {
        Self {
            durable: journal.clone(),
            staged: Vec::new(),
            replies: BTreeSet::new(),
        }
    }

    /// Where a payment stands in its memory: as [`Node::memory`] says, without making it.
    pub fn state(&self, id: usize) -> State {
        let mut state = self.durable.state(id);
        for fact in &self.staged {
            match fact {
                Fact::Moved { id: moved, to, .. } if *moved == id && !state.is_final() => {
                    state = *to;
                }
                Fact::Moved { .. } | Fact::Noted(..) => {}
            }
        }
        state
    }

    /// What it decides on: the durable and what it has decided since.
    pub fn memory(&self) -> Book {
        let mut book = self.durable.clone();
        for fact in &self.staged {
            book.apply(*fact);
        }
        book
    }
}

impl Message {
    /// Which side it is from or to.
    pub fn side(self) -> Side {
        match self {
            Message::Pay(_) | Message::Cancel(_) | Message::Reply(..) => Side::Payer,
            Message::Ask(_) | Message::Answer(..) | Message::LookUp { .. } => Side::Payee,
            Message::Outcome { to: side, .. } | Message::Noted { from: side, .. } => side,
        }
    }

    /// Whether it is on its way to the hub.
    pub fn is_to_hub(self) -> bool {
        match self {
            Message::Pay(_) | Message::Cancel(_) | Message::Answer(..) | Message::Noted { .. } => {
                true
            }
            Message::Reply(..)
            | Message::Ask(_)
            | Message::LookUp { .. }
            | Message::Outcome { .. } => false,
        }
    }
}
