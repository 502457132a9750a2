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
    -- The whole item in the project's own layout, to be read back as it was.
    body             BLOB    NOT NULL
) STRICT;

CREATE INDEX IF NOT EXISTS item_by_requester ON item (requester, created_sequence, id);
CREATE INDEX IF NOT EXISTS item_by_creditor ON item (creditor, created_sequence, id);
CREATE INDEX IF NOT EXISTS item_by_created ON item (created_sequence, id);
-- Holds all that a sum over a payment's refunds needs, so that no body is read for it.
CREATE INDEX IF NOT EXISTS refund_by_payment ON item (payment, amount, payer_amount)
    WHERE is_refund = 1 AND state = 'completed';

-- Ids that were used up without ever having been an item.
CREATE TABLE IF NOT EXISTS closed (
    requester INTEGER NOT NULL,
    id        BLOB    NOT NULL,
    sequence  INTEGER NOT NULL,
    body      BLOB    NOT NULL,
    PRIMARY KEY (requester, id)
) STRICT, WITHOUT ROWID;

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

-- What a window held, for lists of a window and for statements.
CREATE INDEX IF NOT EXISTS item_by_window ON item (settlement_window, number)
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
