"""Jobs of uploads."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from lantai.foundation.jobs.recurring import recurring
from lantai.foundation.jobs.tasks_shelf import Running, task
from lantai.resources.uploads.receiving import expire

recurring("uploads.expire", every=3600, title="清理过期的上传")


@task("uploads.expire")
def expire_uploads(running: Running) -> dict[str, Any]:
    """Remove abandoned uploads."""
    return {"removed": expire(timezone.now())}
