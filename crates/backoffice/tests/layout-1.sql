-- A file of layout 1 as it was written: never changed.
CREATE TABLE IF NOT EXISTS statement (
    seq INTEGER PRIMARY KEY,
    account TEXT NOT NULL,
    id TEXT NOT NULL,
    kind TEXT NOT NULL,
    day TEXT NOT NULL,
    digest BLOB NOT NULL UNIQUE,
    file_name TEXT NOT NULL,
    taken_at_ns INTEGER NOT NULL,
    taken_by TEXT NOT NULL,
    UNIQUE (account, id)
) STRICT;

-- As each statement says it: a notification and the day's statement both have their rows.
CREATE TABLE IF NOT EXISTS line (
    statement INTEGER NOT NULL REFERENCES statement (seq),
    place INTEGER NOT NULL,
    position INTEGER NOT NULL,
    id TEXT NOT NULL,
    entry_ref TEXT,
    uetr BLOB,
    hash TEXT,
    reference TEXT,
    end_to_end TEXT,
    currency TEXT NOT NULL,
    amount_minor INTEGER NOT NULL,
    direction TEXT NOT NULL,
    booked_on TEXT NOT NULL,
    value_date TEXT NOT NULL,
    counterparty TEXT,
    is_reversal INTEGER NOT NULL,
    PRIMARY KEY (statement, place)
) STRICT, WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS expected (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    account TEXT NOT NULL,
    uetr BLOB,
    hash TEXT,
    reference TEXT,
    currency TEXT NOT NULL,
    amount_minor INTEGER NOT NULL,
    direction TEXT NOT NULL,
    value_date TEXT NOT NULL,
    window INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS joined (
    line TEXT PRIMARY KEY,
    expected TEXT NOT NULL UNIQUE,
    action TEXT NOT NULL,
    at_ns INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What the last review came to, for those who read tables; computed again at the next.
CREATE TABLE IF NOT EXISTS matched (
    line TEXT PRIMARY KEY,
    expected TEXT NOT NULL,
    rule TEXT NOT NULL,
    days INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Breaks with their history are these, one after the other; `what` is JSON.
CREATE TABLE IF NOT EXISTS break_event (
    seq INTEGER PRIMARY KEY,
    break_id INTEGER NOT NULL,
    at_ns INTEGER NOT NULL,
    operator TEXT,
    what TEXT NOT NULL
) STRICT;

CREATE INDEX IF NOT EXISTS break_event_of ON break_event (break_id, seq);

INSERT INTO statement VALUES (1, 'acleda', 'N1', 'notification', '2026-06-10', X'0101010101010101010101010101010101010101010101010101010101010101', 'N1.xml', 1, 'sok');
INSERT INTO statement VALUES (2, 'acleda', 'S1', 'end_of_day', '2026-06-10', X'0202020202020202020202020202020202020202020202020202020202020202', 'S1.xml', 2, 'sok');
INSERT INTO statement VALUES (3, 'acleda', 'S2', 'end_of_day', '2026-06-11', X'0303030303030303030303030303030303030303030303030303030303030303', 'S2.xml', 3, 'sok');
INSERT INTO line VALUES (1, 0, 1, 'acleda/1', '1', X'00000000000000000000000000000001', NULL, NULL, NULL, 'JPY', 3000, 'credit', '2026-06-10', '2026-06-10', NULL, 0);
INSERT INTO line VALUES (2, 0, 1, 'acleda/1', '1', NULL, NULL, 'r1', NULL, 'JPY', 3000, 'credit', '2026-06-10', '2026-06-10', NULL, 0);
INSERT INTO line VALUES (3, 0, 1, 'acleda/1', '1', X'00000000000000000000000000000001', NULL, 'r1', NULL, 'JPY', 3000, 'credit', '2026-06-10', '2026-06-10', NULL, 0);

PRAGMA user_version = 1;
