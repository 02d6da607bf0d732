"""Asking a provider who somebody is: OpenID Connect Core 1.0, the code flow with PKCE (RFC 7636), state and nonce.

Authlib speaks the protocol and joserfc reads what is signed; this module alone knows them. The portal asks and fetches:
nothing that the browser brings back is believed but the code, and that once.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from authlib.common.errors import AuthlibBaseError
from authlib.common.security import generate_token
from authlib.integrations.requests_client import OAuth2Session
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from requests import RequestException, Response

from domain.errors import DomainError, Forbidden, Invalid
from domain.identity import Asked, Identified, Provider
from services import clock

SIGNED = ["RS256", "PS256", "ES256", "EdDSA", "Ed25519"]  # with a key that the provider publishes
PATIENCE = 10  # seconds
LARGEST = 1 << 20  # bytes of an answer
KEPT = 3600  # seconds that what a provider says of itself is good for
LEEWAY = 60  # seconds that two clocks may differ


class Unreachable(DomainError):
    """The provider does not answer, or not as it should."""

    status = 502


def ask(provider: Provider, back: str) -> tuple[str, Asked]:
    """The address to send a browser to, which leads back to `back`, and what it keeps. Raises Unreachable."""
    asked = Asked(generate_token(43), generate_token(43), generate_token(64))
    with _session(provider, back) as session:
        url, _ = session.create_authorization_url(
            _house(provider)["authorization_endpoint"],
            state=asked.state,
            nonce=asked.nonce,
            code_verifier=asked.verifier,
            prompt="login",  # of who sits here now, whoever was signed in there before
        )
    return str(url), asked


def answered(provider: Provider, asked: Asked | None, told: Mapping[str, str], back: str) -> Identified:
    """Whom a browser that comes back with the query `told` belongs to.

    Raises Invalid("identity.other") for an answer to another question, Forbidden("identity.refused") where the
    provider or the person said no, and Unreachable.
    """
    if asked is None or not hmac.compare_digest(told.get("state", "").encode(), asked.state.encode()):
        raise Invalid("identity.other")
    if "iss" in told and told["iss"] != provider.issuer:  # RFC 9207: another provider's answer
        raise Invalid("identity.other")
    if not told.get("code"):
        raise Forbidden("identity.refused", provider=provider.name)
    try:
        return _fetched(provider, asked, told["code"], back)
    except (AuthlibBaseError, JoseError, RequestException, KeyError, TypeError, ValueError) as error:
        raise _unreachable(provider) from error


def _fetched(provider: Provider, asked: Asked, code: str, back: str) -> Identified:
    house = _house(provider)
    with _session(provider, back) as session:
        session.fetch_token(house["token_endpoint"], code=code, code_verifier=asked.verifier, allow_redirects=False)
        claims = _claims(provider, asked, session.token["id_token"])
        more = _more(session, house.get("userinfo_endpoint"), claims["sub"])
    return Identified(provider.issuer, claims["sub"], {**more, **claims})


def _claims(provider: Provider, asked: Asked, token: str) -> dict[str, Any]:
    """What the ID token says, once everything about it is right (OpenID Connect Core 1.0, 3.1.3.7)."""
    claims = jwt.decode(token, _keys(provider), algorithms=SIGNED).claims
    rules = jwt.JWTClaimsRegistry(
        now=clock.now(),
        leeway=LEEWAY,
        iss={"essential": True, "value": provider.issuer},
        aud={"essential": True, "value": provider.client},
        sub={"essential": True},
        exp={"essential": True},
        iat={"essential": True},
        nonce={"essential": True, "value": asked.nonce},
        azp={"essential": isinstance(claims.get("aud"), list) and len(claims["aud"]) > 1, "value": provider.client},
    )
    rules.validate(claims)
    if not isinstance(claims["sub"], str) or not 0 < len(claims["sub"]) <= 255:
        raise ValueError("a subject must be a short text")
    return dict(claims)


def _more(session: OAuth2Session, url: str | None, subject: str) -> dict[str, Any]:
    """What else the provider says of the same person, where it says more."""
    if url is None:
        return {}
    said = _json(session.get(url, allow_redirects=False, stream=True))
    if said.get("sub", subject) != subject:
        raise ValueError("this is said of somebody else")
    return said


def _keys(provider: Provider) -> KeySet:
    with _session(provider, "") as session:
        found = session.get(_house(provider)["jwks_uri"], withhold_token=True, allow_redirects=False, stream=True)
        return KeySet.import_key_set(_json(found))  # type: ignore[arg-type]


def _house(provider: Provider) -> Mapping[str, Any]:
    """What the provider says of itself (OpenID Connect Discovery 1.0)."""
    return _told(provider, clock.now() // KEPT)


@lru_cache(maxsize=8)
def _told(provider: Provider, _hour: int) -> Mapping[str, Any]:
    url = f"{provider.issuer.rstrip('/')}/.well-known/openid-configuration"
    try:
        with _session(provider, "") as session:
            said = _json(session.get(url, withhold_token=True, allow_redirects=False, stream=True))
        secure = provider.issuer.startswith("https://")
        for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
            if secure and not said[name].startswith("https://"):
                raise ValueError(f"{name} is not secret")
        if said["issuer"] != provider.issuer:
            raise ValueError("another issuer")
    except (RequestException, KeyError, AttributeError, ValueError) as error:
        raise _unreachable(provider) from error
    return said


def _json(answer: Response) -> dict[str, Any]:
    """An answer that was asked for as a stream, unless it is an error or too long."""
    with answer:
        answer.raise_for_status()
        body = answer.raw.read(LARGEST + 1, decode_content=True)
    if answer.is_redirect or len(body) > LARGEST:
        raise ValueError("not an answer")
    said = json.loads(body)
    if not isinstance(said, dict):
        raise ValueError("not an object")
    return said


def _session(provider: Provider, back: str) -> OAuth2Session:
    return OAuth2Session(
        provider.client,
        provider.secret,
        scope=provider.scope,
        redirect_uri=back,
        code_challenge_method="S256",
        default_timeout=PATIENCE,
    )


def _unreachable(provider: Provider) -> Unreachable:
    return Unreachable("identity.unreachable", provider=provider.name)
