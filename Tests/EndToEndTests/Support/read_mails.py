"""What stands in mails, by Python's own parser: read_mails.py FOLDER prints JSON, one object a mail in the order of arrival.

A mail that the parser finds a defect in, whose lines are too long or not ended by CRLF, or that holds bytes beyond ASCII, is told in `defects`."""

import email.policy
import json
import pathlib
import sys


def parts(message):
    return {
        "type": message.get_content_type(),
        "id": message.get("Content-ID"),
        "disposition": message.get_content_disposition(),
        "text": message.get_content() if message.get_content_maintype() == "text" else None,
        "png": message.get_content_type() == "image/png" and message.get_content()[:4] == b"\x89PNG",
        "parts": [parts(part) for part in message.iter_parts()] if message.is_multipart() else [],
    }


def read(path):
    data = path.read_bytes()
    message = email.message_from_bytes(data, policy=email.policy.SMTP)
    defects = [repr(defect) for part in message.walk() for defect in part.defects]
    defects += [repr(defect) for header in message.values() for defect in getattr(header, "defects", [])]
    if b"\n" in data.replace(b"\r\n", b"") or b"\r" in data.replace(b"\r\n", b""):
        defects.append("bare line end")
    if max(map(len, data.split(b"\r\n"))) > 998 or any(byte > 127 for byte in data):
        defects.append("long line or bytes beyond ASCII")
    envelope = json.loads(path.with_suffix(".json").read_text())
    return {
        "envelope_from": envelope["from"], "envelope_to": envelope["to"], "defects": defects,
        "headers": {name.lower(): str(value) for name, value in message.items()}, "names": [name for name, _ in message.items()],
        "body": parts(message),
    }


mails = sorted(pathlib.Path(sys.argv[1]).glob("*.eml"), key=lambda path: int(path.stem))
print(json.dumps([read(path) for path in mails]))
