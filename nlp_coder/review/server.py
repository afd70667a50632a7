"""The pages of the review and their addresses. Every address answers a browser with a page, a program with JSON."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from importlib import resources
from typing import Any
from urllib.parse import urlencode

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from nlp_coder.exports.claim_page import PALETTE, alert_word, percent
from nlp_coder.exports.claim_view import STATUS_WORDS, claim_view
from nlp_coder.exports.code_labels import label_of
from nlp_coder.note import STATUSES
from nlp_coder.problem import Problem
from nlp_coder.recoding import CorrectionError
from nlp_coder.review.agreement import agreements
from nlp_coder.review.desk import Desk, HeldError, Seen
from nlp_coder.review.draft import Label, draft_of
from nlp_coder.review.guard import Guard, Secrets, form_of
from nlp_coder.review.marked import pieces, reasons
from nlp_coder.review.queue import ORDERS, Filter, choices
from nlp_coder.review.store import StaleError

_ASSETS = {"review.css": "text/css", "review.js": "text/javascript"}
_FIELDS = ("code", "alert", "therapist", "payer", "decision", "order")
_PARTS = 1_000
"""Most notes that one page of the queue lists."""

Handler = Callable[[Request], Awaitable[Response]]


class Pages:
    """Answers requests from a desk. Notes' words go into answers only, never into addresses or messages."""

    def __init__(self, desk: Desk, own: Secrets) -> None:
        self._desk = desk
        self._own = own
        self._assets = {name: _asset(name) for name in _ASSETS}
        self._env = Environment(
            loader=PackageLoader("nlp_coder.review", "pages"), autoescape=True, undefined=StrictUndefined,
            trim_blocks=True, lstrip_blocks=True,
        )  # fmt: skip
        self._env.filters.update(percent=percent, alert_word=alert_word, label=label_of, exact=exact)
        self._env.globals.update(
            root=own.root, csrf=own.csrf, by=desk.by, round=desk.round, statuses=STATUSES, status_words=STATUS_WORDS
        )

    async def queue(self, request: Request) -> Response:
        """The notes that wait, by filter and order."""
        wanted = Filter(**{n: request.query_params.get(n, getattr(Filter(), n)) for n in _FIELDS})
        items = await run_in_threadpool(self._desk.queue, wanted)
        if _json(request):
            return JSONResponse({"csrf": self._own.csrf, "notes": [{"key": i.key, "id": i.id, "decision": self._desk.decision(i), "worth": round(i.worth, 3)} for i in items]})  # fmt: skip
        decided = {i.key: self._desk.decision(i) for i in self._desk.items.values()}
        return self._page(
            "queue.html", wanted=wanted, items=items[:_PARTS], found=len(items), decided=decided,
            others=self._desk.others(), choices=choices(list(self._desk.items.values())), orders=ORDERS,
            query=_query(wanted), problems=self._desk.store.problems,
        )  # fmt: skip

    async def note(self, request: Request) -> Response:
        """One note with all that is known of it."""
        key = request.path_params["key"]
        if key not in self._desk.items:
            return self._gone()
        seen = await run_in_threadpool(lambda: self._desk.see(key, take=not _json(request)))
        if _json(request):
            return JSONResponse(self._state(seen))
        if self._desk.round == "adjudication" and not seen.version:
            return self._page(
                "adjudicate.html", seen=seen, comparison=self._desk.comparison(key), query=_query(_filter(request))
            )
        return self._note_page(request, seen)

    async def change(self, request: Request) -> Response:
        """Do one thing to a note (see `Desk.act`); a browser is sent on to the note, or to the next one."""
        key = request.path_params["key"]
        if key not in self._desk.items:
            return self._gone()
        fields = await form_of(request, self._own)
        if fields is None:
            return self._refused(request, 403, "This form is not from this run of the page, or too large. Load the note again.", key)  # fmt: skip
        action = fields.pop("action", "")
        seen = fields.pop("version", "")
        try:
            version = int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 10 else -1
            if version < 0:
                raise CorrectionError("version: is missing; load the note again")
            if action == "adjudicate":
                labels = self._chosen(key, fields)
                await run_in_threadpool(self._desk.settle, key, labels, version)
            else:
                await run_in_threadpool(self._desk.act, key, action, fields, version)
        except CorrectionError as error:
            return self._refused(request, 400, str(error), key)
        except (StaleError, HeldError) as error:
            return self._refused(request, 409, str(error), key)
        except Problem as error:
            return self._refused(request, 503, str(error), key)
        if _json(request):
            return JSONResponse(self._state(self._desk.see(key)))
        target = f"{self._own.root}/note/{key}{_query(_filter(request))}"
        if action in ("accept", "reject", "skip", "adjudicate"):
            waiting = [
                i for i in self._desk.queue(_filter(request)) if i.key != key and i.key not in self._desk.others()
            ]
            waiting = [i for i in waiting if self._desk.decision(i) == "open"]
            target = f"{self._own.root}/{'note/' + waiting[0].key if waiting else ''}{_query(_filter(request))}"
        elif "activity" in fields and action == "edit":
            target += "#activities"
        return RedirectResponse(target, 303)

    async def agreement(self, request: Request) -> Response:
        """How far blind reviewers agree; not shown to somebody who still works blind."""
        if self._desk.round == "blind":
            return self._refused(request, 403, "Blind reviewers see no figures of the others.", None)
        self._desk.store.refresh()
        marks = [{by: r["activities"] for by, r in found.items()} for k in self._desk.items if len(found := self._desk.finished(k)) > 1]  # fmt: skip
        return self._page("agreement.html", agreements=agreements(marks))

    async def asset(self, request: Request) -> Response:
        """Style and script: two files by name, nothing else of the disk."""
        name = request.path_params["name"]
        if name not in self._assets:
            return self._gone()
        return Response(self._assets[name], media_type=_ASSETS[name])

    def _chosen(self, key: str, fields: Mapping[str, str]) -> list[Label]:
        """The labels that an adjudicator chose: of each unit one reviewer's mark, or none."""
        chosen = []
        for number, unit in enumerate(self._desk.comparison(key).units):
            by = fields.get(f"unit{number}")
            if by is None or (by != "" and unit.marks.get(by) is None):
                raise CorrectionError(f"unit {number + 1}: choose one of the marks, or none")
            if by:
                record = {"activities": [unit.marks[by]]}
                chosen += [replace(x, settled=frozenset({"span", "status", "code"})) for x in draft_of(record).labels]
        return chosen

    def _state(self, seen: Seen) -> dict[str, Any]:
        return {
            "csrf": self._own.csrf, "version": seen.version, "decision": seen.draft.decision, "can_undo": seen.can_undo,
            "held_by": seen.holder.by if seen.holder else None, "note": seen.note.to_dict(),
        }  # fmt: skip

    def _note_page(self, request: Request, seen: Seen, status: int = 200, message: str = "") -> Response:
        note = seen.note
        codes = dict.fromkeys([x.code for x in note.lines] + [a.code for a in note.activities])
        return self._page(
            "note.html", status, seen=seen, note=note, view=claim_view(note), pieces=pieces(note), message=message,
            reasons=[reasons(a, note.text) for a in note.activities], labels={x.key: x for x in seen.draft.labels},
            colour={code: f"c{i % PALETTE}" for i, code in enumerate(codes)}, query=_query(_filter(request)),
            codes=sorted(self._codes()),
        )  # fmt: skip

    def _codes(self) -> list[str]:
        from nlp_coder.exports.code_labels import code_labels

        return list(code_labels())

    def _page(self, name: str, status: int = 200, **values: Any) -> HTMLResponse:
        return HTMLResponse(self._env.get_template(name).render(**values), status)

    def _refused(self, request: Request, status: int, words: str, key: str | None) -> Response:
        if _json(request):
            return JSONResponse({"error": words}, status)
        if key is not None and status != 403:
            seen = self._desk.see(key)
            if not (self._desk.round == "adjudication" and not seen.version):
                return self._note_page(request, seen, status, words)
        return self._page("refused.html", status, words=words)

    def _gone(self) -> Response:
        return self._page("refused.html", 404, words="There is no such page or note in this review.")


