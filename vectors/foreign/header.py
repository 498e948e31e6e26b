"""Prints the Authorization header as Python programs write it, one form a line: the expression, a tab, the header.

    python3 header.py SIGN_TYPE TIMESTAMP NONCE KEY_ID SIGNATURE

json.dumps puts a blank behind each comma and colon unless told otherwise.
"""

import json
import sys
from urllib.parse import quote, quote_plus

fields = dict(zip(["sign_type", "timestamp", "nonce", "key_id", "signature"], sys.argv[1:]))
FORMS = [
    "quote(json.dumps(fields))",
    "quote(json.dumps(fields), safe='')",
    "quote_plus(json.dumps(fields))",
    "quote(json.dumps(fields, separators=(',', ':')), safe='')",
    "quote_plus(json.dumps(fields, separators=(',', ':')))",
    "quote(json.dumps(fields, sort_keys=True), safe='')",
    "quote_plus(json.dumps(fields, indent=2))",
]
for how in FORMS:
    sys.stdout.write(f"{how}\t{eval(how)}\n")
