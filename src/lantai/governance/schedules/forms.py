"""Forms of schedules: clean values only."""

from __future__ import annotations

import tomllib
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lantai.governance.schedules.queries import GROUP, models, plan_of_group

LARGEST = 2 * 1024 * 1024  # a long schedule is 100 KB


class NewScheduleForm(forms.Form):
    """Adopt a model, or bring a file."""

    unit = forms.ChoiceField(label=_("单位"))
    model = forms.ChoiceField(
        label=_("示范表"), required=False, help_text=_("以示范表起草，再按本单位职能修改。")
    )
    file = forms.FileField(
        label=_("或导入文件（TOML）"),
        required=False,
        help_text=_("三张表写在一个文件里：门类、机构、条款。"),
    )
    version = forms.CharField(
        label=_("版本号"), required=False, max_length=40, help_text=_("留空则用表内的版本号。")
    )

    def __init__(self, *args: Any, units: list[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = [(unit.code, unit.name) for unit in units]
        self.fields["model"].choices = [
            ("", "—"),
            *([(GROUP, _("上级单位（集团）现行制度"))] if any(map(plan_of_group, units)) else []),
            *((m.id, m.title) for m in models()),
        ]

    def clean_file(self) -> dict[str, Any] | None:
        """The tables of the file, or the reason they cannot be read."""
        sent = self.cleaned_data["file"]
        if sent is None:
            return None
        if sent.size > LARGEST:
            raise forms.ValidationError(_("文件超过 2 MB，不像三合一制度。"))
        try:
            return tomllib.loads(sent.read().decode("utf-8"))
        except (UnicodeDecodeError, tomllib.TOMLDecodeError) as problem:
            raise forms.ValidationError(
                _("文件读不懂：%(problem)s"), params={"problem": problem}
            ) from None

    def clean(self) -> dict[str, Any]:
        """One of the two sources is needed."""
        values = super().clean() or {}
        if not self.errors and not values.get("model") and not values.get("file"):
            self.add_error("model", _("请选一份示范表，或导入文件。"))
        return values


class ApprovalForm(forms.Form):
    """The letter of approval."""

    number = forms.CharField(label=_("同意文号"), max_length=80)
    approved_on = forms.DateField(
        label=_("同意日期"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    effective_from = forms.DateField(
        label=_("施行日期"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
