// Asks one kit, named by the first argument: a question a line on standard input, an answer a line
// on standard output. A kit that loops is stopped here, and asked a second time with more
// patience, since the machine and not the kit may have been slow. Whoever started this has a
// deadline too, for what cannot be stopped here.
"use strict";
const vm = require("vm");
const readline = require("readline");

const PATIENCE_MS = [50, 250];
const INVALID = 8;

// The kits' clock is the question's.
let now = 0;
Date.now = () => now;

const NAMES = {
  bakongAccountID: "account", accountInformation: "information", merchantID: "merchant_id",
  acquiringBank: "bank", merchantCategoryCode: "category", transactionCurrency: "currency",
  transactionAmount: "amount", countryCode: "country", merchantName: "name",
  merchantCity: "city", billNumber: "bill", mobileNumber: "mobile", storeLabel: "store",
  terminalLabel: "terminal", purposeOfTransaction: "purpose", languagePreference: "language",
  merchantNameAlternateLanguage: "local_name", merchantCityAlternateLanguage: "local_city",
  expirationTimestamp: "expires",
};

function fields(decoded) {
  const said = {};
  for (const [theirs, ours] of Object.entries(NAMES)) {
    const value = decoded[theirs];
    if (value !== null && value !== undefined) said[ours] = String(value);
  }
  return said;
}

// Everything that the official kit throws away when it verifies but its verdict.
function officialNumber(payload) {
  const validate = require("bakong-khqr/src/controller/decodeValidation");
  try {
    validate(payload);
    return INVALID;
  } catch (error) {
    return error && error.status ? error.status.errorCode : INVALID;
  }
}

function official() {
  const { BakongKHQR, IndividualInfo, MerchantInfo } = require("bakong-khqr");
  const checksum = require("bakong-khqr/src/helper/crc16");
  return {
    read(payload) {
      if (BakongKHQR.verify(payload).isValid) {
        return { accepts: fields(BakongKHQR.decode(payload).data) };
      }
      const isSealed = /6304[A-Fa-f0-9]{4}$/.test(payload)
        && checksum(payload.slice(0, -4)) === payload.slice(-4).toUpperCase();
      return { refuses: isSealed ? officialNumber(payload) : INVALID };
    },
    build(input) {
      const { kind, account, name, city, merchant_id: id, bank, ...rest } = input;
      const info = kind === "merchant"
        ? new MerchantInfo(account, name, city, id, bank, rest)
        : new IndividualInfo(account, name, city, { acquiringBank: bank, ...rest });
      const kit = new BakongKHQR();
      const made = kind === "merchant" ? kit.generateMerchant(info) : kit.generateIndividual(info);
      if (made.status.code !== 0) return { refuses: made.status.errorCode };
      if (typeof made.data.qr !== "string") return { nonsense: true };
      return { builds: { payload: made.data.qr, md5: made.data.md5 } };
    },
  };
}

function typescript() {
  const { KHQR } = require("ts-khqr");
  return {
    read(payload) {
      const { status } = KHQR.verifyDetail(payload);
      if (status.code !== 0) return { refuses: status.errorCode };
      return { accepts: fields(KHQR.parse(payload).data) };
    },
  };
}

// It knows no scheme: what it makes of the fields of the root is all there is to ask.
function promptparse() {
  const { parse } = require("promptparse");
  return {
    read(payload) {
      const parsed = parse(payload, true, false);
      if (parsed === null) return { refuses: null };
      return { reads: parsed.getTags().map((tag) => [tag.id, tag.value]) };
    },
  };
}

const KITS = { "bakong-khqr": official, "ts-khqr": typescript, promptparse };
const kit = KITS[process.argv[2]]();
const call = new vm.Script("work()");

function answer(question) {
  now = question.now;
  const [ask, about] = question.build ? [kit.build, question.build] : [kit.read, question.read];
  globalThis.work = () => ask(about);
  for (const timeout of PATIENCE_MS) {
    try {
      return call.runInThisContext({ timeout });
    } catch (error) {
      if (error.code !== "ERR_SCRIPT_EXECUTION_TIMEOUT") return { throws: String(error) };
    }
  }
  return { hangs: true };
}

const say = (value) => process.stdout.write(`${JSON.stringify(value)}\n`);
readline.createInterface({ input: process.stdin }).on("line", (line) => {
  say(answer(JSON.parse(line)));
});
say({ ready: true });
