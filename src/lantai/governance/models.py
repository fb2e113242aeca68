"""Gathers governance's nouns for Django."""

from lantai.governance.examinations.models import AnswerSheet, Examination
from lantai.governance.schedules.models import SchedulePlan
from lantai.governance.supervision.models import Draw, SiteCheck

__all__ = ["AnswerSheet", "Draw", "Examination", "SchedulePlan", "SiteCheck"]
