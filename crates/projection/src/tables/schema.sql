-- Tables for people, for reports, and for what has left memory. Everything here is derived from
-- the journal and can be thrown away; `applied` says for which batch of which journal the tables
-- stand. `user_version` is the layout: tables of another one are thrown away.
CREATE TABLE IF NOT EXISTS applied (
    only     INTEGER PRIMARY KEY CHECK (only = 1),
    sequence INTEGER NOT NULL,
    hash     BLOB    NOT NULL
) STRICT;

-- Rows stand in the order in which items began, and only a small index over random ids is
-- scattered: with the bodies under the ids, every insert would touch a page of its own.
CREATE TABLE IF NOT EXISTS item (
    number           INTEGER PRIMARY KEY,
    id               BLOB    NOT NULL UNIQUE,
    payment          BLOB    NOT NULL,
    is_refund        INTEGER NOT NULL,
    state            TEXT    NOT NULL,
    requester        INTEGER NOT NULL,
    creditor         INTEGER NOT NULL,
    fx               INTEGER NOT NULL,
    corridor         INTEGER NOT NULL,
    corridor_version INTEGER NOT NULL,
    currency         TEXT    NOT NULL,
    amount           INTEGER NOT NULL,
    payer_currency   TEXT    NOT NULL,
    payer_amount     INTEGER NOT NULL,
    created_sequence INTEGER NOT NULL,
    created_ns       INTEGER NOT NULL,
    decided_sequence INTEGER,
    decided_ns       INTEGER,
    settlement_window INTEGER,
    -- The payer's pseudonym and the shop's; NULL for a shop that is not known, and for refunds,
    -- which have their payment's.
    payer_key        BLOB    NOT NULL,
    shop             BLOB,
    category         INTEGER,
    -- What a payment was agreed on, in minor units: the principal and the payer's fees in the
    -- payer's currency, the shop's fee and its parts in the shop's. NULL for refunds.
    principal        INTEGER,
    customer_fee     INTEGER,
    switch_fee       INTEGER,
    merchant_fee     INTEGER,
    issuer_share     INTEGER,
    switch_share     INTEGER,
    -- What the price is worth in the payer's currency at the applied and at the neutral rate, in
    -- thousandths of its minor unit, before any rounding of the deal; NULL if it is too large.
    rate_value_milli      INTEGER,
    reference_value_milli INTEGER,
    -- Of a cancelled item: why, and the four characters if its creditor's side gave them.
    reason           TEXT,
    status_reason    TEXT,
    -- Of a completed item.
    cause            TEXT,
    was_in_doubt     INTEGER NOT NULL DEFAULT 0,
    -- The whole item in the project's own layout, to be read back as it was.
    body             BLOB    NOT NULL
) STRICT;

CREATE INDEX IF NOT EXISTS item_by_requester ON item (requester, created_sequence, id);
CREATE INDEX IF NOT EXISTS item_by_creditor ON item (creditor, created_sequence, id);
CREATE INDEX IF NOT EXISTS item_by_created ON item (created_sequence, id);
CREATE INDEX IF NOT EXISTS item_by_time ON item (created_ns);
-- Holds all that a sum over a payment's refunds needs, so that no body is read for it.
CREATE INDEX IF NOT EXISTS refund_by_payment ON item (payment, amount, payer_amount)
    WHERE is_refund = 1 AND state = 'completed';

