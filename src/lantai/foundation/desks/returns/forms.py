"""Forms of the returns desk: opening a round, choosing rounds, bringing an offline file."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lantai.core.desks.offline import MOST_BYTES
from lantai.foundation.refusal import localised


class RoundForm(forms.Form):
    """What is asked, of whom, for which period, until when."""

    definition = forms.ChoiceField(label=_("报表"))
    owner = forms.ChoiceField(label=_("布置机构"))
    period = forms.RegexField(
        r"[0-9]{4}(-[0-9A-Za-z]{1,6})?", label=_("统计期"), max_length=20,
        help_text=_("年份，如 2025；季度如 2025-Q1"),
    )  # fmt: skip
    title = forms.CharField(label=_("标题"), max_length=200, required=False)
    due_date = forms.DateField(
        label=_("截止日期"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
    review_days = forms.IntegerField(
        label=_("每级审核期限（工作日）"), required=False, min_value=0, max_value=250,
        help_text=_("从截止日期起，逐级各给这么多个工作日；不填则各级与截止日期相同"),
    )  # fmt: skip

    def __init__(
        self, *args: Any, definitions: Iterable[Any] = (), owners: Iterable[Any] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        labels = [(d.id, localised(d.label_zh, d.label_en)) for d in definitions]
        self.fields["definition"].choices = labels  # type: ignore[attr-defined]
        self.fields["owner"].choices = [(o.code, o.name) for o in owners]  # type: ignore[attr-defined]


class OfflineFileForm(forms.Form):
    """The file an offline form exported."""

    file = forms.FileField(label=_("离线报送文件"), help_text=_("离线填报表导出的 .json 文件"))

    def clean_file(self) -> bytes:
        """Its bytes; one that is too large is cut, and refused by its reader."""
        return self.cleaned_data["file"].read(MOST_BYTES + 1)
