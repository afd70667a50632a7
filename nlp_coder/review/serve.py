"""The review's own small web server: where it may listen, and how it runs until it is ended."""

from __future__ import annotations

import ipaddress
import secrets
import socket
from collections.abc import Callable, Sequence
from pathlib import Path

import uvicorn

from nlp_coder.coder import Coder
from nlp_coder.exports.note_rows import BadRow
from nlp_coder.exports.text_file import reason
from nlp_coder.problem import Problem
from nlp_coder.review.desk import Desk
from nlp_coder.review.guard import Secrets
from nlp_coder.review.queue import Item
from nlp_coder.review.server import review_app
from nlp_coder.review.source import review_items
from nlp_coder.review.store import LabelStore


def checked_address(host: str, expose: bool) -> str:
    """The address to listen on. Raises Problem for one that other machines reach, unless it is said twice (expose)."""
    try:
        address = ipaddress.ip_address("127.0.0.1" if host == "localhost" else host)
    except ValueError:
        raise Problem("--host", "is no address", "give an IP address, or leave it out for 127.0.0.1") from None
    if address.is_unspecified or address.is_multicast:
        raise Problem("--host", "means every address of this computer", "name the one address that is meant")
    if not address.is_loopback and not expose:
        raise Problem(
            "--host", "other computers reach this address, and the notes go over the network unencrypted",
            "leave it out, or add --expose if you are sure",
        )  # fmt: skip
    return str(address)


def listen(host: str, port: int) -> socket.socket:
    """The socket of the server; port 0 takes a free one. Raises Problem."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    opened = socket.socket(family, socket.SOCK_STREAM)
    try:
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        opened.bind((host, port))
        opened.listen(64)  # before the address is told, so that whoever opens it at once waits and is not refused
    except (OSError, OverflowError) as error:
        opened.close()
        raise Problem("--port", f"{host} port {port} cannot be used ({reason(error)})", "give another port, or 0 for any free one") from None  # fmt: skip
    return opened


def gathered(path: Path, coder: Coder, tell: Callable[[str], None], step: Callable[[], None]) -> tuple[list[Item], int]:
    """(the notes of a file, how many of its rows were left out); each left out is told with what to do."""
    items: dict[str, Item] = {}
    bad = 0
    for item in review_items(path, coder):
        if isinstance(item, BadRow):
            bad += 1
            tell(f"{path} row {item.number} ({item.id}): {item.what}; {item.todo}")
        elif item.key in items:
            bad += 1
            tell(f"{path}: note {item.id} stands there twice with the same text; the first is shown")
        else:
            items[item.key] = item
        step()
    if not items:
        raise Problem(str(path), "holds no note that can be reviewed", "give notes with id and text")
    return list(items.values()), bad


def serve(items: Sequence[Item], store: LabelStore, coder: Coder, by: str, round: str, opened: socket.socket, ready: Callable[[str], None]) -> None:  # fmt: skip
    """Answer until the program is ended (Ctrl-C). ready is given the address with the token once."""
    name, port = opened.getsockname()[:2]
    host = f"[{name}]:{port}" if ":" in name else f"{name}:{port}"
    names = {host} | ({f"localhost:{port}"} if ipaddress.ip_address(name).is_loopback else set())
    own = Secrets(frozenset(names))
    desk = Desk(items, store, coder, by, round, secrets.token_hex(8))
    # no access log: addresses hold the token
    config = uvicorn.Config(
        review_app(desk, own), log_level="warning", access_log=False, server_header=False, proxy_headers=False,
        lifespan="off", ws="none", timeout_graceful_shutdown=2,
    )  # fmt: skip
    ready(f"http://{host}{own.root}/")
    try:
        uvicorn.Server(config).run(sockets=[opened])
    except KeyboardInterrupt:
        pass
    finally:
        desk.close()
