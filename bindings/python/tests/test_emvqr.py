"""The module as a program in Python sees it; run by `cargo xtask ci`, or by hand after
`pip install ./bindings/python` as `python3 -m unittest discover bindings/python/tests`."""

import ast
import contextlib
import io
import json
import pathlib
import re
import time
import unittest

import emvqr

BINDINGS = pathlib.Path(__file__).resolve().parents[2]
NOW_MS = 1_767_225_600_000
COUNTER = "00020101021129170013shop_one@aclb5204599953031165802KH5904Shop6010Phnom Penh6304048C"
DYNAMIC = {
    "account": "shop_one@aclb",
    "name": "Angkor Coffee",
    "currency": "USD",
    "amount": "1.50",
    "created_ms": NOW_MS,
    "expires_ms": NOW_MS + 600_000,
}
STORE = {
    "store": "0000000000001-0001-000001-000001",
    "category": "5812",
    "name": "TORII RAMEN",
    "city": "TOKYO",
    "postal_code": "1060032",
    "local_name": "鳥居ラーメン",
}


class Reading(unittest.TestCase):
    def test_says_what_the_terminal_says(self):
        text = (BINDINGS / "common/tests/examples.jsonl").read_text(encoding="utf-8")
        examples = [json.loads(line) for line in text.splitlines()]
        self.assertGreater(len(examples), 9)
        for example in examples:
            payload, now_ms = example["payload"], example["now_ms"]
            self.assertEqual(emvqr.decode(payload, now_ms=now_ms), example["decode"])
            linted = emvqr.lint(payload, profile=example["profile"], now_ms=now_ms)
            self.assertEqual(linted, example["lint"])

    def test_present_is_now_unless_said(self):
        now_ms = time.time_ns() // 1_000_000
        for shift_ms, verdict in [(0, "accept"), (-700_000, "refuse")]:
            options = dict(DYNAMIC, created_ms=now_ms + shift_ms)
            options["expires_ms"] = options["created_ms"] + 600_000
            payload = emvqr.build("khqr", **options)
            self.assertEqual(emvqr.decode(payload)["verdict"], verdict)
            self.assertEqual(emvqr.lint(payload)["verdict"], verdict)

    def test_hostile_texts_are_answered(self):
        for payload in ["\0", "00020101021163040000", "9" * 5_000, "0002\u202e01", "\U0001f35c"]:
            self.assertNotEqual(emvqr.decode(payload)["verdict"], "accept")
            self.assertTrue(emvqr.lint(payload)["findings"])

    def test_mistakes_of_the_program_raise(self):
        for work, error in [
            (lambda: emvqr.decode(b"0002"), TypeError),
            (lambda: emvqr.decode(None), TypeError),
            (lambda: emvqr.decode(COUNTER, now_ms="now"), TypeError),
            (lambda: emvqr.decode(COUNTER, now_ms=2**63), OverflowError),
            (lambda: emvqr.decode(COUNTER, NOW_MS), TypeError),
            (lambda: emvqr.decode("\ud800"), UnicodeEncodeError),
            (lambda: emvqr.lint(COUNTER, profile="upi"), ValueError),
            (lambda: emvqr.md5(b""), TypeError),
        ]:
            self.assertRaises(error, work)


