"""What is asked of the provider: where it is, its keys, who has come. Nothing that it says is believed unchecked: the
ID token must be signed by one of its keys with a public-key algorithm (never `none`, never a shared secret), be from
this issuer, for this client, for this very journey (nonce), and of now (OpenID Connect Core 1.0, 3.1.3.7).
"""

from __future__ import annotations

import base64
import logging
import ssl
from collections.abc import Callable
from typing import Any
from urllib.parse import quote_plus, urlencode

import httpx
import msgspec
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

from display_server.single_sign_on.journey import Journey
from display_server.single_sign_on.refusals import NotTrusted, ProviderAway
from lobby.branch_file.single_sign_on_values import SingleSignOn
from lobby.outbound.mail_values import BadPassword

ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"]
PATIENCE_S = 5.0
KNOWN_MS = 3600 * 1000
"""For how long what the provider says about itself is not asked again."""

KEYS_AGAIN_MS = 60 * 1000
"""How often its keys are asked for at most, when a token names one that is not known."""

LEEWAY_S = 60
LONGEST_NAME, LONGEST_USERNAME, LONGEST_SUBJECT = 100, 64, 300

log = logging.getLogger(__name__)


class Person(msgspec.Struct, frozen=True):
    """Who has come: the provider's own name for them, what they are called here, and what the claim of roles holds."""

    subject: str
    username: str
    name: str
    groups: tuple[str, ...]


