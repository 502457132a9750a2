"""An existing KHQR integration: the PyPI package bakong-khqr, pointed at the sandbox.

Usage: khqr_client.py create ACCOUNT NAME AMOUNT BILL | status MD5 | payment MD5 | paid MD5...
"""

import http.client
import json
import os
import sys

from bakong_khqr import KHQR

# The package knows one address and speaks TLS only; these lines are all that it takes to point it
# to a sandbox on this machine.
http.client.HTTPSConnection = http.client.HTTPConnection
khqr = KHQR(os.environ["BAKONG_TOKEN"])
khqr._KHQR__bakong_api = os.environ["BAKONG_URL"] + "/v1"


def create(account, name, amount, bill):
    code = khqr.create_qr(
        account_id=account,
        merchant_name=name,
        merchant_city="Phnom Penh",
        amount=int(amount),
        currency="KHR",
        bill_number=bill,
    )
    return {"qr": str(code), "md5": khqr.generate_md5(str(code))}


def paid(*md5s):
    return khqr.check_bulk_payments(list(md5s))


commands = {
    "create": create,
    "status": khqr.check_payment,
    "payment": khqr.get_payment,
    "paid": paid,
}
print(json.dumps(commands[sys.argv[1]](*sys.argv[2:])))