class Building(unittest.TestCase):
    def test_what_is_built_reads_back(self):
        payload = emvqr.build("khqr", **DYNAMIC, bill=None)
        decoded = emvqr.decode(payload, now_ms=NOW_MS)
        self.assertEqual((decoded["verdict"], decoded["findings"]), ("accept", []))
        self.assertEqual((decoded["amount"], decoded["currency"]), ("1.50", "USD"))
        self.assertEqual(decoded["expires_at"], "2026-01-01T00:10:00Z")
        self.assertEqual(decoded["additional"], {})
        decoded = emvqr.decode(emvqr.build("jpqr", **STORE, amount="1980", bill="7"))
        self.assertEqual((decoded["scheme"], decoded["verdict"]), ("jpqr", "accept"))
        self.assertEqual(decoded["merchant"]["local_name"], "鳥居ラーメン")
        self.assertEqual((decoded["amount"], decoded["currency"]), ("1980", "JPY"))

    def check(self, want, scheme, **options):
        with self.assertRaises(emvqr.BuildError) as caught:
            emvqr.build(scheme, **options)
        error = caught.exception
        self.assertIsInstance(error, ValueError)
        self.assertEqual((error.code, error.path, error.sdk_code), want)
        self.assertEqual(error.message, str(error))

    def test_refusals_have_a_code(self):
        self.check(("account-shape", "29.00", 3), "khqr", account="shop", name="A")
        self.check(("amount-grouping", "54", None), "khqr", **dict(DYNAMIC, amount="1,000"))
        self.check(("option-missing", "", None), "khqr", **dict(DYNAMIC, created_ms=None))
        self.check(("option-unknown", "", None), "jpqr", **STORE, colour="red")
        self.check(("option-value", "", None), "upi")

    def test_floats_and_flags_come_near_no_amount(self):
        for name, value in [("amount", 1.5), ("amount", 1), ("created_ms", 1.5),
                            ("expires_ms", True), ("bill", b"7"), ("name", 7)]:
            with self.assertRaises(TypeError, msg=name) as caught:
                emvqr.build("khqr", **dict(DYNAMIC, **{name: value}))
            self.assertNotIsInstance(caught.exception, emvqr.BuildError)
            self.assertIn(f"`{name}`", str(caught.exception))


class Module(unittest.TestCase):
    def test_md5_is_that_of_the_exact_text(self):
        payload = ("00020101021129180014jonhsmith@nbcq5204000053031165802KH5910Jonh Smith"
                   "6010Phnom Penh63045D73")
        self.assertEqual(emvqr.md5(payload), "c6d78756ec9a2b82f70ef3b36c05aa20")

    def test_stub_and_module_have_the_same_names(self):
        folder = pathlib.Path(emvqr.__file__).parent
        self.assertTrue((folder / "py.typed").is_file())
        stub = ast.parse((folder / "__init__.pyi").read_text(encoding="utf-8"))
        functions = {node.name for node in stub.body if isinstance(node, ast.FunctionDef)}
        self.assertEqual(functions | {"BuildError", "__version__"}, set(emvqr.__all__))
        for name in emvqr.__all__:
            self.assertTrue(hasattr(emvqr, name))

    def test_stub_knows_every_key(self):
        folder = pathlib.Path(emvqr.__file__).parent
        stub = ast.parse((folder / "__init__.pyi").read_text(encoding="utf-8"))
        keys = {
            node.name: {row.target.id for row in node.body if isinstance(row, ast.AnnAssign)}
            for node in stub.body
            if isinstance(node, ast.ClassDef)
        }
        decoded = emvqr.decode(COUNTER.replace("Shop", "Shoq"))
        self.assertEqual(set(decoded), keys["Decoded"] | keys["Linted"])
        self.assertEqual(set(decoded["findings"][0]), keys["Finding"])
        self.assertEqual(set(decoded["accounts"][0]), keys["Account"])
        self.assertEqual(set(decoded["merchant"]), keys["Merchant"])

    def test_version_is_the_crates(self):
        manifest = (BINDINGS / "Cargo.toml").read_text(encoding="utf-8")
        self.assertIn(f'\nversion = "{emvqr.__version__}"\n', manifest)

    def test_sample_of_the_page_prints_what_the_page_says(self):
        page = (BINDINGS.parent / "docs/BINDINGS.md").read_text(encoding="utf-8")
        (sample,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
        (want,) = re.findall(r"```text\n(.*?)```", page, re.DOTALL)
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(compile(sample, "docs/BINDINGS.md", "exec"), {})
        self.assertEqual(printed.getvalue(), want)


if __name__ == "__main__":
    unittest.main()
