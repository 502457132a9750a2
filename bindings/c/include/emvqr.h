/* emvqr for C: reads, judges and writes merchant payment codes, KHQR and JPQR.
 *
 * @generated from bindings/c/src by its test `header`; a sample is in docs/BINDINGS.md.
 *
 * Texts are UTF-8. Functions that return int32_t answer with a status, EMVQR_OK or what was wrong;
 * none of them prints, exits, throws or keeps what it was given. A reading may be used by several
 * threads at once until it is freed. */

#ifndef EMVQR_H
#define EMVQR_H

#include <stddef.h>
#include <stdint.h>

/*
 Done.
 */
#define EMVQR_OK 0

/*
 A pointer that must not be null is null.
 */
#define EMVQR_NULL 1

/*
 A text is not UTF-8.
 */
#define EMVQR_NOT_UTF8 2

/*
 A text is longer than EMVQR_PAYLOAD_BYTES_MAX, or there are more than EMVQR_OPTIONS_MAX options.
 */
#define EMVQR_TOO_LONG 3

/*
 There is no such profile.
 */
#define EMVQR_UNKNOWN_PROFILE 4

/*
 The code was not built; the refusal says why.
 */
#define EMVQR_REFUSED 5

/*
 The code does not say it, or a wallet must refuse the code.
 */
#define EMVQR_ABSENT 6

/*
 A fault of this library, which did nothing.
 */
#define EMVQR_FAULT 7

/*
 A wallet may go on.
 */
#define EMVQR_ACCEPT 0

/*
 A wallet must refuse the code.
 */
#define EMVQR_REFUSE 1

/*
 It is no payment code.
 */
#define EMVQR_NOT_A_CODE 2

/*
 Each scheme's own rules, as a paying wallet applies them.
 */
#define EMVQR_LENIENT 0

/*
 A KHQR as banks print it, and nothing else.
 */
#define EMVQR_KHQR 1

/*
 A JPQR, and nothing else.
 */
#define EMVQR_JPQR 2

/*
 The letter of EMVCo's specification.
 */
#define EMVQR_STRICT 3

/*
 Longest payload, and longest name and value of an option.
 */
#define EMVQR_PAYLOAD_BYTES_MAX 4096

/*
 Most options of one code.
 */
#define EMVQR_OPTIONS_MAX 46

/*
 What was read. Its texts are valid until emvqr_reading_free.
 */
typedef struct EmvqrReading EmvqrReading;

/*
 One option of a code to build, two texts that end with a zero.
 */
typedef struct {
  const char *name;
  const char *value;
} EmvqrOption;

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

/*
 Reads a code: what it means, what is wrong with it, whether a wallet may go on at `now_ms`,
 milliseconds since 1970. `payload` has `payload_bytes` bytes of UTF-8 and need not end with a
 zero. The reading is freed by emvqr_reading_free.

 The caller promises:
 `payload` points to `payload_bytes` bytes, `reading` to a place for a pointer, or are null.
 */
int32_t emvqr_decode(const char *payload,
                     size_t payload_bytes,
                     int64_t now_ms,
                     EmvqrReading **reading);

/*
 Finds what is wrong with a code by one of the profiles EMVQR_LENIENT, EMVQR_KHQR, EMVQR_JPQR,
 EMVQR_STRICT. The reading has JSON, verdict and scheme only, and is freed by
 emvqr_reading_free.

 The caller promises:
 As of emvqr_decode.
 */
int32_t emvqr_lint(const char *payload,
                   size_t payload_bytes,
                   int64_t now_ms,
                   uint32_t profile,
                   EmvqrReading **reading);

/*
 Builds a code from options: `scheme` (`khqr`, `jpqr`) and those of the scheme, as in
 docs/BINDINGS.md. On EMVQR_OK `payload` is the code; on EMVQR_REFUSED `refusal`, unless null,
 is a JSON object with `code`, `path`, `message`, `sdk_code`. Both are freed by emvqr_text_free.

 The caller promises:
 `options` points to `options_count` options whose texts end with a zero, `payload` and
 `refusal` to places for pointers, or are null.
 */
