"""Forms of supervision."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lantai.foundation.accounts.models import Person
from lantai.foundation.institutions.models import Institution

LARGEST_WEIGHT = 100


def sheet_columns(kind: str) -> tuple[str, str]:
    """The headings of a list of pairs: bodies with weights, inspectors with bodies."""
    return (_("单位"), _("权重")) if kind == "weighted" else (_("检查人员"), _("单位"))


class DrawForm(forms.Form):
    """What a draw is to be: how many, from whom, about what.

    ``weighted`` and ``recusals`` are pairs a line, parted by a tab (or a space); bodies by name or
    code, inspectors by name or account.
    """

    title = forms.CharField(label=gettext_lazy("名称"), max_length=200)
    targets = forms.IntegerField(label=gettext_lazy("抽取单位数"), min_value=1, max_value=5000)
    inspectors = forms.IntegerField(
        label=gettext_lazy("每单位检查人员数"), min_value=2, max_value=9, initial=2,
        help_text=gettext_lazy("不得少于两人。"),
    )  # fmt: skip
    items = forms.CharField(
        label=gettext_lazy("检查事项"), widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("一行一项。"),
    )  # fmt: skip
    weighted = forms.CharField(required=False, widget=forms.HiddenInput)
    recusals = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, bodies: Iterable[Institution], people: Iterable[Person], **more: Any
    ) -> None:
        super().__init__(*args, **more)
        self.bodies, self.people = list(bodies), list(people)
        self._codes = {b.name: b.code for b in self.bodies} | {b.code: b.code for b in self.bodies}
        self._accounts = {p.name: p.username for p in self.people}
        self._accounts |= {p.username: p.username for p in self.people}

    def clean_weighted(self) -> dict[str, int]:
        """Weights by code."""
        found = {}
        for name, weight in self._pairs("weighted"):
            if not weight.isdecimal() or not 1 <= int(weight) <= LARGEST_WEIGHT:
                raise forms.ValidationError(
                    _("“{name}”的权重须为 1 到 100 的整数。").format(name=name)
                )
            found[self._known(self._codes, name, _("名录里没有单位“{name}”。"))] = int(weight)
        return found

    def clean_recusals(self) -> list[list[str]]:
        """Pairs of inspector and body."""
        return [
            [
                self._known(self._accounts, who, _("没有检查人员“{name}”。")),
                self._known(self._codes, body, _("名录里没有单位“{name}”。")),
            ]
            for who, body in self._pairs("recusals")
        ]

    def _known(self, known: dict[str, str], name: str, refused: str) -> str:
        if name not in known:
            raise forms.ValidationError(refused.format(name=name))
        return known[name]

    def _pairs(self, name: str) -> list[tuple[str, str]]:
        found = []
        heads = sheet_columns(name)
        for line in (self.cleaned_data.get(name) or "").splitlines():
            words = _words(line)
            if not any(words) or tuple(words) == heads:
                continue
            if len(words) != 2 or not all(words):
                raise forms.ValidationError(_("“{line}”须写两项。").format(line=line.strip()))
            found.append((words[0], words[1]))
        return found

    def lists(self) -> dict[str, Any]:
        """The lists as the draw takes them."""
        values = self.cleaned_data
        return {
            "rule": {"targets": values["targets"], "inspectors": values["inspectors"]},
            "items": [line.strip() for line in values["items"].splitlines() if line.strip()],
            "targets": [
                {"id": b.code, "name": b.name, "weight": values["weighted"].get(b.code, 1)}
                for b in self.bodies
            ],
            "inspectors": [
                {"id": p.username, "name": p.name,
                 "body": body.institution.code if (body := p.assignments.first()) else ""}
                for p in self.people
            ],
            "recusals": values["recusals"],
        }  # fmt: skip


def _words(line: str) -> Sequence[str]:
    if "\t" in line:
        return [part.strip().strip('"') for part in line.split("\t")]
    return line.split()
