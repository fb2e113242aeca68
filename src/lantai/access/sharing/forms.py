"""Forms of sharing."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lantai.access.sharing.chart import chart
from lantai.foundation.institutions.models import Institution
from lantai.foundation.refusal import localised


class OfferForm(forms.Form):
    """A data set to be offered."""

    title = forms.CharField(label=_("名称"), max_length=200)
    kind = forms.ChoiceField(label=_("类别"))
    fonds = forms.CharField(
        label=_("全宗号"), max_length=20, required=False, help_text=_("空着即全馆。")
    )
    note_text = forms.CharField(
        label=_("说明"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["kind"].choices = [  # type: ignore[attr-defined]
            (kind.id, localised(kind.zh, kind.en)) for kind in chart().kinds.values()
        ]


class AskForm(forms.Form):
    """What a body asks a grant for."""

    body = forms.ChoiceField(label=_("使用单位"))
    purpose = forms.CharField(label=_("用途"), widget=forms.Textarea(attrs={"rows": 3}))
    until = forms.DateField(label=_("使用到"), widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, bodies: list[Institution], *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["body"].choices = [(b.code, b.name) for b in bodies]  # type: ignore[attr-defined]
