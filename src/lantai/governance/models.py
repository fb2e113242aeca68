"""Gathers governance's nouns for Django."""

from lantai.governance.schedules.models import SchedulePlan
from lantai.governance.supervision.models import Draw, SiteCheck

__all__ = ["Draw", "SchedulePlan", "SiteCheck"]
