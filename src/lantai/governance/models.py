"""Gathers governance's nouns for Django."""

from lantai.governance.cockpit.models import BodyReadings
from lantai.governance.examinations.models import AnswerSheet, Examination
from lantai.governance.linking.models import LinkedPlatform, LinkedReport
from lantai.governance.schedules.models import SchedulePlan
from lantai.governance.supervision.models import Draw, SiteCheck

__all__ = [
    "AnswerSheet",
    "BodyReadings",
    "Draw",
    "Examination",
    "LinkedPlatform",
    "LinkedReport",
    "SchedulePlan",
    "SiteCheck",
]
