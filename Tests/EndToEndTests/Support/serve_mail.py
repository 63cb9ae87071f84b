"""A mail server (aiosmtpd) and an HTTP server that keep what they get, for tests of energy-opt's channels.

serve_mail.py FOLDER MODE [--tls starttls|tls|none]

Prints `mail PORT` and `http PORT` and ends when its standard input closes. Each accepted mail is FOLDER/NUMBER.eml with its envelope in
NUMBER.json; each HTTP request is FOLDER/http-NUMBER.json. With TLS, FOLDER/ca.pem is the certificate to trust; login is `energy` with `hunter2`.

MODE says what goes wrong, and how often: `take`; `refuse-550:ADDRESS` and `refuse-451:ADDRESS` at RCPT; `once-451` the first RCPT of each
address; `drop-data` the connection in the middle of the first mail's data; `drop-reply` the first mail is kept and the connection closed before
the reply; `stall` no answer to the data of the first mail; `slow` 0.3 s a mail, so that a test can kill the sender meanwhile.
"""

import asyncio
import json
import pathlib
import ssl
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

folder = pathlib.Path(sys.argv[1])
mode, _, argument = sys.argv[2].partition(":")
encryption = sys.argv[4] if len(sys.argv) > 4 else "none"


class Mailbox:
    def __init__(self):
        self.count = 0
        self.seen = set()
        self.isDone = False

    async def handle_RCPT(self, server, session, envelope, address, options):
        if mode.startswith("refuse-") and address == argument:
            return "550 5.1.1 no such user" if mode == "refuse-550" else "451 4.3.0 try again later"
        if mode == "once-451" and address not in self.seen:
            self.seen.add(address)
            return "451 4.7.1 greylisted"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        isFirst, self.isDone = not self.isDone, True
        if mode == "stall" and isFirst:
            await asyncio.sleep(3600)
        if mode == "slow":
            await asyncio.sleep(0.3)
        self.keep(envelope)
        if mode == "drop-reply" and isFirst:
            server.transport.abort()
            return "451 gone"
        return f"250 kept as {self.count}"

    def keep(self, envelope):
        self.count += 1
        part = folder / f"{self.count}.part"
        part.write_bytes(envelope.original_content)
        (folder / f"{self.count}.json").write_text(json.dumps({"from": envelope.mail_from, "to": envelope.rcpt_tos}))
        part.rename(folder / f"{self.count}.eml")


class Server(SMTP):
    """Cuts the first connection off in the middle of a mail's data where the mode says so."""

    cut = False

    def data_received(self, data):
        if mode == "drop-data" and not Server.cut and b"Content-Type" in data:
            Server.cut = True
            self.transport.abort()
            return
        super().data_received(data)


class Hook(BaseHTTPRequestHandler):
    count = 0
    lock = threading.Lock()

    def answer(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        with Hook.lock:
            Hook.count += 1
            number = Hook.count
        record = {"method": self.command, "path": self.path, "headers": {k.lower(): v for k, v in self.headers.items()}, "body": body}
        (folder / f"http-{number}.json").write_text(json.dumps(record))
        status, text = 200, '{"ok": true}'
        if "/status/" in self.path:
            status = int(self.path.split("/status/")[1].split("/")[0])
            text = '{"ok": false, "parameters": {"retry_after": 7}, "echo": "%s"}' % self.headers.get("Authorization", "")
        self.send_response(status)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode())

    do_POST = do_PUT = answer

    def log_message(self, *words):
        pass


def certificate():
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
         "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", folder / "key.pem", "-out", folder / "ca.pem"],
        check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "ca.pem", folder / "key.pem")
    return context


def login(server, session, envelope, mechanism, data):
    isRight = isinstance(data, LoginPassword) and (data.login, data.password) == (b"energy", b"hunter2")
    return AuthResult(success=isRight, handled=isRight)


async def main():
    mailbox = Mailbox()
    loop = asyncio.get_running_loop()
    context = certificate() if encryption != "none" else None

    def server():
        secure = {"tls_context": context, "require_starttls": True} if encryption == "starttls" else {}
        if encryption != "none":
            secure |= {"authenticator": login, "auth_required": True, "auth_require_tls": encryption == "starttls"}
        return Server(mailbox, hostname="localhost", enable_SMTPUTF8=False, loop=loop, **secure)

    mail = await loop.create_server(server, "127.0.0.1", 0, ssl=context if encryption == "tls" else None)
    web = ThreadingHTTPServer(("127.0.0.1", 0), Hook)
    threading.Thread(target=web.serve_forever, daemon=True).start()
    print(f"mail {mail.sockets[0].getsockname()[1]}", flush=True)
    print(f"http {web.server_address[1]}", flush=True)
    await loop.run_in_executor(None, sys.stdin.read)


asyncio.run(main())
