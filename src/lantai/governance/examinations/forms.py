"""Forms of examinations."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lantai.core.desks.register_values import words_of
from lantai.core.examining import KINDS
from lantai.foundation.desks.registers.definitions import definition_of
from lantai.foundation.refusal import localised
from lantai.governance.examinations.models import Examination
from lantai.governance.examinations.queries import BANK


class ExaminationForm(forms.Form):
    """What is asked, how long it takes, who may sit it."""

    title = forms.CharField(label=_("名称"), max_length=200)
    single = forms.IntegerField(label=_("单选题"), min_value=0, max_value=200, initial=10)
    multiple = forms.IntegerField(label=_("多选题"), min_value=0, max_value=200, initial=5)
    judge = forms.IntegerField(label=_("判断题"), min_value=0, max_value=200, initial=5)
    topic = forms.ChoiceField(label=_("知识点"), required=False)
    minutes = forms.IntegerField(label=_("限时（分钟）"), min_value=1, max_value=600, initial=60)
    pass_score = forms.IntegerField(label=_("合格分数"), min_value=1, max_value=100, initial=60)
    closes_at = forms.DateTimeField(
        label=_("截止时间"), widget=forms.DateTimeInput(attrs={"type": "datetime-local"})
    )
    open_to = forms.ChoiceField(
        label=_("参加范围"),
        choices=[(Examination.UNITS, _("本馆和进馆单位")), (Examination.OWN, _("本馆"))],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        topics = words_of(definition_of(BANK).by_field["topic"])
        choices = [("", _("全部")), *((w.code, localised(w.zh, w.en)) for w in topics)]
        self.fields["topic"].choices = choices  # type: ignore[attr-defined]

    @property
    def wanted(self) -> dict[str, int]:
        """How many questions of each kind."""
        return {kind: self.cleaned_data[kind] for kind in KINDS}
