//! Every bound of this room, each with the arithmetic that chose it.

use std::time::Duration;

/// Connections at once. Many systems give a process 1,024 open files: 60 participants with 12
/// connections each are 720, and 800 leave the rest for files and for calls to participants.
pub const CONNECTIONS_MAX: usize = 800;

/// Connections of one address at once: half of all, so that no single stranger can take every
/// place, and a proxy that stands before many participants still has 400.
pub const CONNECTIONS_PER_ADDRESS_MAX: usize = CONNECTIONS_MAX / 2;

/// How long a connection may lie idle between two requests: longer than the 30 s for which
/// clients of ours keep an idle connection, so that they close first.
pub const IDLE_DEADLINE: Duration = Duration::from_secs(35);

/// How long a request's head may take from its first byte: 16 KiB over a line of 56 kbit/s take
/// 3 s, and retransmissions as much again.
pub const HEAD_DEADLINE: Duration = Duration::from_secs(10);

/// How long an answer may wait for its reader without getting on at all: a line that lost its
/// packets for 10 s is gone, and one that is merely slow gets on in each of them.
pub const WRITE_DEADLINE: Duration = Duration::from_secs(10);

/// Largest head of a request: the signature headers take 2 KiB at most, the address 2 KiB, and
/// 16 KiB leave four times that for proxies.
pub const HEAD_BYTES_MAX: usize = 16 * 1024;

/// How long a body may take: 64 KiB over a line of 56 kbit/s.
pub const BODY_DEADLINE: Duration = Duration::from_secs(10);

/// How long any request may take: the longest wait that a caller may ask for, and as much as a
/// body may take.
pub const HANDLER_DEADLINE: Duration = Duration::from_secs(40);

/// The longest `Prefer: wait=N`; proxies commonly give up after 60 s, clients after 30 to 60.
pub const WAIT_S_MAX: u64 = 30;

/// How long requests in flight may still take when the hub stops.
pub const STOP_DEADLINE: Duration = Duration::from_secs(5);

/// Payments on one page. One takes some 3 KiB of JSON, and a client of ours reads 1 MiB.
pub const PAGE_MAX: u16 = 100;

/// Payments on a page when the caller does not say.
pub const PAGE_DEFAULT: u16 = 20;

/// Longest payload of a scanned code. A QR symbol that a phone reads from a screen seldom holds
/// more than 512 characters, which is also what EMVCo advises; twice that is nobody's code.
pub const PAYLOAD_BYTES_MAX: usize = 1024;

/// How long a scan may be quoted: as long as the longest quote.
pub const SCAN_TTL_S: i64 = 600;

/// Longest name of a person or shop: ISO 20022's Max140Text.
pub const NAME_CHARS_MAX: usize = 140;

/// Longest account: an IBAN has 34 characters, a Bakong account 32; twice that.
pub const ACCOUNT_CHARS_MAX: usize = 64;

/// Longest name of a registered shop, as in a code's tag 59.
pub const MERCHANT_NAME_CHARS_MAX: usize = 25;

/// Longest city, as in a code's tag 60.
pub const CITY_CHARS_MAX: usize = 15;

/// How long a participant has to say whose account it is: a person waits in front of a shop.
pub const RESOLVE_DEADLINE: Duration = Duration::from_secs(3);

/// How long one ask or outcome may take before it is tried again. Four tries fit the 20 s that a
/// corridor commonly gives for an answer.
pub const CALL_DEADLINE: Duration = Duration::from_secs(5);

/// Pause before something that ended, or could not be read, is begun again.
pub const RETRY_LAST: Duration = Duration::from_secs(5);

/// Streams of events in all: a quarter of the connections, so that requests always find a place.
pub const STREAMS_MAX: usize = CONNECTIONS_MAX / 4;

/// Streams of one participant: a page, a bridge and a spare for each of two sites, doubled.
pub const STREAMS_PER_PARTICIPANT_MAX: usize = 8;

/// How long a stream lives before its reader has to come again, signed anew: a key that was
/// revoked sees no more after that.
pub const STREAM_LIFE_MAX: Duration = Duration::from_secs(15 * 60);

/// How often a stream says that it lives: proxies commonly cut a line that is idle for 30 to 60 s.
pub const STREAM_HEARTBEAT: Duration = Duration::from_secs(15);

/// Events of a stream that are read at once: 32 × 3 KiB, of which two lots may wait for a reader;
/// 200 streams then hold 40 MiB.
pub const EVENTS_AT_ONCE: u16 = 32;

/// After how long without an acknowledgement a participant's stream counts as stuck: 12 failed
/// tries with the longest pause between.
pub const STREAM_STUCK_AFTER: Duration = Duration::from_secs(60);

/// How long one attempt of a webhook may take: what Standard Webhooks recommends at least.
pub const WEBHOOK_DEADLINE: Duration = Duration::from_secs(15);

/// How much of a webhook's answer is read: its status is what counts.
pub const WEBHOOK_ANSWER_BYTES_MAX: usize = 4 * 1024;

/// Idle connections to one address of webhooks: attempts of a webhook run one after the other, and
/// a participant's 8 webhooks may share an address.
pub const WEBHOOK_IDLE_CONNECTIONS_MAX: usize = 8;

/// How long an idle connection to a webhook is kept; shorter than the 60 s of most servers.
pub const WEBHOOK_IDLE: Duration = Duration::from_secs(30);

/// Dead letters in one answer: 1,000 × 150 bytes are 150 KiB.
pub const DEAD_LETTERS_SHOWN: u16 = 1_000;

/// Hashes of recent batches held in memory: at 100 batches a second those of the last 80 s, when
/// nearly every payment is asked about; 8,192 × 40 bytes are 320 KiB. Older ones are read.
pub const HASHES_KEPT: usize = 8_192;

/// Largest private key file.
pub const KEY_FILE_BYTES_MAX: u64 = 4_096;

/// Inputs of a bootstrap, which is one batch: 60 participants with 13 caps each are 840.
pub const BOOTSTRAP_MAX: usize = 1_000;

/// Payments that one batch can begin: the engine's own bound on a batch.
pub const BATCH_PAYMENTS_MAX: u16 = 1_000;

/// Connections that read the tables beside the one that is waited for: looks are a millisecond,
/// and threads that may block are many, so four answer some thousands a second.
pub const READERS: usize = 3;

/// How long a statement waits for the tables to show what is durable: they follow within
/// milliseconds, and whoever asks waits at most for the rest of [`HANDLER_DEADLINE`].
pub const CATCH_UP_DEADLINE: Duration = Duration::from_secs(5);

/// Outlines of statements that are kept for their next pages: 16 × 1,000 leaves of 200 bytes for
/// windows of a million lines are 3 MiB; a day of 500,000 shops takes 75 MiB, of which one or two
/// are asked for at a time.
pub const OUTLINES_KEPT: usize = 16;

/// Shops on a page of JSON: 1,000 × 350 bytes are 350 KiB.
pub const SHOPS_ON_PAGE: usize = 1_000;

/// Shops on a page of CSV: 10,000 × 120 bytes are 1.2 MiB.
pub const SHOPS_ON_CSV_PAGE: usize = 10_000;

/// Longest reason or evidence of an action: a paragraph, of which 2,000 bytes stay in the core.
pub const REASON_CHARS_MAX: usize = 500;

/// Actions on one list: as many as may wait at once.
pub const ACTIONS_SHOWN_MAX: usize = switch::limits::ACTIONS_OPEN_MAX;
