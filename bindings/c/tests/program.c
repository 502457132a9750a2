/* Everything that the header offers, called as a program in C would, and everything that a
 * program in C can get wrong without breaking its promises. Prints what it saw. */
#include "emvqr.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define NOW_MS INT64_C(1767225600000)

static const char COUNTER[] =
    "00020101021129170013shop_one@aclb5204599953031165802KH5904Shop6010Phnom Penh6304048C";
static const char BROKEN[] =
    "00020101021129170013shop_one@aclb5204599953031165802KH5904Shoq6010Phnom Penh6304048C";

static const char *or_none(const char *text) { return text == NULL ? "-" : text; }

static void show(const EmvqrReading *reading) {
  uint64_t amount_minor = 0;
  int64_t created_ms = 0, expires_ms = 0;
  int status = emvqr_amount_minor(reading, &amount_minor);
  printf("verdict %d scheme %s\n", (int)emvqr_verdict(reading), or_none(emvqr_scheme(reading)));
  printf("account %s name %s local %s\n", or_none(emvqr_account(reading)),
         or_none(emvqr_name(reading)), or_none(emvqr_local_name(reading)));
  printf("amount %s currency %s country %s city %s bill %s\n", or_none(emvqr_amount(reading)),
         or_none(emvqr_currency(reading)), or_none(emvqr_country(reading)),
         or_none(emvqr_city(reading)), or_none(emvqr_bill(reading)));
  printf("amount_minor %d %" PRIu64, status, amount_minor);
  status = emvqr_created_ms(reading, &created_ms);
  printf(" created_ms %d %" PRId64, status, created_ms);
  status = emvqr_expires_ms(reading, &expires_ms);
  printf(" expires_ms %d %" PRId64 "\n", status, expires_ms);
}

static void decode(const char *title, const char *payload) {
  EmvqrReading *reading = NULL;
  int status = emvqr_decode(payload, strlen(payload), NOW_MS, &reading);
  printf("# decode %s: %d\n", title, status);
  show(reading);
  emvqr_reading_free(reading);
}

static void lint(const char *title, const char *payload, uint32_t profile) {
  EmvqrReading *reading = NULL;
  int status = emvqr_lint(payload, strlen(payload), NOW_MS, profile, &reading);
  printf("# lint %s by %u: %d\n%s\n", title, (unsigned)profile, status,
         or_none(emvqr_json(reading)));
  printf("account %s\n", or_none(emvqr_account(reading)));
  emvqr_reading_free(reading);
}

/* Frees nothing before it was read back. */
static void build(const char *title, const EmvqrOption *options, size_t count) {
  char *payload = NULL, *refusal = NULL, *md5 = NULL;
  int status = emvqr_build(options, count, &payload, &refusal);
  printf("# build %s: %d\n%s\n%s\n", title, status, or_none(payload), or_none(refusal));
  if (payload != NULL) {
    decode("it again", payload);
    status = emvqr_md5(payload, strlen(payload), &md5);
    printf("md5 %d %s\n", status, or_none(md5));
  }
  emvqr_text_free(payload);
  emvqr_text_free(refusal);
  emvqr_text_free(md5);
}

static void say(const char *what, int status) { printf("%s: %d\n", what, status); }

/* Places for results that were not cleared: the library does it, so that freeing is harmless. */
static void mistakes_reading(const char *endless) {
  EmvqrReading *reading = (EmvqrReading *)(void *)&reading;
  int64_t ms = 7;
  puts("# mistakes in reading");
  say("decode null", emvqr_decode(NULL, 5, NOW_MS, &reading));
  say("the place was cleared", reading == NULL);
  say("decode to nowhere", emvqr_decode(COUNTER, strlen(COUNTER), NOW_MS, NULL));
  say("decode what is not UTF-8", emvqr_decode("\xff\xfe", 2, NOW_MS, &reading));
  say("decode all of memory", emvqr_decode(COUNTER, SIZE_MAX, NOW_MS, &reading));
  say("decode a byte too many",
      emvqr_decode(endless, EMVQR_PAYLOAD_BYTES_MAX + 1, NOW_MS, &reading));
  say("nothing was read", reading == NULL);
  say("decode no byte too many",
      emvqr_decode(endless, EMVQR_PAYLOAD_BYTES_MAX, NOW_MS, &reading));
  say("its verdict", emvqr_verdict(reading));
  emvqr_reading_free(reading);
  say("decode with a zero in the middle", emvqr_decode("0002\0" "01", 7, NOW_MS, &reading));
  say("its verdict", emvqr_verdict(reading));
  emvqr_reading_free(reading);
  reading = (EmvqrReading *)(void *)&reading;
  say("lint null", emvqr_lint(NULL, 0, NOW_MS, EMVQR_LENIENT, &reading));
  say("lint to nowhere", emvqr_lint("", 0, NOW_MS, EMVQR_LENIENT, NULL));
  say("lint what is not UTF-8", emvqr_lint("\x80", 1, NOW_MS, EMVQR_LENIENT, &reading));
  say("lint by no profile", emvqr_lint("", 0, NOW_MS, EMVQR_STRICT + 1, &reading));
  say("nothing was read", reading == NULL);
  say("verdict of nothing", emvqr_verdict(NULL));
  say("texts of nothing", emvqr_json(NULL) != NULL || emvqr_amount(NULL) != NULL);
  say("number of nothing", emvqr_expires_ms(NULL, &ms));
  say("decode", emvqr_decode(COUNTER, strlen(COUNTER), NOW_MS, &reading));
  say("number to nowhere", emvqr_amount_minor(reading, NULL));
  say("number that is absent", emvqr_expires_ms(reading, &ms));
  say("the place was left alone", ms == 7);
  emvqr_reading_free(reading);
  emvqr_reading_free(NULL);
}

