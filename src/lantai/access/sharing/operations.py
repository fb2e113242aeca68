"""Verbs of sharing: offer a set, ask for a grant, grant, end, and write down each use."""

from __future__ import annotations

from datetime import date

from django.utils.timezone import localdate

from lantai.access.sharing.chart import APPROVAL, kind_named
from lantai.access.sharing.models import SharedSet, SharingGrant, SharingUse
from lantai.access.sharing.queries import bodies_of, grant_of
from lantai.catalogue.fonds.models import Fonds
from lantai.foundation.desks.cases.models import Case
from lantai.foundation.desks.cases.operations import open_case
from lantai.foundation.institutions.models import Institution
from lantai.foundation.operation import operation
from lantai.foundation.refusal import Conflict, NotPermitted, Refusal
from lantai.foundation.work import Act, keep, note

CASE = "data_sharing"


@operation(permission="sharing.offer", event="data_sharing")
def offer_set(
    act: Act, /, *, holder: Institution, kind: str, title: str, note_text: str = "", fonds: str = ""
) -> SharedSet:
    """Offer a data set; its kind says how it is shared."""
    kind_named(kind)
    if not title.strip():
        raise Refusal("请写数据集的名称。", "Give the set a name.")
    if fonds and not Fonds.objects.filter(holder=holder, code=fonds).exists():
        raise Refusal(f"本馆没有全宗 {fonds}。", f"There is no fonds {fonds} here.")
    Institution.objects.select_for_update().get(pk=holder.pk)
    stem = f"GX-{holder.code}-{localdate(act.at).year}-"
    count = SharedSet.objects.filter(number__startswith=stem).count()
    row = SharedSet.objects.create(
        number=f"{stem}{count + 1:03d}", holder=holder, kind=kind, title=title.strip()[:200],
        note=note_text.strip()[:4000], fonds=fonds, offered_by=act.by.urn, offered_at=act.at,
    )  # fmt: skip
    keep(row, kind="created")
    note(kind=kind, fonds=fonds)
    return row


@operation(permission="sharing.offer", event="data_sharing")
def withdraw_set(act: Act, /, *, shared: SharedSet) -> SharedSet:
    """Offer it no longer; grants end with it, what was used stays written."""
    row = SharedSet.objects.select_for_update().get(pk=shared.pk)
    if row.withdrawn_at:
        raise Conflict("已经停止共享。", "It was withdrawn already.")
    row.withdrawn_at = act.at
    row.save(update_fields=["withdrawn_at"])
    keep(row)
    for grant in row.grants.filter(ended_at=None):
        _end(act, grant)
    return row


@operation(permission="sharing.use", event="data_sharing")
def ask_grant(
    act: Act, /, *, shared: SharedSet, body: Institution, purpose: str, until: date
) -> Case:
    """Ask the archives for the use of a set: a case that lies with the archives."""
    if body not in bodies_of(act.by):
        raise NotPermitted("只能以本单位的名义申请。", "Ask in the name of your own body.")
    if kind_named(shared.kind).way != APPROVAL or body.pk == shared.holder_id:
        raise Refusal("这个数据集无须申请即可使用。", "This set is used without asking.")
    if not purpose.strip():
        raise Refusal("请写明用途。", "Say what it is for.")
    if until <= localdate(act.at):
        raise Refusal("授权期限须在今天以后。", "The grant must end after today.")
    if grant_of(shared, body):
        raise Conflict("本单位的授权还在期限内。", "Your body's grant is still in force.")
    waiting = Case.objects.filter(definition=CASE, closed_at=None, subject=shared.urn)
    if waiting.filter(parties__institution=body).exists():
        raise Conflict("本单位已经申请，正在办理。", "Your body has asked already.")
    return open_case(
        act, definition=CASE, institution=shared.holder, title="", subject=shared.urn,
        data={"shared_set": shared.number, "set_title": shared.title, "body": body.code,
              "purpose": purpose.strip()[:2000], "until": until.isoformat()},
    )  # fmt: skip


@operation(permission="sharing.offer", event="data_sharing")
def end_grant(act: Act, /, *, grant: SharingGrant) -> SharingGrant:
    """End a grant before its time, with a reason."""
    row = SharingGrant.objects.select_for_update().get(pk=grant.pk)
    if row.ended_at:
        raise Conflict("授权已经终止。", "The grant has ended already.")
    if not act.reason.strip():
        raise Refusal("终止授权须写明原因。", "Say why the grant ends.")
    return _end(act, row)


def _end(act: Act, grant: SharingGrant) -> SharingGrant:
    grant.ended_at = act.at
    grant.save(update_fields=["ended_at"])
    keep(grant)
    return grant


@operation(permission="sharing.use", event="data_use")
def note_use(
    act: Act, /, *, shared: SharedSet, body: Institution, channel: str, question: str, rows: int
) -> SharingUse:
    """Write down a use before its rows leave."""
    use = SharingUse.objects.create(
        shared_set=shared, body=body, by=act.by.urn, by_name=act.by.name, at=act.at,
        channel=channel, question=question.strip()[:200], rows=rows,
    )  # fmt: skip
    keep(use, kind="created")
    note(shared_set=shared.number, body=body.code, rows=rows, question=use.question)
    return use
