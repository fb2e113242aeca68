"""Gathers the foundation's nouns for Django."""

from lantai.foundation.accounts.models import Assignment, LoginAttempt, Person
from lantai.foundation.changes.models import Change, FollowerCursor
from lantai.foundation.desks.adapting.models import Adaptation, KeptDefinition
from lantai.foundation.desks.attachments.models import Attachment
from lantai.foundation.desks.cases.models import Case, CaseParty, CaseStep
from lantai.foundation.desks.evaluations.models import Assessment, EvaluationRound, PanelMember
from lantai.foundation.desks.owed.models import Handed, Pressed
from lantai.foundation.desks.registers.models import RegisterEntry, RegisterRevision
from lantai.foundation.desks.returns.models import ReturnForm, ReturnRound, ReturnState, ReturnTotal
from lantai.foundation.inbox.models import InboxItem
from lantai.foundation.institutions.models import Institution
from lantai.foundation.jobs.models import Job
from lantai.foundation.ledger.models import LedgerEntry, LedgerHead, LedgerSubject
from lantai.foundation.site.models import SiteSetting

__all__ = [
    "Adaptation",
    "Assessment",
    "Assignment",
    "Attachment",
    "Case",
    "CaseParty",
    "CaseStep",
    "Change",
    "EvaluationRound",
    "FollowerCursor",
    "Handed",
    "InboxItem",
    "Institution",
    "Job",
    "KeptDefinition",
    "LedgerEntry",
    "LedgerHead",
    "LedgerSubject",
    "LoginAttempt",
    "PanelMember",
    "Person",
    "Pressed",
    "RegisterEntry",
    "RegisterRevision",
    "ReturnForm",
    "ReturnRound",
    "ReturnState",
    "ReturnTotal",
    "SiteSetting",
]
