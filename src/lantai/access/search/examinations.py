"""What `lantai doctor` looks at in the index."""

from __future__ import annotations

from collections.abc import Iterator

from lantai.access.search.health import index_fault, progress_words
from lantai.foundation.site.examinations import Examination, Finding, finding


class IndexExamination(Examination):
    """检索索引: can it answer?"""

    id = "index"

    def look(self) -> Iterator[Finding]:
        """An index that is lost, damaged or of another version."""
        fault = index_fault()
        if fault is not None:
            zh, en = progress_words()
            yield finding("error", "index-unusable", f"{fault} {zh} / {en}", "lantai rebuild index")