int32_t emvqr_build(const EmvqrOption *options,
                    size_t options_count,
                    char **payload,
                    char **refusal);

/*
 The MD5 by which Bakong knows the payment of a code, 32 hexadecimal digits, freed by
 emvqr_text_free.

 The caller promises:
 As of emvqr_decode.
 */
int32_t emvqr_md5(const char *payload, size_t payload_bytes, char **md5);

/*
 Of these bindings. Not to be freed.
 */
const char *emvqr_version(void);

/*
 EMVQR_ACCEPT, EMVQR_REFUSE or EMVQR_NOT_A_CODE; -1 of null.

 The caller promises:
 `reading` comes from here and was not freed, or is null. So of all that follow.
 */
int32_t emvqr_verdict(const EmvqrReading *reading);

/*
 Everything, as the JSON object of `spean qr decode --json` or `spean qr lint --json`.

 The caller promises:
 As of emvqr_verdict.
 */
const char *emvqr_json(const EmvqrReading *reading);

/*
 `khqr`, `jpqr` or `emv`; null if it is no code.

 The caller promises:
 As of emvqr_verdict.
 */
const char *emvqr_scheme(const EmvqrReading *reading);

/*
 Who is paid: `name@bank`, a store id, whom another network's account names. This and all that
 follow are null, or EMVQR_ABSENT, unless emvqr_decode accepted the code and the code says it.

 The caller promises:
 As of emvqr_verdict.
 */
const char *emvqr_account(const EmvqrReading *reading);

/*
 The amount in major units, as it stands in the code.

 The caller promises:
 As of emvqr_verdict.
 */
const char *emvqr_amount(const EmvqrReading *reading);

/*
 Three letters, or three digits of a currency whose letters are not known.

 The caller promises:
 As of emvqr_verdict.
 */
const char *emvqr_currency(const EmvqrReading *reading);

/*
 Two letters.

 The caller promises:
 As of emvqr_verdict.
 */
const char *emvqr_country(const EmvqrReading *reading);

/*
 The merchant's name.

 The caller promises:
 As of emvqr_verdict.
 */
const char *emvqr_name(const EmvqrReading *reading);

/*
 The merchant's city.

 The caller promises:
 As of emvqr_verdict.
 */
const char *emvqr_city(const EmvqrReading *reading);

/*
 The merchant's name in the language of the place.

 The caller promises:
 As of emvqr_verdict.
 */
const char *emvqr_local_name(const EmvqrReading *reading);

/*
 The shop's own number for what is paid.

 The caller promises:
 As of emvqr_verdict.
 */
const char *emvqr_bill(const EmvqrReading *reading);

/*
 The amount in the smallest unit of its currency: riel, cents, yen.

 The caller promises:
 As of emvqr_verdict; `amount_minor` points to a place for the number, or is null.
 */
int32_t emvqr_amount_minor(const EmvqrReading *reading, uint64_t *amount_minor);

/*
 When a KHQR was made, in milliseconds since 1970.

 The caller promises:
 As of emvqr_verdict; `created_ms` points to a place for the number, or is null.
 */
int32_t emvqr_created_ms(const EmvqrReading *reading, int64_t *created_ms);

/*
 The last millisecond at which a KHQR may be paid.

 The caller promises:
 As of emvqr_verdict; `expires_ms` points to a place for the number, or is null.
 */
int32_t emvqr_expires_ms(const EmvqrReading *reading, int64_t *expires_ms);

/*
 Frees a reading and all its texts; null is nothing.

 The caller promises:
 `reading` comes from emvqr_decode or emvqr_lint and was not freed, or is null.
 */
void emvqr_reading_free(EmvqrReading *reading);

/*
 Frees a text of emvqr_build or emvqr_md5; null is nothing.

 The caller promises:
 `text` comes from there and was neither freed nor made shorter or longer, or is null.
 */
void emvqr_text_free(char *text);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* EMVQR_H */
