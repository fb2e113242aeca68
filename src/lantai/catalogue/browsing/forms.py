"""What people write about a fonds."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

TEXTS = ("history", "scope", "arrangement")


class FondsForm(forms.Form):
    """Name, years and the three texts of a fonds guide 全宗指南."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    name = forms.CharField(label=_("全宗名称"), max_length=200)
    name_en = forms.CharField(label=_("英文名称"), max_length=200, required=False)
    start_year = forms.IntegerField(label=_("起始年"), min_value=1, max_value=9999, required=False)
    end_year = forms.IntegerField(label=_("终止年"), min_value=1, max_value=9999, required=False)
    history = forms.CharField(label=_("立档单位沿革"), max_length=5000, required=False, widget=forms.Textarea(attrs={"rows": 4}))  # fmt: skip
    scope = forms.CharField(label=_("内容与范围"), max_length=5000, required=False, widget=forms.Textarea(attrs={"rows": 4}))  # fmt: skip
    arrangement = forms.CharField(label=_("整理说明"), max_length=5000, required=False, widget=forms.Textarea(attrs={"rows": 4}))  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """The end is not before the beginning."""
        cleaned = dict(super().clean() or {})
        first, last = cleaned.get("start_year"), cleaned.get("end_year")
        if first and last and last < first:
            self.add_error("end_year", _("终止年早于起始年。"))
        return cleaned

    def values(self, before: dict[str, Any] | None = None) -> dict[str, Any]:
        """As the operation takes them; other things said of the fonds stay."""
        data = self.cleaned_data
        texts = {name: data[name] for name in TEXTS}
        plain = {name: data[name] for name in ("name", "name_en", "start_year", "end_year")}
        return {**plain, "description": {**(before or {}), **texts}}


class NewFondsForm(FondsForm):
    """A fonds to be registered."""

    code = forms.RegexField(r"^[A-Za-z0-9]{1,12}$", label=_("全宗号"))
    field_order = ("code", "name")