-- Ids that were used up without ever having been an item.
CREATE TABLE IF NOT EXISTS closed (
    requester INTEGER NOT NULL,
    id        BLOB    NOT NULL,
    sequence  INTEGER NOT NULL,
    at_ns     INTEGER NOT NULL,
    -- The refusal's name in the core, whose first word says who must act; NULL for an id that
    -- was cancelled before it was used.
    refusal   TEXT,
    -- 0 and all below for a payment, 1 and `payment` for a refund, NULL where the journal does
    -- not say.
    is_refund INTEGER,
    payment   BLOB,
    corridor  INTEGER,
    payee     INTEGER,
    fx        INTEGER,
    currency  TEXT,
    amount    INTEGER,
    payer_currency TEXT,
    payer_amount   INTEGER,
    shop      BLOB,
    category  INTEGER,
    body      BLOB    NOT NULL,
    PRIMARY KEY (requester, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX IF NOT EXISTS closed_by_time ON closed (at_ns);

-- What the numbers of participants and corridors stand for now.
CREATE TABLE IF NOT EXISTS participant (
    id     INTEGER PRIMARY KEY,
    name   TEXT NOT NULL,
    scheme TEXT NOT NULL
) STRICT;

CREATE TABLE IF NOT EXISTS corridor (
    id             INTEGER PRIMARY KEY,
    name           TEXT NOT NULL,
    payer_scheme   TEXT NOT NULL,
    payee_scheme   TEXT NOT NULL,
    payee_currency TEXT NOT NULL
) STRICT;

-- Every participant's outcomes, in the order in which they are told.
CREATE TABLE IF NOT EXISTS outcome (
    participant INTEGER NOT NULL,
    position    INTEGER NOT NULL,
    item        BLOB    NOT NULL,
    sequence    INTEGER NOT NULL,
    decided_ns  INTEGER NOT NULL,
    PRIMARY KEY (participant, position)
) STRICT, WITHOUT ROWID;

-- The core as it was after a batch, so that a restart need not begin at the first.
CREATE TABLE IF NOT EXISTS snapshot (
    only       INTEGER PRIMARY KEY CHECK (only = 1),
    sequence   INTEGER NOT NULL,
    hash       BLOB    NOT NULL,
    state_hash BLOB    NOT NULL,
    body       BLOB    NOT NULL
) STRICT;

-- What a window held, in the order in which it was posted, for statements of windows and of days.
CREATE INDEX IF NOT EXISTS item_by_window ON item (settlement_window, decided_ns, number)
    WHERE settlement_window IS NOT NULL;

-- Settlement windows, as they were when they last changed; the open one is written when it
-- opens, and what is in it then is in memory.
CREATE TABLE IF NOT EXISTS settlement (
    window         INTEGER PRIMARY KEY,
    status         TEXT    NOT NULL,
    opened_ns      INTEGER NOT NULL,
    closed_ns      INTEGER,
    -- Days since 1970-01-01.
    settlement_day INTEGER,
    settled_ns     INTEGER,
    -- The whole window in the project's own layout.
    body           BLOB    NOT NULL
) STRICT;

-- Every movement of the money book: what came to a purse (positive) or left it (negative).
CREATE TABLE IF NOT EXISTS movement (
    number      INTEGER PRIMARY KEY,
    sequence    INTEGER NOT NULL,
    time_ns     INTEGER NOT NULL,
    purse       TEXT    NOT NULL,
    -- Whose liquidity, or who got a payout; NULL for the rest.
    participant INTEGER,
    currency    TEXT    NOT NULL,
    amount      INTEGER NOT NULL,
    kind        TEXT    NOT NULL,
    window      INTEGER,
    reference   TEXT    NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS movement_by_purse ON movement (purse, participant, currency, number);
CREATE INDEX IF NOT EXISTS movement_by_window ON movement (window, number)
    WHERE window IS NOT NULL;

-- What a window's nets are made of beside its items: legs that closed a break, and what an
-- exclusion moved from one window to another.
CREATE TABLE IF NOT EXISTS window_leg (
    number       INTEGER PRIMARY KEY,
    window       INTEGER NOT NULL,
    sequence     INTEGER NOT NULL,
    time_ns      INTEGER NOT NULL,
    -- The item whose break it closed; NULL for what was moved.
    item         BLOB,
    -- To (`is_out` = 1) or from which window it was moved.
    other_window INTEGER,
    is_out       INTEGER NOT NULL,
    owes         INTEGER NOT NULL,
    is_owed      INTEGER NOT NULL,
    currency     TEXT    NOT NULL,
    amount       INTEGER NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS window_leg_by_window ON window_leg (window, number);
