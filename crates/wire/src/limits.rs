//! Every bound of this room, each with the arithmetic that chose it.

/// Largest JSON body. The largest honest one is a page of the merchant registry or a tiered rate
/// table: 200 rows of some 250 bytes are 50 KB.
pub const BODY_BYTES_MAX: usize = 64 * 1024;

/// Deepest JSON nesting. The deepest type of the API (payment → party → agent → account →
/// identification) needs 5; 8 leaves room and stays far from any stack.
pub const JSON_DEPTH_MAX: usize = 8;

/// Longest pointer to a field that is echoed in a problem: 8 levels of 16 characters.
pub const POINTER_CHARS_MAX: usize = 128;

/// How far a signer's clock may run ahead. NTP keeps servers within a second; 30 s forgives a
/// server that lost its time source for a month (10 ppm × 2.6 Ms = 26 s).
pub const SIGNATURE_FUTURE_S_MAX: u64 = 30;

/// How old a signature may be: a clock 30 s behind, and 30 s of queues and retransmission.
pub const SIGNATURE_AGE_S_MAX: u64 = 60;

/// Longest `signature-input`. Ours has some 290 bytes (components 150, parameters 140); a proxy
/// may add a signature of its own, three times as long.
pub const SIGNATURE_INPUT_BYTES_MAX: usize = 1024;

/// Longest `signature`. One Ed25519 signature takes 98 bytes with its label; RSA-2048 of a proxy
/// takes 350.
pub const SIGNATURE_BYTES_MAX: usize = 512;

/// Longest `content-digest`. SHA-256 takes 54 bytes, SHA-512 beside it 100.
pub const CONTENT_DIGEST_BYTES_MAX: usize = 256;

/// Longest `content-type`: `application/problem+json; charset=utf-8` has 39 bytes.
pub const CONTENT_TYPE_BYTES_MAX: usize = 128;

/// Longest authority: a DNS name has at most 253 bytes, the port 6.
pub const AUTHORITY_BYTES_MAX: usize = 259;

/// Longest path with query. Our longest path carries a receipt (360) and our longest query a
/// cursor with filters (some 300).
pub const TARGET_BYTES_MAX: usize = 2048;

/// Shortest nonce: 128 bits are 22 base64url characters.
pub const NONCE_CHARS_MIN: usize = 22;

/// Longest nonce: 384 bits are 64 base64url characters, more than any library makes by itself.
pub const NONCE_CHARS_MAX: usize = 64;

/// How long a nonce is remembered at least, in seconds that have gone by for certain: the longest
/// life of a signature, 30 + 60 s, and 30 s more, so that a clock which is set back by as much as
/// clocks are forgiven lets nothing come again.
pub const NONCE_MEMORY_S: u64 = SIGNATURE_AGE_S_MAX + 2 * SIGNATURE_FUTURE_S_MAX;

/// How many nonces are remembered. The goal of 0.5 ms CPU for a payment on 2 cores is 4,000
/// payments/s with 3 signed requests each; an entry lives 120 s: 4,000 × 3 × 120 = 1,440,000,
/// and half as many again. At some 60 bytes an entry (its mark twice, hash table half empty) that
/// is 126 MB at worst, and nothing before the first request.
pub const NONCES_MAX: usize = 2 * 1024 * 1024;

/// How many nonces one key may occupy: half, so that no single participant can fill the cache
/// for the others.
pub const NONCES_PER_KEY_MAX: usize = NONCES_MAX / 2;

/// Largest sealed payload. A quote token holds some 900 bytes of JSON, a scan token carries the
/// code's payload (at most 512) and the merchant: 1,500.
pub const TOKEN_PAYLOAD_BYTES_MAX: usize = 4096;

/// Longest token text: prefix and two dots 6, base64url of kid and payload
/// ⌈(32 + 4096) × 4 / 3⌉ = 5504, of the signature 86.
pub const TOKEN_CHARS_MAX: usize = 6 + 5504 + 86;

/// Longest receipt text. A QR code of version 14 at level M (73 × 73 modules, which a phone reads
/// from another phone's screen) holds 362 bytes.
pub const RECEIPT_CHARS_MAX: usize = 360;

/// Longest merchant name on a receipt, as in a code's tag 59.
pub const RECEIPT_MERCHANT_CHARS_MAX: usize = 25;

/// The same in bytes: 25 characters of 3 bytes (Khmer, Japanese). With it the largest receipt is
/// 115 fixed + 8 corridor + 75 + 64 signature = 262 bytes = 350 characters, and `spr1.` 5: 355.
pub const RECEIPT_MERCHANT_BYTES_MAX: usize = 75;

/// Longest corridor name on a receipt: `KH-JP` has 5.
pub const RECEIPT_CORRIDOR_BYTES_MAX: usize = 8;

/// Largest power of ten by which a receipt's amount or rate may be divided: 19 digits fit a u64.
pub const RECEIPT_SCALE_MAX: u8 = 18;

/// Longest id of a webhook: `evt_`, a participant (16), a webhook's name (40), a sequence and a
/// position (20 digits each), and three `_` between: 103.
pub const WEBHOOK_ID_BYTES_MAX: usize = 128;

/// Signatures of a webhook that are looked at: one, and one more while a key is changed, doubled.
pub const WEBHOOK_SIGNATURES_MAX: usize = 4;

/// How far the clocks of a webhook's sender and receiver may be apart: what Standard Webhooks
/// recommends.
pub const WEBHOOK_SKEW_S_MAX: u64 = 300;

/// How many keys one JWKS may hold: 60 participants with two keys each (one being rotated in),
/// doubled.
pub const JWKS_KEYS_MAX: usize = 256;

/// Largest JWKS: 256 keys of some 180 bytes are 46 KB.
pub const JWKS_BYTES_MAX: usize = 64 * 1024;

/// Deepest JWKS: object, array, key, and one more for members that we ignore (`key_ops`).
pub const JWKS_DEPTH_MAX: usize = 4;

/// Largest private key file: PKCS#8 of Ed25519 takes 119 bytes as PEM (v1), 168 with the public
/// key (v2).
pub const PEM_BYTES_MAX: usize = 1024;
