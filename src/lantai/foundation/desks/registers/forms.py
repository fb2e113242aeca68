"""Forms made from a register's definition: an entry, the filters above a list."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lantai.core.desks.register_definition import RegisterDefinition, RegisterField
from lantai.core.desks.register_values import read_entry, shown_value, words_of
from lantai.foundation.desks.measures import with_measure
from lantai.foundation.refusal import localised

SHORT = 300  # a longer text field is written in a box of several lines


class EntryForm(forms.Form):
    """An entry; the definition's own rules judge it, the same as in an import."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(
        self, definition: RegisterDefinition, *args: Any, places: Iterable[Any] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.definition = definition
        places = list(places)
        if len(places) > 1:
            self.fields["kept_at"] = forms.ChoiceField(
                label=_("登记机构"), choices=[(p.code, p.name) for p in places]
            )
        for entry in definition.shown:
            self.fields[entry.name] = form_field(entry)

    def clean(self) -> dict[str, Any]:
        """Judge the values by the definition and put each problem at its field."""
        given = {e.name: self.data.get(e.name) for e in self.definition.shown if e.type != "codes"}
        for entry in self.definition.shown:
            if entry.type == "codes":
                given[entry.name] = _many(self.data, entry.name)
            if entry.type == "boolean" and given[entry.name] is None:
                given[entry.name] = ""
        self.values, problems = read_entry(self.definition, given)
        for problem in problems:
            if problem.field in self.fields and not self.has_error(problem.field):
                self.add_error(problem.field, localised(problem.message_zh, problem.message_en))
        return self.cleaned_data

    def groups(self) -> list[tuple[str, list[Any]]]:
        """(heading, bound fields) as the definition groups them."""
        found: list[tuple[str, list[Any]]] = []
        for entry in self.definition.shown:
            heading = localised(entry.group_zh, entry.group_en)
            if not found or (heading and found[-1][0] != heading):
                found.append((heading, []))
            found[-1][1].append(self[entry.name])
        return found


def _many(data: Any, name: str) -> list[str]:
    return list(data.getlist(name)) if hasattr(data, "getlist") else list(data.get(name) or [])


def initial_of(definition: RegisterDefinition, values: Mapping[str, Any]) -> dict[str, Any]:
    """What a form shows of an entry's values."""
    return {
        entry.name: values.get(entry.name)
        if entry.has_words or entry.type == "boolean"
        else shown_value(entry, values.get(entry.name))
        for entry in definition.fields
        if entry.name in values
    }


def form_field(entry: RegisterField) -> forms.Field:
    """The form field of a definition's field; what it may hold is judged by the definition."""
    label = localised(entry.label_zh, entry.label_en)
    if entry.unit:
        label = with_measure(label, entry.unit)
    options: dict[str, Any] = {"label": label, "required": False, "initial": entry.default}
    options["help_text"] = localised(entry.help_zh, entry.help_en)
    if entry.has_words:
        choices = [(w.code, localised(w.zh, w.en)) for w in words_of(entry)]
        if entry.type == "codes":
            widget = forms.CheckboxSelectMultiple()
            return _starred(
                entry, forms.MultipleChoiceField(choices=choices, widget=widget, **options)
            )
        return _starred(entry, forms.ChoiceField(choices=[("", "—"), *choices], **options))
    if entry.type == "boolean":
        return _starred(entry, forms.BooleanField(**options))
    if entry.is_number:
        attrs = {"inputmode": "decimal"}
        return _starred(entry, forms.CharField(widget=forms.TextInput(attrs=attrs), **options))
    if entry.type == "date":
        if not options["help_text"]:
            options["help_text"] = _("如 2024-05-01、1931年、民国二十六年七月")
        return _starred(entry, forms.CharField(**options))
    long = entry.type == "lines" or entry.max_length > SHORT
    widget = forms.Textarea(attrs={"rows": 3}) if long else forms.TextInput()
    return _starred(entry, forms.CharField(widget=widget, **options))


def _starred(entry: RegisterField, made: forms.Field) -> forms.Field:
    """The field with its star when it must be filled in; the definition refuses, not the widget."""
    made.required = entry.required
    made.widget.is_required = False
    made.validate = lambda value: None  # type: ignore[method-assign]
    return made
