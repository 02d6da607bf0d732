"""A provider of identities on this machine that says what a test tells it to."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

from domain.identity import Provider
from services import identity

KEY = RSAKey.generate_key(2048, {"kid": "one"})
OTHER = RSAKey.generate_key(2048, {"kid": "one"})  # somebody else's, of the same name


@dataclass
class Directory:
    """What the provider knows and how it misbehaves. `asked` holds each question, by its code."""

    provider: Provider
    subject: str = "person-7"
    person: dict[str, Any] = field(default_factory=dict)  # what the user info says besides
    claims: dict[str, Any] = field(default_factory=dict)  # written over those of the ID token
    house: dict[str, Any] = field(default_factory=dict)  # written over what it says of itself
    key: RSAKey = field(default_factory=lambda: KEY)
    refuses: bool = False  # the person says no
    asked: dict[str, dict[str, str]] = field(default_factory=dict)

    def settings(self, prefix: str) -> dict[str, str]:
        """The variables that make a portal ask this provider."""
        one = self.provider
        told = {"ISSUER": one.issuer, "CLIENT": one.client, "SECRET": one.secret, "NAME": one.name, "SCOPE": one.scope}
        return {f"{prefix}_{part}": value for part, value in told.items()}

    def come_back(self, url: str) -> dict[str, str]:
        """The query that a browser brings back which was sent to `url`."""
        question = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        back = {"state": question["state"], "iss": self.provider.issuer}
        if self.refuses:
            return back | {"error": "access_denied"}
        code = secrets.token_urlsafe(16)
        self.asked[code] = question
        return back | {"code": code}

    def token(self, told: dict[str, str]) -> dict[str, str]:
        """What a code is exchanged for, once; raises KeyError or ValueError for a wrong one."""
        question = self.asked.pop(told["code"])
        digest = hashlib.sha256(told["code_verifier"].encode()).digest()
        if base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != question["code_challenge"]:
            raise ValueError("not who asked")
        if question["redirect_uri"] != told["redirect_uri"]:
            raise ValueError("not where from")
        now = int(time.time())
        said = {"iss": self.provider.issuer, "aud": self.provider.client, "sub": self.subject, "iat": now}
        said |= {"exp": now + 300, "nonce": question["nonce"]} | self.claims
        kept = {name: value for name, value in said.items() if value is not None}
        signed = jwt.encode({"alg": "RS256", "kid": "one"}, kept, self.key)
        return {"access_token": "of-" + self.subject, "token_type": "Bearer", "id_token": signed}

    def told(self) -> dict[str, Any]:
        own = self.provider.issuer
        return {
            "issuer": own,
            "authorization_endpoint": f"{own}/authorize",
            "token_endpoint": f"{own}/token",
            "userinfo_endpoint": f"{own}/userinfo",
            "jwks_uri": f"{own}/keys",
        } | self.house


@contextmanager
def clave_unica() -> Iterator[Directory]:
    """One that says of residents what ClaveÚnica says."""
    identity._told.cache_clear()
    with directory("ClaveÚnica", "openid run name") as found:
        found.person = {
            "name": {"nombres": ["Rosa", "Inés"], "apellidos": ["Pardo", "Soto"]},
            "RolUnico": {"numero": 12345678, "DV": "5", "tipo": "RUN"},
        }
        yield found


@contextmanager
def directory(name: str = "Directorio municipal", scope: str = "openid") -> Iterator[Directory]:
    """A directory that listens until the block ends."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Answers)
    issuer = f"http://127.0.0.1:{server.server_address[1]}"
    server.directory = Directory(Provider(issuer, "atalaya", "a secret of both", name, scope))  # type: ignore[attr-defined]
    listening = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    listening.start()
    try:
        yield server.directory  # type: ignore[attr-defined]
    finally:
        server.shutdown()
        listening.join()
        server.server_close()


class _Answers(BaseHTTPRequestHandler):
    @property
    def directory(self) -> Directory:
        return self.server.directory  # type: ignore[attr-defined, no-any-return]

    def do_GET(self) -> None:
        asked = urlsplit(self.path)
        if asked.path == "/authorize":
            back = parse_qs(asked.query)["redirect_uri"][0]
            self.send_response(302)
            self.send_header("Location", f"{back}?{urlencode(self.directory.come_back(self.path))}")
            self.end_headers()
        elif asked.path == "/userinfo":
            mine = self.headers["Authorization"] == "Bearer of-" + self.directory.subject
            self._say({"sub": self.directory.subject, **self.directory.person} if mine else {}, 200 if mine else 401)
        elif asked.path == "/keys":
            self._say({"keys": [KEY.as_dict(private=False)]})
        else:
            self._say(self.directory.told())

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        told = {name: values[0] for name, values in parse_qs(body).items()}
        own = self.directory.provider
        known = base64.b64encode(f"{own.client}:{own.secret}".encode()).decode()
        try:
            if self.headers["Authorization"] != f"Basic {known}":
                raise ValueError("no client of ours")
            self._say(self.directory.token(told))
        except (KeyError, ValueError):
            self._say({"error": "invalid_grant"}, 400)

    def _say(self, said: dict[str, Any], status: int = 200) -> None:
        body = json.dumps(said).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        pass
