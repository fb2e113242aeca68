"""The describe form 著录表单, made from the record type."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lantai.catalogue.records.fields import description_of
from lantai.catalogue.records.models import Record
from lantai.catalogue.records.presenting import language, type_of
from lantai.core.description.element import Element
from lantai.core.description.record_type import known_element
from lantai.core.description.validation import validate_description
from lantai.core.terms import vocabulary

READ_ONLY = frozenset({"fonds", "fonds_name", "archives_code", "creating_unit", "level"})
LONG = 300


class DescribeForm(forms.Form):
    """One field an element, in the order of the type; ``version`` is the one that was read."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, record: Record, **kwargs: Any) -> None:
        self.record, self.kind = record, type_of(record)
        self.before = description_of(record)
        kwargs.setdefault("initial", {**self.before, "version": record.version})
        super().__init__(*args, **kwargs)
        for element in self.kind.elements:
            if element.name not in READ_ONLY:
                self.fields[element.name] = _field(element, str(self.before.get(element.name, "")))
        for name in self.before:  # what another type left here can be seen, and cleared
            if name in READ_ONLY or name in self.kind.by_name:
                continue
            if element := known_element(name):
                self.fields[name] = _field(element, str(self.before[name]))
        self.fields["edit_reason"] = forms.CharField(
            label=_("修改缘由"), required=False, max_length=300,
            help_text=_("写进著录沿革和审计台账。"),
        )  # fmt: skip

    def values(self) -> dict[str, str]:
        """The elements as they were filled in."""
        return {
            name: str(value or "").strip()
            for name, value in self.cleaned_data.items()
            if name not in {"version", "edit_reason"}
        }

    def clean(self) -> dict[str, Any]:
        """Tell each field what the type's rules say of it."""
        cleaned = dict(super().clean() or {})
        merged = {
            **self.before,
            **{k: str(v or "") for k, v in cleaned.items() if k in self.fields},
        }
        for name in ("version", "edit_reason"):
            merged.pop(name, None)
        for problem in validate_description(self.kind, merged):
            words = problem.message_en if language() == "en" else problem.message_zh
            self.add_error(problem.element if problem.element in self.fields else None, words)
        return cleaned


def _field(element: Element, current: str) -> forms.Field:
    common: dict[str, Any] = {
        "label": element.label(language()),
        "required": False,  # the type's rules say what is missing, in their words
        "help_text": element.help_en if language() == "en" else element.help_zh,
    }
    if element.vocabulary:
        choices = [("", "—"), *vocabulary(element.vocabulary).choices(language())]
        if current and current not in dict(choices):
            choices.append((current, current))
        return forms.ChoiceField(choices=choices, **common)
    wide = element.datatype == "lines" or element.max_length > LONG
    widget = forms.Textarea(attrs={"rows": 3}) if wide else forms.TextInput()
    return forms.CharField(max_length=element.max_length, widget=widget, **common)
