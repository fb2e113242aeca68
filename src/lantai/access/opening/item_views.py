"""Pages of one item under review: its content beside the hits, and the decision."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from lantai.access.opening import operations, presenting, publishing
from lantai.access.opening.due_rules import default_next_review
from lantai.access.opening.forms import OpinionForm, ReturnForm, TitleForm, VerdictForm
from lantai.access.opening.models import OpeningItem, ReadingProof
from lantai.access.opening.queries import unit_of
from lantai.access.opening.reading import is_drawn, path_of, units_of, unread_of
from lantai.access.viewing.presenting import inner_parts
from lantai.catalogue.records.models import Component
from lantai.core.formats.access_copy import NotAvailable, render_page
from lantai.core.formats.sandbox import ParseFailed
from lantai.foundation.desks.cases.presenting import state_label
from lantai.foundation.desks.cases.queries import case_for, definition_of, is_insider
from lantai.foundation.policy import decide, require
from lantai.foundation.refusal import NotFound
from lantai.foundation.work import Act
from lantai.governance.access_rules.visibility import may_see
from lantai.preservation.depositing.queries import component_file, open_component

WIDTH = 1400  # pixels of a page image: enough to read small print
TEXT_AT_ONCE = 40  # pages of text on one screen
DECIDING = {"first": "first", "second": "second", "council": "council"}


def _item(request: HttpRequest, pk: int) -> OpeningItem:
    row = (
        OpeningItem.objects.select_related(
            "case__institution", "record__fonds", "record__holder", "record__creating_unit", "unit"
        )
        .filter(pk=pk)
        .first()
    )
    if row is None:
        raise NotFound("没有找到这个审核条目。", "No such item.")
    case_for(request.user, row.case.number)
    return row


@require_GET
@login_required
def item(request: HttpRequest, pk: int) -> HttpResponse:
    """One item: opening this page shows its text, and that is kept as proof of reading."""
    require(request.user, "cases.see")
    row = _item(request, pk)
    if not is_insider(request.user, row.case):
        return _outside_item(request, row)
    require(request.user, "opening.see", case=row.case)
    at = max(0, int(request.GET["text"])) if request.GET.get("text", "").isdigit() else 0
    readable = may_see(request.user, row.record)
    content = _content(request, row, at) if readable else {}
    unread = unread_of([row], request.user)[row.pk]  # type: ignore[arg-type]
    return render(
        request,
        "access/opening/item.html",
        {
            "item": row,
            "case": row.case,
            "readable": readable,
            "state_label": state_label(definition_of(row.case), row.case.state),
            "facts": presenting.item_facts(row),
            "title_spans": presenting.spans_of(row, "title"),
            "hits": presenting.hit_rows(row),
            "reason": row.suggestion_reason,
            "suggestion": presenting.item_row(row)["suggestion"],
            "opinions": presenting.opinions(row),
            "unread": len(unread),
            "form": _verdict_form(request, row) if not unread else None,
            "return_form": ReturnForm(initial={"version": row.version}, prefix="back"),
            "may_return": row.case.state == "second",
            "same_person": row.case.state == "second" and row.first_by == request.user.urn,  # type: ignore[union-attr]
            **content,
            **_neighbours(row),
        },
    )


def _verdict_form(request: HttpRequest, row: OpeningItem) -> VerdictForm | None:
    stage = row.case.state
    permission = "opening.deliberate" if stage == "council" else "opening.review"
    if stage not in DECIDING or not decide(request.user, permission, item=row):
        return None
    if stage == "council" and not row.doubtful:
        return None
    stand = row.stand
    initial = {
        "version": row.version,
        "conclusion": stand["conclusion"] or row.suggestion,
        "ground": stand["ground"] or row.suggestion_ground,
        "next_review": stand["next_review"] or default_next_review(localdate()),
        "doubtful": row.doubtful,
    }
    return VerdictForm(initial=initial)


def _content(request: HttpRequest, row: OpeningItem, at: int) -> dict[str, Any]:
    """Texts (some pages at once) and files; what is shown here is kept as opened."""
    record = row.record
    components = list(record.components.order_by("sequence", "pk"))
    texts = list(record.texts.select_related("component").order_by("component_id", "page"))
    part = texts[at : at + TEXT_AT_ONCE]
    units = units_of(components, texts)
    shown = {(text.component_id, text.page) for text in part}
    act = Act(by=request.user)
    if decide(request.user, "opening.review", item=row):
        by_text = [u for u in units if (u.component, u.page) in shown]
        _prove(act, row, by_text, ReadingProof.TEXT)
        described = [u for u in units if ReadingProof.DESCRIPTION in u.shown_as]
        _prove(act, row, described, ReadingProof.DESCRIPTION)
    return {
        "texts": [
            {"page": text.page, "name": text.component.name if text.component else "",
             "text": text.text, "spans": presenting.spans_of(row, path_of(text), text.page)}
            for text in part
        ],
        "viewers": [_viewer(row, component, texts) for component in components],
        "text_next": at + TEXT_AT_ONCE if at + TEXT_AT_ONCE < len(texts) else None,
        "text_total": len(texts),
        "description_only": not components and not texts,
    }  # fmt: skip


def _prove(act: Act, row: OpeningItem, units: list[Any], shown_as: str) -> None:
    unread = unread_of([row], act.by)[row.pk]
    fresh = [unit for unit in units if unit in unread]
    if fresh:
        operations.open_content(act, item=row, units=fresh, shown_as=shown_as)


def _viewer(row: OpeningItem, component: Component, texts: list[Any]) -> dict[str, Any]:
    written = {t.page: t.text for t in texts if t.component_id == component.pk}
    pages = [
        {
            "image": reverse("opening:page", args=[row.pk, component.pk, n]),
            "label": str(n),
            "text": written.get(n, ""),
        }
        for n in range(1, (component.pages or 1) + 1)
    ]
    return {
        "component": component,
        "id": f"component-{component.pk}",
        "drawn": is_drawn(component),
        "pages": pages,
        "file": reverse("opening:file", args=[row.pk, component.pk]),
        **inner_parts(component, [row.record.uid, component.pk]),
    }


def _neighbours(row: OpeningItem) -> dict[str, Any]:
    rows = row.case.opening_items
    before = rows.filter(position__lt=row.position).order_by("-position").first()
    after = rows.filter(position__gt=row.position).order_by("position").first()
    return {"before": before, "after": after}


@require_GET
@login_required
def page_image(request: HttpRequest, pk: int, component: int, page: int) -> HttpResponse:
    """A page of the item as an image; sending it is kept as proof of reading."""
    row, part = _readable_part(request, pk, component)
    path = component_file(part)
    if path is None:
        raise NotFound(
            "这个文件此刻不能显示，请打开整个文件查看。", "The file cannot be shown; open it whole."
        )
    try:
        image = render_page(path, page, WIDTH)
    except (NotAvailable, ParseFailed) as problem:
        raise NotFound(
            f"第 {page} 页不能显示（{problem.message_zh}），请打开整个文件查看。",
            f"Page {page} cannot be shown ({problem.message_en}); open the whole file.",
        ) from problem
    _prove_part(request, row, part, page, ReadingProof.IMAGE)
    return HttpResponse(image, content_type="image/png")


@require_GET
@login_required
def whole_file(request: HttpRequest, pk: int, component: int) -> FileResponse:
    """The whole file, handed over; kept as proof of reading."""
    row, part = _readable_part(request, pk, component)
    stream = open_component(part)
    _prove_part(request, row, part, 0, ReadingProof.FILE)
    return FileResponse(stream, as_attachment=True, filename=part.name.rsplit("/", 1)[-1])


def _readable_part(request: HttpRequest, pk: int, component: int) -> tuple[OpeningItem, Component]:
    row = _item(request, pk)
    require(request.user, "opening.see", case=row.case)
    part = row.record.components.select_related("record").filter(pk=component).first()
    if part is None or not may_see(request.user, row.record):
        raise NotFound("没有找到这个文件，或您不能查看。", "No such file, or you may not see it.")
    return row, part


def _prove_part(
    request: HttpRequest, row: OpeningItem, part: Component, page: int, shown_as: str
) -> None:
    if not decide(request.user, "opening.review", item=row):
        return
    texts = row.record.texts.all()
    mine = [u for u in units_of([part], texts) if u.component == part.pk]
    act = Act(by=request.user)
    if shown_as == ReadingProof.FILE:
        if not ReadingProof.objects.filter(
            item=row, person=request.user, component=part, page=0, shown_as=shown_as
        ).exists():
            whole = operations.Unit(part.pk, 0, frozenset({shown_as}))
            operations.open_content(act, item=row, units=[whole], shown_as=shown_as)
        return
    _prove(act, row, [u for u in mine if u.page == page and shown_as in u.shown_as], shown_as)


@require_POST
@login_required
def conclude(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep a conclusion, at whatever stage the batch is."""
    row = _item(request, pk)
    form = VerdictForm(request.POST)
    if not form.is_valid():
        for problems in form.errors.values():
            messages.error(request, " ".join(str(p) for p in problems))
        return redirect("opening:item", row.pk)
    given: dict[str, Any] = {
        "item": row, "verdict": form.verdict(), "version": form.cleaned_data["version"],
    }  # fmt: skip
    act = Act(by=request.user)
    if row.case.state == "council":
        operations.deliberate(act, **given)
    elif row.case.state == "second":
        operations.conclude_second(act, doubtful=form.cleaned_data["doubtful"], **given)
    else:
        operations.conclude_first(act, doubtful=form.cleaned_data["doubtful"], **given)
    messages.success(request, _("第 {n} 件的结论已保存。").format(n=row.position))
    after = _neighbours(row)["after"]
    if request.POST.get("then") == "next" and after:
        return redirect("opening:item", after.pk)
    return redirect("opening:item", row.pk)


