-- Tables for people and reports. Everything here is derived from the journal and can be thrown
-- away; `applied` says for which batch of which journal the tables stand.
CREATE TABLE IF NOT EXISTS applied (
    only     INTEGER PRIMARY KEY CHECK (only = 1),
    sequence INTEGER NOT NULL,
    hash     BLOB    NOT NULL
) STRICT;

CREATE TABLE IF NOT EXISTS item (
    id               BLOB    PRIMARY KEY,
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
    settlement_window INTEGER
) STRICT, WITHOUT ROWID;

CREATE INDEX IF NOT EXISTS item_by_requester ON item (requester, created_sequence, id);
CREATE INDEX IF NOT EXISTS item_by_creditor ON item (creditor, created_sequence, id);

CREATE TABLE IF NOT EXISTS outcome (
    participant INTEGER NOT NULL,
    position    INTEGER NOT NULL,
    item        BLOB    NOT NULL,
    sequence    INTEGER NOT NULL,
    decided_ns  INTEGER NOT NULL,
    PRIMARY KEY (participant, position)
) STRICT, WITHOUT ROWID;
