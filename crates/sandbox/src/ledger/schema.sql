-- One institution's books and everything that it must remember to keep its word.
-- Amounts are minor units; in `line` a positive amount is a credit and a negative one a debit.

CREATE TABLE meta (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE account (
    account TEXT NOT NULL,
    currency TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('customer', 'shop', 'internal')),
    holder TEXT,
    tourist INTEGER NOT NULL DEFAULT 0 CHECK (tourist IN (0, 1)),
    status TEXT NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'closed')),
    balance INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (account, currency),
    CHECK (kind <> 'customer' OR balance >= 0)
) STRICT, WITHOUT ROWID;

-- A step of an item is booked once, whoever asks for it how often: that is the idempotency.
CREATE TABLE entry (
    entry INTEGER PRIMARY KEY,
    step TEXT NOT NULL,
    item TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    UNIQUE (step, item)
) STRICT;

CREATE TABLE line (
    entry INTEGER NOT NULL REFERENCES entry (entry),
    account TEXT NOT NULL,
    currency TEXT NOT NULL,
    amount INTEGER NOT NULL CHECK (amount <> 0),
    PRIMARY KEY (entry, account, currency),
    FOREIGN KEY (account, currency) REFERENCES account (account, currency)
) STRICT, WITHOUT ROWID;

-- Payments of our own customers.
CREATE TABLE payment (
    id TEXT PRIMARY KEY,
    account TEXT NOT NULL,
    currency TEXT NOT NULL,
    payer_amount INTEGER NOT NULL CHECK (payer_amount > 0),
    quote TEXT NOT NULL,
    state TEXT NOT NULL
        CHECK (state IN ('quoted', 'sent', 'completed', 'cancelled', 'refused')),
    view TEXT,
    receipt TEXT,
    at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX payment_sent ON payment (at_ms) WHERE state = 'sent';

-- What the hub asked us to credit: payments of our shops, refunds of our customers.
CREATE TABLE credit (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('payment', 'refund')),
    payment_id TEXT NOT NULL,
    account TEXT NOT NULL,
    currency TEXT NOT NULL,
    amount INTEGER NOT NULL CHECK (amount > 0),
    instructed INTEGER NOT NULL CHECK (instructed > 0),
    payload TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('accepted', 'rejected', 'credited', 'released')),
    reason TEXT,
    at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX credit_account ON credit (account, at_ms);
CREATE INDEX credit_payment ON credit (payment_id);

-- Refunds that our shops give.
CREATE TABLE refund (
    id TEXT PRIMARY KEY,
    payment_id TEXT NOT NULL,
    account TEXT NOT NULL,
    currency TEXT NOT NULL,
    amount INTEGER NOT NULL CHECK (amount > 0),
    state TEXT NOT NULL CHECK (state IN ('sent', 'completed', 'cancelled', 'refused')),
    view TEXT,
    at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX refund_payment ON refund (payment_id);
CREATE INDEX refund_sent ON refund (at_ms) WHERE state = 'sent';

-- The hub's decisions, in the order of our own stream.
CREATE TABLE outcome (
    sequence INTEGER PRIMARY KEY,
    id TEXT NOT NULL,
    kind TEXT NOT NULL,
    role TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('completed', 'cancelled')),
    body TEXT NOT NULL
) STRICT;
CREATE INDEX outcome_id ON outcome (id);

CREATE TABLE shop (
    account TEXT PRIMARY KEY,
    currency TEXT NOT NULL,
    name TEXT NOT NULL,
    name_local TEXT,
    city TEXT NOT NULL,
    postal_code TEXT NOT NULL,
    category TEXT NOT NULL,
    accepts_foreign INTEGER NOT NULL CHECK (accepts_foreign IN (0, 1)),
    payload TEXT NOT NULL,
    version INTEGER NOT NULL,
    published INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;

-- Dynamic codes that our shops showed.
CREATE TABLE code (
    payload TEXT PRIMARY KEY,
    account TEXT NOT NULL,
    currency TEXT NOT NULL,
    amount INTEGER NOT NULL CHECK (amount > 0),
    bill TEXT NOT NULL,
    expires_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Which item claims a dynamic code, however the code is written: it is paid once, at home or from
-- abroad.
CREATE TABLE claim (
    code_key TEXT PRIMARY KEY,
    item TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- The simulated Bakong: every movement of a customer's money over it. `md5` is that of the code
-- that was paid; `printed` says that the code may be paid by many.
CREATE TABLE bakong (
    hash TEXT PRIMARY KEY,
    md5 TEXT,
    printed INTEGER NOT NULL DEFAULT 0 CHECK (printed IN (0, 1)),
    from_account TEXT NOT NULL,
    to_account TEXT NOT NULL,
    currency TEXT NOT NULL,
    amount INTEGER NOT NULL CHECK (amount > 0),
    item TEXT NOT NULL,
    at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX bakong_md5 ON bakong (md5);
CREATE INDEX bakong_item ON bakong (item);

-- The last version of a standing rate that we may have published.
CREATE TABLE rate (
    corridor TEXT PRIMARY KEY,
    version INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