@require_POST
@login_required
def send_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Return an item to first review."""
    row = _item(request, pk)
    form = ReturnForm(request.POST, prefix="back")
    if not form.is_valid():
        messages.error(request, _("请写明退回理由。"))
        return redirect("opening:item", row.pk)
    operations.return_item(
        Act(by=request.user), item=row, reason=form.cleaned_data["reason"],
        version=form.cleaned_data["version"],
    )  # fmt: skip
    messages.success(request, _("已注明退回；整批退回初审时一并生效。"))
    return redirect("opening:item", row.pk)


def _outside_item(request: HttpRequest, row: OpeningItem) -> HttpResponse:
    """The unit's page of an item: its description and text, the conclusion, its own opinion."""
    unit = unit_of(row.case)
    require(request.user, "opening.opine", item=row, unit=unit)
    may_read = may_see(request.user, row.record)
    form = OpinionForm(
        initial={"version": row.version, "opinion": row.unit_opinion, "remark": row.unit_note}
    )
    context = {
        "item": row,
        "case": row.case,
        "row": presenting.outside_row(row),
        "facts": presenting.item_facts(row),
        "texts": row.record.texts.order_by("component_id", "page")[:200] if may_read else [],
        "form": form if row.case.state == "unit" else None,
        **_neighbours(row),
    }
    return render(request, "access/opening/outside_item.html", context)


