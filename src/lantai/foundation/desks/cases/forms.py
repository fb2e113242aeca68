"""Forms made from what a definition asks with a transition."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from lantai.core.desks.cases import CaseDefinition, Field, Transition
from lantai.core.terms import vocabularies
from lantai.foundation.institutions.models import Institution
from lantai.foundation.refusal import localised

MOST_PLACES = 1000  # more are asked for by code
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
        return given_values(self.step.fields, self.cleaned_data)

    def uploads(self) -> dict[str, list[Any]]:
        """The files sent with the form, by field."""
        return uploads_of(self, self.step.fields)


class StartForm(forms.Form):
    """What is asked when a case is opened."""

    def __init__(self, rules: CaseDefinition, places: list[Institution], *args: Any, **kw: Any):
        super().__init__(*args, **kw)
        self.rules = rules
        self.fields["institution"] = forms.ChoiceField(
            label=_("以哪个机构的名义"), choices=[(p.code, p.name) for p in places]
        )
        if not rules.title:
            self.fields["title"] = forms.CharField(label=_("事由"), max_length=300)
        for entry in rules.fields:
            self.fields[entry.name] = form_field(entry)

    def given(self) -> dict[str, Any]:
        """The clean values under the definition's own names."""
        return given_values(self.rules.fields, self.cleaned_data)

    def uploads(self) -> dict[str, list[Any]]:
        """The files sent with the form, by field."""
        return uploads_of(self, self.rules.fields)


def given_values(entries: Sequence[Field], cleaned: dict[str, Any]) -> dict[str, Any]:
    """What was filled in; files travel apart."""
    values = {e.name: cleaned.get(e.name) for e in entries if e.datatype not in ("file", "files")}
    return {k: v for k, v in values.items() if v not in (None, "", [])}


def uploads_of(form: forms.Form, entries: Sequence[Field]) -> dict[str, list[Any]]:
    """Files by field, of those fields that take files."""
    found = {
        e.name: form.files.getlist(form.add_prefix(e.name))  # type: ignore[attr-defined]
        for e in entries
        if e.datatype in ("file", "files") and hasattr(form.files, "getlist")
    }
    return {name: files for name, files in found.items() if files}


class _ManyFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class _Files(forms.FileField):
    """Any number of files; what they hold is read where they are stored."""

    widget = _ManyFiles

    def clean(self, data: Any, initial: Any = None) -> Any:
        """Each by itself."""
        many = data if isinstance(data, (list, tuple)) else [data]
        return [super(_Files, self).clean(one, initial) for one in many]


class _Lines(forms.CharField):
    """One a line."""

    def to_python(self, value: Any) -> Any:
        """The lines that hold something."""
        return [line.strip() for line in str(value or "").splitlines() if line.strip()]

    def validate(self, value: Any) -> None:
        """Nothing given is nothing."""
        if self.required and not value:
            raise forms.ValidationError(self.error_messages["required"])

    def run_validators(self, value: Any) -> None:
        """The desk's rules judge the length."""


def form_field(entry: Field) -> forms.Field:
    """The form field of a definition's field."""
    label = localised(entry.label_zh, entry.label_en)
    options: dict[str, Any] = {
        "label": label, "required": entry.required,
        "help_text": localised(entry.help_zh, entry.help_en),
    }  # fmt: skip
    if entry.options:
        shown = [(code, localised(zh, en)) for code, zh, en in entry.options]
        return forms.ChoiceField(choices=[("", "—"), *shown], **options)
    if entry.datatype in _MAKERS:
        return _MAKERS[entry.datatype](entry, options)
    if entry.vocabulary:
        terms = vocabularies().get(entry.vocabulary)
        language = get_language() or "zh"
        choices = [("", "—"), *((t.code, t.label(language)) for t in terms)]
        return forms.ChoiceField(choices=choices, **options)
    if entry.datatype == "date":
        return forms.DateField(
            widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}), **options
        )
    long = entry.datatype == "lines" or entry.max_length > SHORT
    widget = forms.Textarea(attrs={"rows": 3}) if long else forms.TextInput()
    return forms.CharField(max_length=entry.max_length, widget=widget, **options)


def _places(entry: Field, options: dict[str, Any]) -> forms.Field:
    rows = Institution.objects.exclude(kind=Institution.PROVIDER).order_by("code")[:MOST_PLACES]
    return forms.ChoiceField(choices=[("", "—"), *((p.code, p.name) for p in rows)], **options)


def _number(entry: Field, options: dict[str, Any]) -> forms.Field:
    kind = forms.IntegerField if entry.datatype == "integer" else forms.FloatField
    return kind(min_value=entry.minimum, max_value=entry.maximum, **options)


_MAKERS: dict[str, Callable[[Field, dict[str, Any]], forms.Field]] = {
    "institution": _places,
    "integer": _number,
    "number": _number,
    "money": _number,
    "boolean": lambda entry, options: forms.BooleanField(**options),
    "file": lambda entry, options: _Files(**options),
    "files": lambda entry, options: _Files(**options),
    "list": lambda entry, options: _Lines(widget=forms.Textarea(attrs={"rows": 3}), **options),
}


class CaseFilter(forms.Form):
    """Which cases to list."""

    q = forms.CharField(label=_("检索"), required=False, max_length=500)
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
    opened = forms.RegexField(
        r"[0-9]{4}-(0[1-9]|1[0-2])", label=_("立件月份"), required=False,
        widget=forms.TextInput(attrs={"type": "month"}),
    )  # fmt: skip
