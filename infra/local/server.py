"""The shop's HTTP server on loopback: waitress (threads, buffered writes, chunked bodies) around the gateway."""

import threading
from types import TracebackType
from typing import Any, Self

from waitress import wasyncore
from waitress.server import create_server

THREADS = 8
HOST = "127.0.0.1"


class Server:
    """Serves a WSGI application on loopback; port 0 takes any free one. ``base_url`` is known once it is entered."""

    def __init__(self, application: Any, port: int = 0) -> None:
        self._sockets: dict[int, Any] = {}
        self._server = create_server(
            application, map=self._sockets, host=HOST, port=port, threads=THREADS, ident="zhaohui"
        )
        self.base_url = f"http://{HOST}:{self._server.effective_port}"
        self._thread = threading.Thread(target=self._run, name="http", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # Workers first: one that ends after the loop is closed has nobody left to wake.
        self._server.task_dispatcher.shutdown()
        # The loop ends once its last socket, kept-alive connections included, is closed.
        wasyncore.close_all(self._sockets, ignore_all=True)
        self._thread.join(5)

    def _run(self) -> None:
        try:
            self._server.run()
        except OSError:
            # Closing the listening socket from another thread is how waitress is stopped.
            return