def review_app(desk: Desk, own: Secrets) -> ASGIApp:
    """The whole application behind its guard."""
    pages = Pages(desk, own)
    routes = [
        Route("/", pages.queue),
        Route("/note/{key}", pages.note, methods=["GET"]),
        Route("/note/{key}", pages.change, methods=["POST"]),
        Route("/agreement", pages.agreement),
        Route("/asset/{name}", pages.asset),
    ]
    return Guard(Starlette(routes=routes, exception_handlers={404: _nothing, Problem: _problem}), own)


async def _nothing(request: Request, error: Exception) -> Response:
    return Response("There is nothing here.\n", 404, media_type="text/plain")


async def _problem(request: Request, error: Exception) -> Response:
    return Response(f"{error}\n", 503, media_type="text/plain")


def _json(request: Request) -> bool:
    return "application/json" in request.headers.get("accept", "")


def _filter(request: Request) -> Filter:
    return Filter(**{n: request.query_params.get(n, getattr(Filter(), n)) for n in _FIELDS})


def _query(wanted: Filter) -> str:
    """The filter as the end of an address, so that it stays from note to note."""
    given = {n: v for n in _FIELDS if (v := getattr(wanted, n)) != getattr(Filter(), n)}
    return f"?{urlencode(given)}" if given else ""


def exact(text: str) -> Markup:
    """A note's text for the page, escaped; a browser would otherwise read CR LF as one character and move all offsets."""
    return Markup(str(escape(text)).replace("\r", "&#13;"))


def _asset(name: str) -> bytes:
    return resources.files("nlp_coder.review").joinpath("pages", name).read_bytes()
