"""The description form of a record type 著录表单, made from its elements."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from lantai.core.description import Element, RecordType
from lantai.core.schedules import Schedule
from lantai.core.terms import vocabulary
from lantai.foundation.refusal import localised

#: Given by the clause, by the rule, or by who the unit is: not to be typed.
GIVEN = frozenset(
    ["reference_code", "item_no", "fonds", "record_class", "retention", "level", "class2"]
)
MARKS = {"mandatory": "必著", "if-present": "有则必著", "optional": "选著"}
MARKS_EN = {"mandatory": "mandatory", "if-present": "if present", "optional": "optional"}


class DescriptionForm(forms.Form):
    """One field an element; a draft may leave any empty."""

    def __init__(
        self,
        data: Any = None,
        *,
        record_type: RecordType,
        values: Mapping[str, str],
        hints: Mapping[str, str],
        schedule: Schedule | None,
        offices: Any = (),
    ) -> None:
        super().__init__(data, initial={**hints, **{k: v for k, v in values.items() if v}})
        self.label_suffix = ""
        self.groups: dict[str, list[str]] = {"mandatory": [], "if-present": [], "optional": []}
        for element in record_type.elements:
            if element.name in GIVEN:
                continue
            field = _field(element, schedule)
            if hints.get(element.name) and not values.get(element.name):
                hinted = _("提自文件，请核对。")
                field.help_text = f"{hinted} {field.help_text}".strip()
            self.fields[element.name] = field
            self.groups[element.obligation].append(element.name)

    def main_fields(self) -> list[forms.BoundField]:
        """Mandatory and if-present elements."""
        return [self[name] for name in self.groups["mandatory"] + self.groups["if-present"]]

    def more_fields(self) -> list[forms.BoundField]:
        """Optional elements."""
        return [self[name] for name in self.groups["optional"]]

    def values(self) -> dict[str, str]:
        """The values as text."""
        return {name: str(value or "").strip() for name, value in self.cleaned_data.items()}


def _field(element: Element, schedule: Schedule | None) -> forms.Field:
    language = get_language() or "zh"
    label = element.label(language)
    mark = localised(MARKS[element.obligation], MARKS_EN[element.obligation])
    parts = [localised(element.help_zh, element.help_en), mark, element.standard]
    common: dict[str, Any] = {
        "label": label,
        "required": False,
        "help_text": " · ".join(part for part in parts if part),
    }
    if element.name == "organ" and schedule is not None and schedule.offices:
        choices = [(o.code, localised(o.label_zh, o.label_en)) for o in schedule.offices]
        return forms.ChoiceField(choices=[("", "—"), *choices], **common)
    if element.datatype == "code":
        words = vocabulary(element.vocabulary)
        choices = [(code, words.label(code, language)) for code in words.codes]
        return forms.ChoiceField(choices=[("", "—"), *choices], **common)
    if element.datatype == "lines":
        widget: forms.Widget = forms.Textarea(attrs={"rows": 2})
    elif element.name in {"title", "abstract", "notes"}:
        widget = forms.Textarea(attrs={"rows": 2})
    elif element.datatype in {"integer", "year"}:
        widget = forms.TextInput(attrs={"inputmode": "numeric"})
    else:
        widget = forms.TextInput()
    return forms.CharField(max_length=element.max_length, widget=widget, **common)
