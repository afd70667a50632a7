"""Who gets in: this computer's browser with this run's token, from our own page; nobody else sees or changes a note."""

from __future__ import annotations

from typing import Any

import pytest

pytest.importorskip("starlette", reason="the extra `review` is not installed")

from nlp_coder.problem import Problem
from nlp_coder.review.serve import checked_address

HOST = "127.0.0.1:8377"
WORDS = "quad sets"


def first_key(browser: Any) -> str:
    key: str = browser.json()["notes"][0]["key"]
    return key


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8377", "127.0.0.1", "127.0.0.1:80", "localhost.evil:8377", ""]
)
def test_a_foreign_host_is_refused(browser: Any, host: str) -> None:
    answer = browser.get(host=host)
    assert answer.status_code == 421 and WORDS not in answer.text


@pytest.mark.parametrize("path", ["/", "/x/", "/note/abc", "/asset/review.css", "//", "/%00/"])
def test_without_the_token_there_is_nothing(browser: Any, path: str) -> None:
    for wrong in ("", browser.own.token[:-1], browser.own.token + "x", "é"):
        answer = browser.client.get(f"/{wrong}{path}" if wrong else path, headers={"host": HOST})
        assert answer.status_code == 404 and browser.own.token not in answer.text


def test_tokens_are_new_and_long() -> None:
    from nlp_coder.review.guard import Secrets

    made = {s.token for s in (Secrets(frozenset()) for _ in range(50))} | {s.csrf for s in (Secrets(frozenset()),)}
    assert len(made) == 51 and min(map(len, made)) >= 43


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"origin": "http://evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({"origin": ""}, 403),
        ({"origin": "https://127.0.0.1:8377"}, 403),
        ({"origin": "http://127.0.0.1:9999"}, 403),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-site"}, 403),
        ({"content-type": "text/plain"}, 415),
        ({"content-type": "application/json"}, 415),
        ({"content-type": "multipart/form-data; boundary=x"}, 415),
        ({"sec-fetch-site": "same-origin"}, 200),
    ],
)
def test_a_post_of_another_site_changes_nothing(browser: Any, headers: dict[str, str], status: int) -> None:
    key = first_key(browser)
    answer = browser.post(key, headers, action="accept", version=0)
    assert answer.status_code == status
    assert browser.json(f"/note/{key}")["version"] == (1 if status == 200 else 0)


def test_a_post_without_the_second_secret_changes_nothing(browser: Any) -> None:
    key = first_key(browser)
    for secret in ("", "wrong", browser.own.token):
        assert browser.post(key, action="accept", version=0, csrf=secret).status_code == 403
    body = "csrf=" + browser.own.csrf + "&action=comment&version=0&words=" + "x" * 200_000
    headers = {"origin": f"http://{HOST}", "content-type": "application/x-www-form-urlencoded"}
    assert browser.client.post(f"{browser.own.root}/note/{key}", content=body, headers=headers).status_code == 403
    assert browser.json(f"/note/{key}")["version"] == 0


@pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS", "TRACE", "PATCH"])
def test_other_methods_are_refused(browser: Any, method: str) -> None:
    assert browser.client.request(method, f"{browser.own.root}/").status_code == 405


@pytest.mark.parametrize(
    "path",
    [
        "/asset/../server.py", "/asset/%2e%2e/server.py", "/asset/..%2f..%2fcoder.py", "/asset/note.html",
        "/asset//etc/passwd", "/asset/%2fetc%2fpasswd", "/asset/....//review.css", "/../../../etc/passwd",
        "/note/../../etc/passwd", "/note/%2e%2e%2flabels.jsonl", "/labels.jsonl", "/asset/review.css%00.html", "/asset/..\\server.py",
    ],
)  # fmt: skip
def test_no_path_leads_to_the_disk(browser: Any, path: str) -> None:
    answer = browser.get(path)
    assert answer.status_code == 404
    assert "root:" not in answer.text and "import " not in answer.text


def test_every_answer_has_the_headers(browser: Any) -> None:
    key = first_key(browser)
    answers = [browser.get(p) for p in ("/", f"/note/{key}", "/asset/review.js", "/agreement", "/none")]
    answers += [browser.get(host="evil.example"), browser.post(key, action="nonsense", version=0)]
    for answer in answers:
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy and "unsafe" not in policy and "frame-ancestors 'none'" in policy
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "server" not in answer.headers and "set-cookie" not in answer.headers


def test_pages_hold_no_script_style_or_foreign_address_of_their_own(browser: Any) -> None:
    for item in browser.json()["notes"]:
        page = browser.get(f"/note/{item['key']}").text
        assert "<script>" not in page and "<style" not in page and " style=" not in page and " onclick" not in page
        assert "http://" not in page and "https://" not in page
    assert "<script>alert" not in browser.get().text and "&lt;script&gt;alert" in browser.get().text


@pytest.mark.parametrize(
    ("host", "expose", "wanted"),
    [
        ("127.0.0.1", False, "127.0.0.1"), ("localhost", False, "127.0.0.1"), ("::1", False, "::1"),
        ("192.168.1.5", True, "192.168.1.5"), ("192.168.1.5", False, "unencrypted"), ("0.0.0.0", True, "every address"),
        ("::", True, "every address"), ("example.org", True, "no address"),
    ],
)  # fmt: skip
def test_other_addresses_must_be_said_twice(host: str, expose: bool, wanted: str) -> None:
    try:
        assert checked_address(host, expose) == wanted
    except Problem as problem:
        assert wanted in str(problem)
