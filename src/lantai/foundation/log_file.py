"""The log file 日志文件: a disk too full for the log stops no work; the ledger is the account."""

from __future__ import annotations

import logging
import sys
from logging.handlers import WatchedFileHandler


class LogFile(WatchedFileHandler):
    """Says once on standard error that it can not write, and lets the program go on."""

    told = False

    def emit(self, record: logging.LogRecord) -> None:
        """Write the line, or say why not."""
        try:
            super().emit(record)
        except OSError as problem:
            self._tell(problem)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802  (the library's name)
        """What failed inside the handler: told in one line, never as a traceback."""
        problem = sys.exc_info()[1]
        if isinstance(problem, OSError):
            self._tell(problem)

    def _tell(self, problem: OSError) -> None:
        if not self.told:
            self.told = True
            sys.stderr.write(
                f"lantai: 日志写不进 the log can not be written: {problem.strerror or problem}\n"
            )
