"""The queue: leases, fencing, progress, stop and resume, retry, idempotent keys."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from lantai.foundation.jobs import queue, tasks_shelf, worker
from lantai.foundation.jobs.models import Job
from lantai.foundation.jobs.operations import restart_job, stop_job
from lantai.foundation.refusal import NotPermitted, Refusal
from tests.people import make_county

pytestmark = pytest.mark.django_db


@pytest.fixture
def a_task(monkeypatch):
    """Lay a task on the shelf for one test."""
    tasks_shelf.tasks()

    def lay(function):
        monkeypatch.setitem(tasks_shelf._tasks, "tests.work", function)
        return "tests.work"

    return lay


def test_a_job_runs_to_its_end_with_its_result(a_task):
    name = a_task(lambda running: {"answer": running.arguments["question"] * 2})
    job = queue.enqueue(name, title="算", arguments={"question": 21})
    worker.run_job(queue.claim("w1"))
    job.refresh_from_db()
    assert (job.state, job.result) == ("done", {"answer": 42})


def test_a_claimed_job_is_not_given_to_a_second_worker(a_task):
    queue.enqueue(a_task(lambda running: None), title="x")
    assert queue.claim("w1") is not None
    assert queue.claim("w2") is None


def test_a_dead_workers_job_is_taken_over_and_the_dead_one_can_write_nothing(a_task):
    queue.enqueue(a_task(lambda running: None), title="x")
    first = queue.claim("w1")
    Job.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    second = queue.claim("w2")
    assert second.pk == first.pk and second.fence == first.fence + 1
    with pytest.raises(queue.LeaseLost):
        queue.beat(first, 1, 2, "")
    queue.finish(first, Job.DONE)
    second.refresh_from_db()
    assert second.state == Job.RUNNING


def test_a_job_that_kills_one_worker_after_another_waits_for_a_person(a_task):
    queue.enqueue(a_task(lambda running: None), title="x")
    for _ in range(queue.MAX_ATTEMPTS):
        assert queue.claim("w") is not None
        Job.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert queue.claim("w") is None
    assert Job.objects.get().state == Job.FAILED


def test_the_same_key_is_queued_once_while_it_waits(a_task):
    name = a_task(lambda running: None)
    first = queue.enqueue(name, title="x", key="only-one")
    assert queue.enqueue(name, title="x", key="only-one").pk == first.pk
    worker.run_job(queue.claim("w"))
    assert queue.enqueue(name, title="x", key="only-one").pk != first.pk


def test_a_stop_is_obeyed_at_the_next_report_and_the_job_can_go_on(a_task, data_folder):
    county = make_county()
    seen = []

    def count(running):
        for number in range(len(seen), 10):
            seen.append(number)
            running.told_at = 0.0
            if number == 3 and len(seen) == 4:
                stop_job(county.act("archivist"), job=Job.objects.get(pk=running.job.pk))
            running.progress(number, 10)
        return {"seen": len(seen)}

    job = queue.enqueue(a_task(count), title="数", institution=county.archives)
    worker.run_job(queue.claim("w"))
    job.refresh_from_db()
    assert job.state == Job.STOPPED and len(seen) == 4
    restart_job(county.act("archivist"), job=job)
    worker.run_job(queue.claim("w"))
    job.refresh_from_db()
    assert (job.state, job.result) == (Job.DONE, {"seen": 10})


def test_only_those_who_may_steer_jobs(a_task, data_folder):
    county = make_county()
    job = queue.enqueue(a_task(lambda running: None), title="x")
    with pytest.raises(NotPermitted):
        stop_job(county.act("supervisor"), job=job)


def test_a_refusal_is_the_jobs_error_and_a_defect_gets_an_id(a_task):
    def refuse(running):
        raise Refusal("没有空间", "no room")

    job = queue.enqueue(a_task(refuse), title="x")
    worker.run_job(queue.claim("w"))
    job.refresh_from_db()
    assert (job.state, job.error) == (Job.FAILED, "没有空间 / no room")

    def break_down(running):
        raise ZeroDivisionError

    job = queue.enqueue(a_task(break_down), title="x")
    worker.run_job(queue.claim("w"))
    job.refresh_from_db()
    assert job.state == Job.FAILED and job.error_id and job.error_id in job.error


def test_work_that_must_wait_is_put_back_without_counting_the_attempt(a_task):
    def wait(running):
        raise tasks_shelf.RetryLater(60, "磁盘已满")

    job = queue.enqueue(a_task(wait), title="x")
    worker.run_job(queue.claim("w"))
    job.refresh_from_db()
    assert (job.state, job.attempts, job.note) == (Job.WAITING, 0, "磁盘已满")
    assert queue.claim("w") is None


def test_a_worker_grown_too_large_ends_after_its_job_to_begin_anew(a_task):
    name = a_task(lambda running: None)
    jobs = [queue.enqueue(name, title="x", arguments={"number": n}) for n in (1, 2)]
    assert worker.run_worker(lambda: False, idle_exit=True, most_memory=1) is True
    assert sorted(Job.objects.values_list("state", flat=True)) == ["done", "waiting"]
    assert worker.run_worker(lambda: False, idle_exit=True) is False
    assert {Job.objects.get(pk=job.pk).state for job in jobs} == {"done"}
