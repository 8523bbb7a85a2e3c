"""A small OpenID Connect provider on this machine, which can misbehave in one way at a time.

Whoever comes to it is signed in already, and sent back at once.
"""

from __future__ import annotations

import base64
import hmac
import json
import threading
from collections.abc import Callable
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

from flask import Flask, Response, jsonify, redirect, request
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey
from werkzeug.wrappers import Response as BaseResponse

from tests.display_server.served import served

CLIENT, SECRET = "branch-lobby", "the secret of the client"


class FakeProvider:
    """`claims` are said of whoever comes; `wrong` names what is done wrong; `asked` are the paths asked for."""

    def __init__(self, clock: Callable[[], int], host: str = "127.0.0.1") -> None:
        self.clock = clock
        self.claims: dict[str, Any] = {}
        self.more: dict[str, Any] = {}
        self.wrong = ""
        self.asked: list[str] = []
        self._journeys: dict[str, dict[str, str]] = {}
        self._key = ECKey.generate_key("P-256", {"kid": "one"})
        self._http = served(self._app())
        self.issuer = f"http://{host}:{self._http.server_port}"
        self.reset()
        threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def close(self) -> None:
        self._http.shutdown()
        self._http.server_close()

    def reset(self) -> None:
        """Maria comes, a teller, and everything is right."""
        self.claims = {"sub": "248289761001", "preferred_username": "maria", "name": "Maria Pérez"}
        self.claims["groups"] = ["tellers"]
        self.more, self.wrong = {}, ""
        self.asked.clear()

    def change_keys(self) -> None:
        self._key = ECKey.generate_key("P-256", {"kid": f"after {self._key.kid}"})

    def _app(self) -> Flask:
        app = Flask("provider")

        @app.before_request
        def _note() -> Response | None:
            self.asked.append(request.path)
            if self.wrong == "down" or self.wrong == f"down at {request.path}":
                return Response("<html>Bad gateway</html>", 502)
            return None

        @app.get("/.well-known/openid-configuration")
        def _about() -> Response:
            places = {"authorization": "authorize", "token": "token", "userinfo": "userinfo", "end_session": "end"}
            about = {f"{name}_endpoint": f"{self.issuer}/{path}" for name, path in places.items()}
            if self.wrong == "another provider's address":
                return jsonify(about | {"issuer": "https://elsewhere.example", "jwks_uri": f"{self.issuer}/keys"})
            return jsonify(about | {"issuer": self.issuer, "jwks_uri": f"{self.issuer}/keys"})

        @app.get("/keys")
        def _keys() -> Response:
            return jsonify({"keys": [] if self.wrong == "no keys" else [self._key.as_dict(private=False)]})

        @app.get("/authorize")
        def _authorize() -> BaseResponse:
            asked = request.args.to_dict()
            assert asked["response_type"] == "code"
            assert asked["code_challenge_method"] == "S256"
            back = {"state": "another one" if self.wrong == "state" else asked["state"]}
            if self.wrong == "denied":
                return redirect(f"{asked['redirect_uri']}?{urlencode(back | {'error': 'access_denied'})}")
            code = f"code-{len(self._journeys)}"
            self._journeys[code] = asked
            return redirect(f"{asked['redirect_uri']}?{urlencode(back | {'code': code})}")

        @app.post("/token")
        def _token() -> tuple[Response, int]:
            asked = self._journeys.pop(request.form["code"], None)
            proof = _encoded(sha256(request.form["code_verifier"].encode()).digest())
            authorized = request.authorization
            right = (
                asked is not None
                and proof == asked["code_challenge"]
                and request.form["redirect_uri"] == asked["redirect_uri"]
                and authorized is not None
                and (authorized.username, authorized.password) == (CLIENT, SECRET.replace(" ", "+"))
            )
            if not right or asked is None:
                return jsonify({"error": "invalid_grant"}), 400
            told = {"access_token": "an access token", "token_type": "Bearer"}
            if self.wrong != "no ID token":
                told["id_token"] = self._id_token(asked)
            return jsonify(told), 200

        @app.get("/userinfo")
        def _userinfo() -> Response:
            return jsonify({"sub": self.claims.get("sub")} | self.more)

        return app

    def _id_token(self, asked: dict[str, str]) -> str:
        now = self.clock() // 1000
        claims = {"iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": asked["nonce"]}
        claims |= self.claims
        claims |= {
            "nonce": {"nonce": "another one"},
            "expired": {"iat": now - 4000, "exp": now - 400},
            "audience": {"aud": "another-client"},
            "audiences": {"aud": [CLIENT, "another-client"], "azp": "another-client"},
            "issuer": {"iss": "https://elsewhere.example"},
            "not yet": {"nbf": now + 4000},
            "at_hash": {"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"},
        }.get(self.wrong, {})
        if self.wrong in {"no nonce", "no exp", "no sub"}:
            del claims[self.wrong.removeprefix("no ")]
        if self.wrong == "alg none":
            return f"{_part({'alg': 'none'})}.{_part(claims)}."
        if self.wrong == "signed by the client's secret":
            return jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(SECRET), algorithms=["HS256"])
        if self.wrong == "signed by the public key as a secret":
            signed = f"{_part({'alg': 'HS256', 'kid': self._key.kid})}.{_part(claims)}"
            return f"{signed}.{_encoded(hmac.digest(self._key.as_pem(private=False), signed.encode(), 'sha256'))}"
        key = ECKey.generate_key("P-256", {"kid": self._key.kid}) if self.wrong == "another key" else self._key
        raw = jwt.encode({"alg": "ES256", "kid": self._key.kid}, claims, key)
        if self.wrong == "changed on the way":
            head, _, sign = raw.split(".")
            claims["groups"] = ["admins"]
            return f"{head}.{_part(claims)}.{sign}"
        return "no token at all" if self.wrong == "nonsense" else raw


def _part(told: dict[str, Any]) -> str:
    return _encoded(json.dumps(told).encode())


def _encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")
