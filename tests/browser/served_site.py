"""Serves the built site as GitHub Pages does: below a prefix, with a page for unknown addresses."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from tools import ROOT
from tools.site import PREFIX

SITE = ROOT / "docs" / "_build" / "html"


def pages() -> list[str]:
    """Return the pages of the built site, except for those of rustdoc."""
    found = (path.relative_to(SITE) for path in sorted(SITE.rglob("*.html")))
    return [page.as_posix() for page in found if page.parts[0] not in {"_static", "rust"}]


class Handler(SimpleHTTPRequestHandler):
    """Answers each request for a file of the site."""

    def translate_path(self, path: str) -> str:
        if not path.startswith(PREFIX):
            return str(SITE / "no-such-file")
        return super().translate_path("/" + path.removeprefix(PREFIX))

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        if code != 404:
            return super().send_error(code, message, explain)
        body = (SITE / "404.html").read_bytes()
        self.send_response(404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        return None

    def log_message(self, *_: object) -> None:
        """Logs nothing."""


@contextmanager
def served() -> Iterator[str]:
    """Yield the address of the site while it is served."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(SITE))) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}{PREFIX}"
        finally:
            server.shutdown()
