"""`lantai serve`: the web process alone."""

from __future__ import annotations

import argparse

from lantai.cli.command import DONE, Command

THREADS = 8  # pages wait for the database and the index, which let go of the interpreter


class Serve(Command):
    """The web process 网页服务."""

    id = "serve"
    help = "只启动网页服务 / the web process alone"
    needs_django = True

    def arguments(self, parser: argparse.ArgumentParser) -> None:
        """Where to listen."""
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--host", default="127.0.0.1")

    def run(self, options: argparse.Namespace) -> int:
        """Serve until told to stop."""
        import signal
        import sys

        import waitress
        from django.core.wsgi import get_wsgi_application
        from django.urls import get_resolver

        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
        signal.signal(signal.SIGINT, lambda *_: sys.exit(0))
        application = get_wsgi_application()
        len(
            get_resolver().url_patterns
        )  # all pages are read now, not while the first visitor waits
        waitress.serve(
            application,
            host=options.host,
            port=options.port,
            threads=THREADS,
            ident="lantai",
            channel_timeout=120,
        )
        return DONE
