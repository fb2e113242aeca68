"""Forms of supervision."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lantai.foundation.accounts.models import Person
from lantai.foundation.institutions.models import Institution


class DrawForm(forms.Form):
    """What a draw is to be: how many, from whom, about what."""

    title = forms.CharField(label=_("名称"), max_length=200)
    targets = forms.IntegerField(label=_("抽取单位数"), min_value=1, max_value=5000)
    inspectors = forms.IntegerField(
        label=_("每单位检查人员数"), min_value=2, max_value=9, initial=2
    )
    items = forms.CharField(
        label=_("检查事项"), widget=forms.Textarea(attrs={"rows": 4}), help_text=_("一行一项。")
    )
    weighted = forms.CharField(
        label=_("提高概率的单位"), required=False, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("有投诉或严重问题的：一行写 单位代码 权重，如 MZ 3。"),
    )  # fmt: skip
    recusals = forms.CharField(
        label=_("回避"), required=False, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("一行写 检查人员账号 单位代码。"),
    )  # fmt: skip

    def clean_weighted(self) -> dict[str, int]:
        """Weights by code."""
        return {
            code: int(weight) for code, weight in self._pairs("weighted") if self._whole(weight)
        }

    def clean_recusals(self) -> list[list[str]]:
        """Pairs of inspector and body."""
        return [[who, code] for who, code in self._pairs("recusals")]

    def _whole(self, text: str) -> bool:
        if not text.isdecimal() or not 1 <= int(text) <= 100:
            raise forms.ValidationError(_("权重须为 1 到 100 的整数。"))
        return True

    def _pairs(self, name: str) -> list[tuple[str, str]]:
        found = []
        for line in (self.cleaned_data.get(name) or "").splitlines():
            words = line.split()
            if words and len(words) != 2:
                raise forms.ValidationError(_("每行须写两项，用空格分开。"))
            if words:
                found.append((words[0], words[1]))
        return found

    def lists(self, bodies: Iterable[Institution], people: Iterable[Person]) -> dict[str, Any]:
        """The lists as the draw takes them."""
        values = self.cleaned_data
        return {
            "rule": {"targets": values["targets"], "inspectors": values["inspectors"]},
            "items": [line.strip() for line in values["items"].splitlines() if line.strip()],
            "targets": [
                {"id": b.code, "name": b.name, "weight": values["weighted"].get(b.code, 1)}
                for b in bodies
            ],
            "inspectors": [
                {"id": p.username, "name": p.name,
                 "body": body.institution.code if (body := p.assignments.first()) else ""}
                for p in people
            ],
            "recusals": values["recusals"],
        }  # fmt: skip
