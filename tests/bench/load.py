"""A load generator: a few clients, each sending its next request when the last was answered. Loopback only.

The server's workers are synchronous and close the connection after each answer, so every request opens one; the same for
every contestant.
"""

import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

HOST = "127.0.0.1"
CLIENTS = 4
PATIENCE = 30.0
MOST = 200_000
"""Requests in one measurement at most."""

Request = Callable[[int], bytes]
"""The n-th request, whole."""


@dataclass
class Load:
    """What was measured. Seconds."""

    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)
    answer: bytes = b""
    problems: list[str] = field(default_factory=list)


def send(port: int, request: bytes) -> bytes:
    """One request and its whole answer."""
    with socket.create_connection((HOST, port), PATIENCE) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.sendall(request)
        pieces = []
        while piece := connection.recv(1 << 16):
            pieces.append(piece)
        return b"".join(pieces)


def load(port: int, request: Request, seconds: float, most: int = MOST, clients: int = CLIENTS) -> Load:
    """Send requests for so long, or so many. An answer that is neither 200 nor 303 is a problem."""
    done = Load()
    numbers = iter(range(most))
    lock = threading.Lock()
    start = time.perf_counter()

    def client() -> None:
        mine: list[float] = []
        answer = b""
        while (not mine or time.perf_counter() - start < seconds) and not done.problems:  # one at least
            with lock:
                number = next(numbers, None)
            if number is None:
                break
            wanted = request(number)
            began = time.perf_counter()
            try:
                answer = send(port, wanted)
            except OSError as error:
                done.problems.append(f"{type(error).__name__}: {error}")
                break
            mine.append(time.perf_counter() - began)
            if answer[9:12] not in (b"200", b"303"):
                done.problems.append(answer[:200].decode("latin-1").splitlines()[0] if answer else "no answer")
        with lock:
            done.latencies += mine
            done.answer = answer or done.answer

    threads = [threading.Thread(target=client) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    done.seconds = time.perf_counter() - start
    return done


def get(port: int, path: str, cookie: str = "") -> bytes:
    """A GET request."""
    return f"GET {path} HTTP/1.1\r\nHost: {HOST}:{port}\r\nCookie: {cookie}\r\nAccept-Language: fi\r\n\r\n".encode()


def post(port: int, path: str, cookie: str, body: str) -> bytes:
    """A POST request of a form."""
    sent = body.encode()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: {HOST}:{port}\r\nCookie: {cookie}\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(sent)}\r\n\r\n"
    )
    return head.encode() + sent
