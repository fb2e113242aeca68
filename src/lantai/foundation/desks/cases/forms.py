"""Forms made from what a definition asks with a transition."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from lantai.core.desks.cases import Field, Transition
from lantai.core.terms import vocabularies
from lantai.foundation.refusal import localised

SHORT = 200  # a text field that may be longer is written in a box of several lines


class TransitionForm(forms.Form):
    """What the person gives with one transition; the version they saw travels along."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, step: Transition, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("prefix", step.id)
        super().__init__(*args, **kwargs)
        self.step = step
        for entry in step.fields:
            self.fields[entry.name] = form_field(entry)

    def given(self) -> dict[str, Any]:
        """The clean values under the definition's own names."""
        values = {e.name: self.cleaned_data.get(e.name) for e in self.step.fields}
        return {k: v for k, v in values.items() if v not in (None, "")}


def form_field(entry: Field) -> forms.Field:
    """The form field of a definition's field."""
    label = localised(entry.label_zh, entry.label_en)
    options: dict[str, Any] = {"label": label, "required": entry.required}
    if entry.vocabulary:
        terms = vocabularies().get(entry.vocabulary)
        language = get_language() or "zh"
        choices = [("", "—"), *((t.code, t.label(language)) for t in terms)]
        return forms.ChoiceField(choices=choices, **options)
    if entry.datatype == "date":
        return forms.DateField(
            widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}), **options
        )
    if entry.datatype == "integer":
        return forms.IntegerField(**options)
    if entry.datatype == "boolean":
        return forms.BooleanField(**options)
    long = entry.datatype == "lines" or entry.max_length > SHORT
    widget = forms.Textarea(attrs={"rows": 3}) if long else forms.TextInput()
    return forms.CharField(max_length=entry.max_length, widget=widget, **options)


class CaseFilter(forms.Form):
    """Which cases to list."""

    definition = forms.ChoiceField(label=_("种类"), required=False)
    state = forms.ChoiceField(label=_("状态"), required=False)
    clock = forms.ChoiceField(
        label=_("期限"),
        required=False,
        choices=[("", _("全部")), ("over", _("已超期")), ("soon", _("三个工作日内到期"))],
    )
    institution = forms.ChoiceField(label=_("机构"), required=False)
    status = forms.ChoiceField(
        label=_("办理"),
        required=False,
        choices=[("", _("办理中")), ("closed", _("已办结")), ("all", _("全部"))],
    )