class Provider:
    """The provider of one branch. `clock` gives ms UTC."""

    def __init__(self, setup: SingleSignOn, clock: Callable[[], int]) -> None:
        self.setup = setup
        self._clock = clock
        self._about: tuple[int, dict[str, Any]] | None = None
        self._keys: tuple[int, KeySet] | None = None
        self._line: httpx.Client | None = None

    def about(self) -> dict[str, Any]:
        """What the provider says about itself (OpenID Connect Discovery 1.0), or `ProviderAway`, or `NotTrusted`."""
        now = self._clock()
        if self._about is None or not 0 <= now - self._about[0] < KNOWN_MS:
            told = self._ask("GET", f"{self.setup.issuer.rstrip('/')}/.well-known/openid-configuration")
            if told.get("issuer") != self.setup.issuer:
                raise _not_trusted("it calls itself %s", told.get("issuer"))
            for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
                self._address(told, name)
            self._about = (now, told)
        return self._about[1]

    def sign_in_address(self, journey: Journey, back: str) -> str:
        """Where the browser goes to sign in; it comes back to the address `back`."""
        return str(
            prepare_grant_uri(
                self._address(self.about(), "authorization_endpoint"),
                client_id=self.setup.client_id,
                response_type="code",
                redirect_uri=back,
                scope=list(self.setup.scopes),
                state=journey.state,
                nonce=journey.nonce,
                code_challenge=create_s256_code_challenge(journey.verifier),
                code_challenge_method="S256",
            )
        )

    def sign_out_address(self, back: str) -> str:
        """Where the browser ends the session at the provider too; empty where it has no such place."""
        if "end_session_endpoint" not in self.about():
            return ""
        asked = urlencode({"client_id": self.setup.client_id, "post_logout_redirect_uri": back})
        return f"{self._address(self.about(), 'end_session_endpoint')}?{asked}"

    def person(self, code: str, journey: Journey, back: str) -> Person:
        """Who has come back with this code."""
        told = self._redeem(code, journey, back)
        claims = self._checked(told, journey)
        found = _within(claims, self.setup.role_claim)
        access = told.get("access_token")
        lacking = found is None or self.setup.username_claim not in claims
        if lacking and access and "userinfo_endpoint" in self.about():
            more = self._ask("GET", self._address(self.about(), "userinfo_endpoint"), Authorization=f"Bearer {access}")
            if more.get("sub") != claims["sub"]:
                raise _not_trusted("it tells of another person than the one who signed in")
            claims = more | claims
            found = _within(claims, self.setup.role_claim)
        username = claims.get(self.setup.username_claim)
        username = username.strip() if isinstance(username, str) else ""
        subject = f"{self.setup.issuer} {claims['sub']}"
        if not username.isprintable() or not 0 < len(username) <= LONGEST_USERNAME:
            raise _not_trusted("the claim %s holds no user name", self.setup.username_claim)
        if len(subject) > LONGEST_SUBJECT:
            raise _not_trusted("the subject is longer than %s characters", LONGEST_SUBJECT)
        name = claims.get("name")
        shown = name.strip() if isinstance(name, str) and name.isprintable() else ""
        return Person(subject, username, (shown or username)[:LONGEST_NAME], _texts(found))

    # -- within

    def _redeem(self, code: str, journey: Journey, back: str) -> dict[str, Any]:
        """The tokens for a code (RFC 6749, 4.1.3; RFC 7636, 4.5)."""
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": back}
        form["code_verifier"] = journey.verifier
        try:
            secret = self.setup.secret
        except BadPassword as wrong:
            log.error("single sign-on: the client secret %s", wrong)
            raise ProviderAway() from None
        known = self.about().get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
        headers = {}
        if "client_secret_basic" in known:
            pair = f"{quote_plus(self.setup.client_id)}:{quote_plus(secret)}"
            headers["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
        else:
            form |= {"client_id": self.setup.client_id, "client_secret": secret}
        return self._ask("POST", self._address(self.about(), "token_endpoint"), form, **headers)

    def _checked(self, told: dict[str, Any], journey: Journey) -> dict[str, Any]:
        """The claims of the ID token, once all of it is right."""
        raw = told.get("id_token")
        if not isinstance(raw, str):
            raise _not_trusted("it gave no ID token")
        try:
            token = self._decoded(raw)
            options = {
                "iss": {"essential": True, "value": self.setup.issuer},
                "aud": {"essential": True, "value": self.setup.client_id},
                "sub": {"essential": True},
            }
            asked: dict[str, Any] = {"nonce": journey.nonce, "client_id": self.setup.client_id}
            asked["access_token"] = told.get("access_token")  # the token may say its hash
            claims = CodeIDToken(token.claims, token.header, options, asked)
            claims.validate(now=self._clock() // 1000, leeway=LEEWAY_S)
        except (JoseError, ValueError, TypeError) as wrong:
            raise _not_trusted("the ID token is not right: %s", wrong) from None
        if not isinstance(claims["sub"], str) or not claims["sub"]:
            raise _not_trusted("the ID token names nobody")
        return dict(claims)

    def _decoded(self, raw: str) -> jwt.Token:
        registry = JWSRegistry(algorithms=ALGORITHMS, strict_check_header=False)
        try:
            return jwt.decode(raw, self._key_set(), registry=registry)
        except InvalidKeyIdError:
            if self._keys is not None and self._clock() - self._keys[0] < KEYS_AGAIN_MS:
                raise
            self._keys = None  # the provider has changed its keys
            return jwt.decode(raw, self._key_set(), registry=registry)

    def _key_set(self) -> KeySet:
        now = self._clock()
        if self._keys is None or not 0 <= now - self._keys[0] < KNOWN_MS:
            told = self._ask("GET", self._address(self.about(), "jwks_uri"))
            try:
                self._keys = (now, KeySet.import_key_set(told))  # type: ignore[arg-type]  # checked by it
            except (JoseError, AttributeError, KeyError, TypeError, ValueError) as wrong:
                raise _not_trusted("its keys cannot be read: %s", type(wrong).__name__) from None
        return self._keys[1]

    def _address(self, told: dict[str, Any], name: str) -> str:
        """An address of the provider; by TLS wherever the provider itself is."""
        found = told.get(name)
        if not isinstance(found, str) or not found.startswith(("https://", self.setup.issuer.split("://")[0] + "://")):
            raise _not_trusted("it names no %s, or one without TLS", name)
        return found

    def _client(self) -> httpx.Client:
        """Made when it is first needed: to read the certificates that this machine trusts takes its time."""
        if self._line is None:
            known, accepts = ssl.create_default_context(), {"Accept": "application/json"}
            self._line = httpx.Client(timeout=PATIENCE_S, headers=accepts, verify=known)
        return self._line

    def _ask(self, method: str, url: str, form: dict[str, str] | None = None, **headers: str) -> dict[str, Any]:
        try:
            answer = self._client().request(method, url, data=form, headers=headers)
            told = answer.json()
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as fault:
            log.warning("single sign-on: %s answered nothing of use: %s", url.partition("?")[0], type(fault).__name__)
            raise ProviderAway() from None
        if answer.status_code >= 500:
            raise ProviderAway()
        if answer.status_code >= 400 or not isinstance(told, dict):
            error = told.get("error") if isinstance(told, dict) else None
            raise _not_trusted("HTTP %s, %s", answer.status_code, error)
        return told


def _not_trusted(what: str, *facts: object) -> NotTrusted:
    log.warning("single sign-on: %s", what % facts)
    return NotTrusted()


def _within(claims: dict[str, Any], name: str) -> Any:
    """The claim of this name; `a.b` is `b` within `a` where there is no claim with that whole name."""
    if name in claims:
        return claims[name]
    found: Any = claims
    for part in name.split("."):
        found = found.get(part) if isinstance(found, dict) else None
    return found


def _texts(found: Any) -> tuple[str, ...]:
    listed = found if isinstance(found, list) else [found]
    return tuple(one for one in listed if isinstance(one, str))
