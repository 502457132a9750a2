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
    -- 0 is a statement without pages; the balances are those of a page.
    page INTEGER NOT NULL,
    is_last INTEGER NOT NULL,
    balance_currency TEXT,
    opening_minor INTEGER,
    closing_minor INTEGER,
    UNIQUE (account, id, page)
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
