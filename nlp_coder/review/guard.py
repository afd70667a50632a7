"""What stands before every page: only this machine's own browser, with this run's token, from the page itself.

A page of another site must not read or change a note, though the same browser can reach this address:

- Host must be our address (stops DNS rebinding); the token is the first part of every path, new in each run.
- A change must come from our own origin (`Origin`), as a form, with the run's second secret in it (`csrf`).
- The answers forbid foreign content, scripts in the page, framing, caching and telling the address to others.

Nothing that a request holds is logged: its path has the token.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LARGEST_POST = 100_000
"""Bytes of a form; the largest that a page sends is a comment."""

HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # not `no-referrer`: with that, browsers send our own forms with the origin `null`
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "no-store",
}


@dataclass(frozen=True, slots=True)
class Secrets:
    """This run's secrets. hosts: the values of `Host` that are ours ("127.0.0.1:8377")."""

    hosts: frozenset[str]
    token: str = field(default_factory=lambda: secrets.token_urlsafe(32))
    csrf: str = field(default_factory=lambda: secrets.token_urlsafe(32))

    @property
    def root(self) -> str:
        """The path under which everything lies."""
        return f"/{self.token}"


class Guard:
    """Lets through what fulfils all of the above, with the token taken off its path; refuses the rest with 400-415."""

    def __init__(self, app: ASGIApp, own: Secrets) -> None:
        self._app = app
        self._own = own

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":  # no page uses a web socket
            return
        request = Request(scope)

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                kept = [(k, v) for k, v in message["headers"] if k.lower() != b"server"]
                ours = [(k.lower().encode(), v.encode()) for k, v in HEADERS.items()]
                message = {**message, "headers": kept + ours}
            await send(message)

        refused = self._refusal(request)
        if refused is not None:
            status, words = refused
            await PlainTextResponse(words + "\n", status)(scope, receive, with_headers)
            return
        path = scope["path"][len(self._own.root) :] or "/"
        await self._app({**scope, "path": path, "raw_path": path.encode()}, receive, with_headers)

    def _refusal(self, request: Request) -> tuple[int, str] | None:
        hosts = request.headers.getlist("host")
        if len(hosts) != 1 or hosts[0] not in self._own.hosts:
            return 421, "This address is not ours: open the one that nlp-coder review printed."
        first = request.url.path.split("/", 2)[1]
        if not secrets.compare_digest(first.encode(), self._own.token.encode()):
            return 404, "There is nothing here: open the address that nlp-coder review printed, with its token."
        if request.headers.get("sec-fetch-site") in ("cross-site", "same-site"):
            return 403, "Another site asked for this page: open the address yourself."
        if request.method in ("GET", "HEAD"):
            return None
        if request.method != "POST":
            return 405, "Only GET and POST are used here."
        if request.headers.get("origin") not in {f"http://{h}" for h in self._own.hosts}:
            return 403, "This change does not come from our own page."
        if request.headers.get("content-type", "").partition(";")[0].strip() != "application/x-www-form-urlencoded":
            return 415, "Changes are sent as forms."
        return None


async def form_of(request: Request, own: Secrets) -> dict[str, str] | None:
    """The fields of a post; None where it is too large, no form, or lacks this run's second secret."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_POST:
            return None
    try:
        fields = dict(parse_qsl(body.decode("utf-8"), keep_blank_values=True, strict_parsing=True, max_num_fields=400))
    except ValueError:
        return None
    if not secrets.compare_digest(fields.pop("csrf", "").encode(), own.csrf.encode()):
        return None
    return fields