static void mistakes_building(const char *endless) {
  const EmvqrOption no_name = {NULL, "khqr"}, no_value = {"scheme", NULL};
  const EmvqrOption not_utf8 = {"scheme", "\xff"}, empty = {"", ""};
  EmvqrOption too_long = {"scheme", NULL}, many[EMVQR_OPTIONS_MAX + 1];
  char *payload = (char *)&payload, *text = (char *)&text;
  size_t at;
  too_long.value = endless;
  for (at = 0; at <= EMVQR_OPTIONS_MAX; at++) {
    many[at] = empty;
  }
  puts("# mistakes in building");
  say("build of null", emvqr_build(NULL, 1, &payload, &text));
  say("the places were cleared", payload == NULL && text == NULL);
  say("build to nowhere", emvqr_build(&empty, 1, NULL, NULL));
  say("build without a name", emvqr_build(&no_name, 1, &payload, &text));
  say("build without a value", emvqr_build(&no_value, 1, &payload, &text));
  say("build of what is not UTF-8", emvqr_build(&not_utf8, 1, &payload, &text));
  say("build of too many", emvqr_build(many, EMVQR_OPTIONS_MAX + 1, &payload, &text));
  say("build of too much", emvqr_build(&too_long, 1, &payload, &text));
  say("nothing was built or refused", payload == NULL && text == NULL);
  say("build, not asking why", emvqr_build(&empty, 1, &payload, NULL));
  say("build of none", emvqr_build(&empty, 0, &payload, NULL));
  say("nothing was built", payload == NULL);
  text = (char *)&text;
  say("md5 of null", emvqr_md5(NULL, 0, &text));
  say("the place was cleared", text == NULL);
  say("md5 to nowhere", emvqr_md5("", 0, NULL));
  say("md5 of what is not UTF-8", emvqr_md5("\xc3", 1, &text));
  say("md5 of all of memory", emvqr_md5("", SIZE_MAX, &text));
  say("nothing was named", text == NULL);
  emvqr_text_free(NULL);
}

int main(void) {
  static char endless[EMVQR_PAYLOAD_BYTES_MAX + 2];
  const EmvqrOption coffee[] = {
      {"scheme", "khqr"},         {"account", "shop_one@aclb"},
      {"name", "Angkor Coffee"},  {"currency", "USD"},
      {"amount", "1.50"},         {"created_ms", "1767225600000"},
      {"bill", "INV-7"},          {"expires_ms", "1767226200000"},
  };
  const EmvqrOption ramen[] = {
      {"scheme", "jpqr"},         {"store", "0000000000001-0001-000001-000001"},
      {"category", "5812"},       {"name", "TORII RAMEN"},
      {"city", "TOKYO"},          {"postal_code", "1060032"},
      {"amount", "1980"},         {"local_name", "\xe9\xb3\xa5\xe5\xb1\x85"},
  };
  const EmvqrOption wrong[] = {{"scheme", "khqr"}, {"account", "shop"}, {"name", "Shop"}};
  const EmvqrOption unknown[] = {{"scheme", "khqr"}, {"colour", "red"}};

  printf("version %s\n", emvqr_version());
  decode("a code on a counter", COUNTER);
  decode("a turned letter", BROKEN);
  decode("an address", "https://example.com");
  lint("a turned letter", BROKEN, EMVQR_LENIENT);
  lint("a code on a counter", COUNTER, EMVQR_JPQR);
  build("a KHQR", coffee, sizeof coffee / sizeof coffee[0]);
  build("a JPQR", ramen, sizeof ramen / sizeof ramen[0]);
  build("an account without bank", wrong, sizeof wrong / sizeof wrong[0]);
  build("an option that is none", unknown, sizeof unknown / sizeof unknown[0]);
  memset(endless, 'a', sizeof endless - 1);
  mistakes_reading(endless);
  mistakes_building(endless);
  return 0;
}
