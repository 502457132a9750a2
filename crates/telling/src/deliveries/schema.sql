-- What was told, by endpoint. `created` is the batch that registered the webhook: one that was
-- removed and came again is another one, and nothing of the first is its own.
CREATE TABLE IF NOT EXISTS endpoint (
    participant          INTEGER NOT NULL,
    webhook              TEXT    NOT NULL,
    created              INTEGER NOT NULL,
    told                 INTEGER NOT NULL,
    failures             INTEGER NOT NULL DEFAULT 0,
    not_before_ns        INTEGER NOT NULL DEFAULT 0,
    replay_next          INTEGER,
    replay_to            INTEGER,
    replay_failures      INTEGER NOT NULL DEFAULT 0,
    replay_not_before_ns INTEGER NOT NULL DEFAULT 0,
    given_up             INTEGER NOT NULL DEFAULT 0,
    last_error           TEXT,
    last_error_ns        INTEGER,
    PRIMARY KEY (participant, webhook)
) STRICT, WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS attempt (
    number      INTEGER PRIMARY KEY,
    participant INTEGER NOT NULL,
    webhook     TEXT    NOT NULL,
    position    INTEGER NOT NULL,
    attempt     INTEGER NOT NULL,
    is_replay   INTEGER NOT NULL,
    at_ns       INTEGER NOT NULL,
    took_ms     INTEGER NOT NULL,
    status      INTEGER,
    error       TEXT
) STRICT;

CREATE INDEX IF NOT EXISTS attempt_by_endpoint ON attempt (participant, webhook, number);

CREATE TABLE IF NOT EXISTS dead_letter (
    participant INTEGER NOT NULL,
    webhook     TEXT    NOT NULL,
    position    INTEGER NOT NULL,
    attempts    INTEGER NOT NULL,
    at_ns       INTEGER NOT NULL,
    error       TEXT    NOT NULL,
    PRIMARY KEY (participant, webhook, position)
) STRICT, WITHOUT ROWID;
