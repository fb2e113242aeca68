"""Job 任务: one piece of long work; its row is the truth about it."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from lantai.foundation.accounts.models import Person
from lantai.foundation.institutions.models import Institution


class Job(models.Model):
    """Waiting, running, done, failed or stopped; claimed with a lease, fenced by a number."""

    begun_anew = (
        "后台任务不在存储中保存；未完成的任务请重新发起",
        "jobs are not kept in storage; start unfinished ones again",
    )

    WAITING, RUNNING, DONE, FAILED, STOPPED = "waiting", "running", "done", "failed", "stopped"

    task = models.CharField(max_length=80, db_index=True)
    key = models.CharField(max_length=200, unique=True, null=True, blank=True)
    arguments = models.JSONField(default=dict)
    state = models.CharField(max_length=10, default=WAITING, db_index=True)
    priority = models.SmallIntegerField(default=5)  # lower is sooner
    run_after = models.DateTimeField()
    lease_until = models.DateTimeField(null=True, blank=True)
    worker = models.CharField(max_length=80, blank=True)
    fence = models.PositiveIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    stop_requested = models.BooleanField(default=False)
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(default=0)
    note = models.CharField(max_length=300, blank=True)
    result = models.JSONField(default=dict)
    error = models.TextField(blank=True)
    error_id = models.CharField(max_length=16, blank=True)
    person = models.ForeignKey(Person, null=True, blank=True, on_delete=models.SET_NULL)
    institution = models.ForeignKey(Institution, null=True, blank=True, on_delete=models.SET_NULL)
    subject = models.CharField(max_length=160, blank=True, db_index=True)
    title = models.CharField(max_length=200)
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["state", "priority", "id"], name="job_next")]

    @property
    def is_over(self) -> bool:
        """Nothing more will happen unless a person starts it again."""
        return self.state in {self.DONE, self.FAILED, self.STOPPED}

    @property
    def percent(self) -> int:
        """Whole percent done, 0 when the total is unknown."""
        return min(100, self.done * 100 // self.total) if self.total else 0

    @property
    def estimate(self) -> str:
        """When it will be done at the present rate, as a clock time; empty when unknown."""
        if not (self.started_at and self.done and self.total and self.state == self.RUNNING):
            return ""
        now = timezone.now()
        left = (now - self.started_at) * (self.total - self.done) / self.done
        return timezone.localtime(now + left).strftime("%H:%M")
