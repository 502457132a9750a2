"""What the module has, for people and for type checkers. The shapes are those of `spean qr decode
--json` and `spean qr lint --json`."""

from typing import Literal, Optional, TypedDict, Union, overload

__all__ = ["BuildError", "__version__", "build", "decode", "lint", "md5"]

__version__: str

Profile = Literal["lenient", "khqr", "jpqr", "strict"]

class Finding(TypedDict):
    code: str
    """Stable; programs branch on it."""
    severity: Literal["rejects", "violates", "odd"]
    path: str
    """The field, as tags joined by points; empty if it is about the whole code."""
    span: list[int]
    """Where in the payload it is: first byte, and the one after the last."""
    message: str
    sdk_code: Optional[int]
    """What the official KHQR kit calls it."""
    source: str
    """Whose rule it is."""

class Linted(TypedDict):
    scheme: Optional[Literal["khqr", "jpqr", "emv"]]
    verdict: Literal["accept", "refuse", "not_a_code"]
    findings: list[Finding]

class Account(TypedDict):
    kind: str
    tag: str
    id: str
    fields: dict[str, str]

class Merchant(TypedDict):
    name: Optional[str]
    city: Optional[str]
    category: Optional[str]
    postal_code: Optional[str]
    local_language: Optional[str]
    local_name: Optional[str]
    local_city: Optional[str]

class Decoded(Linted, total=False):
    """All of it, unless the text has no field at all: then what `lint` says is all."""

    network: Optional[str]
    initiation: Optional[str]
    accounts: list[Account]
    amount: Optional[str]
    """Major units, as it stands in the code."""
    currency: Optional[str]
    country: Optional[str]
    merchant: Merchant
    created_at: Optional[str]
    expires_at: Optional[str]
    additional: dict[str, str]
    unknown: dict[str, str]

class BuildError(ValueError):
    """Why a code was not built."""

    code: str
    path: str
    message: str
    sdk_code: Optional[int]

def decode(payload: str, *, now_ms: Optional[int] = None) -> Decoded:
    """Say what a code means, what is wrong with it, and whether a wallet may go on.

    `now_ms` is the time at which expiry is judged, in milliseconds since 1970, the present if not
    said. Nothing in a payload makes it raise.
    """

def lint(payload: str, *, profile: Profile = "lenient", now_ms: Optional[int] = None) -> Linted:
    """Say what is wrong with a code, by whose rules and where; `ValueError` if there is no such
    profile."""

@overload
def build(
    scheme: Literal["khqr"],
    *,
    account: str,
    name: str,
    currency: Literal["KHR", "USD"] = "KHR",
    amount: Optional[str] = None,
    created_ms: Optional[Union[int, str]] = None,
    expires_ms: Optional[Union[int, str]] = None,
    merchant_id: Optional[str] = None,
    acquiring_bank: Optional[str] = None,
    account_information: Optional[str] = None,
    union_pay_account: Optional[str] = None,
    city: Optional[str] = None,
    category: Optional[str] = None,
    postal_code: Optional[str] = None,
    bill: Optional[str] = None,
    mobile: Optional[str] = None,
    store_label: Optional[str] = None,
    reference: Optional[str] = None,
    terminal: Optional[str] = None,
    purpose: Optional[str] = None,
    language: Optional[str] = None,
    local_name: Optional[str] = None,
    local_city: Optional[str] = None,
) -> str: ...
@overload
def build(
    scheme: Literal["jpqr"],
    *,
    store: str,
    category: str,
    name: str,
    city: str,
    postal_code: str,
    local_name: str,
    amount: Optional[str] = None,
    bill: Optional[str] = None,
    mobile: Optional[str] = None,
    store_label: Optional[str] = None,
    reference: Optional[str] = None,
    terminal: Optional[str] = None,
    purpose: Optional[str] = None,
) -> str:
    """Write a code that reads back as what went in, or raise `BuildError`.

    An option that is `None` was not given. Amounts are texts in major units: a float is a
    `TypeError`.
    """

def md5(payload: str) -> str:
    """The name by which Bakong knows the payment of a code, 32 hexadecimal digits."""