@require_POST
@login_required
def opine(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep the unit's opinion."""
    row = _item(request, pk)
    form = OpinionForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("请选择同意或不同意。"))
        return redirect("opening:item", row.pk)
    operations.opine(
        Act(by=request.user), item=row, opinion=form.cleaned_data["opinion"],
        remark=form.cleaned_data["remark"], version=form.cleaned_data["version"],
    )  # fmt: skip
    messages.success(request, _("第 {n} 件的意见已保存。").format(n=row.position))
    after = _neighbours(row)["after"]
    return (
        redirect("opening:item", after.pk) if after else redirect("opening:review", row.case.number)
    )


@login_required
def title(request: HttpRequest, pk: int) -> HttpResponse:
    """Mask the public title of an item."""
    row = _item(request, pk)
    require(request.user, "opening.publish", case=row.case)
    initial = {"version": row.version, "public_title": row.shown_title}
    form = TitleForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        publishing.mask_title(
            Act(by=request.user), case=row.case, item=row,
            public_title=form.cleaned_data["public_title"], version=form.cleaned_data["version"],
        )  # fmt: skip
        messages.success(request, _("公布题名已保存。"))
        return redirect("opening:publish", row.case.number)
    return render(
        request, "access/opening/title.html", {"item": row, "case": row.case, "form": form}
    )
