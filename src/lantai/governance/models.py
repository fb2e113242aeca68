"""Gathers governance's nouns for Django."""

from lantai.governance.schedules.models import SchedulePlan

__all__ = ["SchedulePlan"]
