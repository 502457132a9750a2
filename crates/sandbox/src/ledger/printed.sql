-- What a ledger of version 1 lacks. It wrote down the MD5 of codes for one payment only.
ALTER TABLE bakong ADD COLUMN printed INTEGER NOT NULL DEFAULT 0 CHECK (printed IN (0, 1));
CREATE INDEX bakong_item ON bakong (item);
