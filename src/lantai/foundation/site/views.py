"""What machines ask: is it alive, is it ready, how is it doing."""

from __future__ import annotations

from django.conf import settings
from django.db import connection
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone

from lantai.foundation.changes.following import backlog
from lantai.foundation.jobs.models import Job


def alive(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return JsonResponse({"ok": True})


def ready(request: HttpRequest) -> HttpResponse:
    """The database and the data folder answer too."""
    problems = []
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Exception as problem:
        problems.append(f"database: {type(problem).__name__}")
    if not settings.LANTAI.data.is_dir():
        problems.append("data folder")
    return JsonResponse({"ok": not problems, "problems": problems}, status=503 if problems else 200)


def metrics(request: HttpRequest) -> HttpResponse:
    """Counts in the Prometheus text format; from this machine only."""
    if request.META.get("REMOTE_ADDR") not in {"127.0.0.1", "::1"}:
        return HttpResponse(status=403)
    lines = ["# TYPE lantai_jobs gauge"]
    later = Q(state=Job.WAITING, run_after__gt=timezone.now())
    for row in Job.objects.exclude(later).values("state").annotate(n=Count("pk")).order_by("state"):
        lines.append(f'lantai_jobs{{state="{row["state"]}"}} {row["n"]}')
    lines.append(f'lantai_jobs{{state="scheduled"}} {Job.objects.filter(later).count()}')
    lines.append("# TYPE lantai_follower_backlog gauge")
    lines += [f'lantai_follower_backlog{{follower="{k}"}} {v}' for k, v in backlog().items()]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; version=0.0.4")
