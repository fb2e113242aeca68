"""Schedules 三合一: classification scheme, filing scope and retention table in one."""

from lantai.core.schedules.filing import Suggestion, next_item_code, suggest
from lantai.core.schedules.schedule import (
    Category,
    Clause,
    Office,
    Schedule,
    ScheduleError,
    load_schedule,
    schedules,
)
from lantai.core.schedules.validity import ScheduleProblem, validate_schedule

__all__ = [
    "Category",
    "Clause",
    "Office",
    "Schedule",
    "ScheduleError",
    "ScheduleProblem",
    "Suggestion",
    "load_schedule",
    "next_item_code",
    "schedules",
    "suggest",
    "validate_schedule",
]
