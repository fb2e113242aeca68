"""The form of an import: a file, for whom, whether it is only looked at."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _


class TableForm(forms.Form):
    """A file to be imported, and the institution it is for ("": a column of it says for whom)."""

    file = forms.FileField(label=_("文件"), help_text=_("xlsx、csv、json、jsonl；首行是列名"))
    place = forms.ChoiceField(label=_("登记机构"))
    dry_run = forms.BooleanField(label=_("只检查，不写入"), required=False)

    def __init__(
        self, *args: Any, places: Iterable[Any] = (), label: Any = "", by_column: bool = False,
        **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, **kwargs)
        place = self.fields["place"]
        place.label = label or place.label
        place.required = not by_column
        named = [(p.code, p.name) for p in places]
        free = [("", _("由表中“单位代码”一列写明"))] if by_column else []
        place.choices = [*free, *named]  # type: ignore[attr-defined]


def cell_notes() -> list[str]:
    """How a table of many bodies' values is written."""
    return [
        gettext("每行一个单位、每列一个指标；也可以每行一个值，列名写“单位代码、指标、值、说明”。"),
        gettext("空格不改动原来的值；导入只保存，不代替提交或报送。"),
    ]
