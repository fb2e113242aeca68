"""Pages of jobs: the list, one job, its progress bar, stop and restart."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_POST

from lantai.foundation.jobs import operations
from lantai.foundation.jobs.models import Job
from lantai.foundation.jobs.queries import jobs_of
from lantai.foundation.paging import page_by_key
from lantai.foundation.policy import require
from lantai.foundation.returning import go_back
from lantai.foundation.work import Act


def jobs(request: HttpRequest) -> HttpResponse:
    """The jobs at my institutions."""
    require(request.user, "jobs.see")
    page = page_by_key(jobs_of(request.user), request.GET)
    return render(request, "foundation/jobs/jobs.html", {"jobs": page.rows, "pager": page.pager})


def job(request: HttpRequest, pk: int) -> HttpResponse:
    """One job."""
    require(request.user, "jobs.see")
    row = get_object_or_404(jobs_of(request.user), pk=pk)
    return render(request, "foundation/jobs/job.html", {"job": row})


def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """The progress bar alone, polled by htmx until the job is over."""
    require(request.user, "jobs.see")
    row = get_object_or_404(jobs_of(request.user), pk=pk)
    if request.headers.get("Accept", "").startswith("application/json"):
        return JsonResponse(
            {"state": row.state, "done": row.done, "total": row.total, "note": row.note}
        )
    response = render(request, "foundation/jobs/progress.html", {"job": row})
    if row.is_over:
        response["HX-Refresh"] = "true"
    return response


@require_POST
def stop(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask it to stop."""
    row: Job = get_object_or_404(jobs_of(request.user), pk=pk)
    operations.stop_job(Act(by=request.user), job=row)
    return go_back(request, "jobs:jobs")


@require_POST
def restart(request: HttpRequest, pk: int) -> HttpResponse:
    """Let it go on."""
    row: Job = get_object_or_404(jobs_of(request.user), pk=pk)
    operations.restart_job(Act(by=request.user), job=row)
    return go_back(request, "jobs:jobs")
