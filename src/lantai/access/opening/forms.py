"""Turn what reviewers enter into clean values."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from lantai.access.opening.deciding import Verdict
from lantai.access.opening.models import CONCLUSIONS
from lantai.core.terms import vocabularies


def term_choices(name: str, codes: tuple[str, ...] = ()) -> list[tuple[str, str]]:
    """(code, words) of a vocabulary in the reader's language."""
    language = get_language() or "zh"
    terms = vocabularies().get(name)
    return [(t.code, t.label(language)) for t in terms if not codes or t.code in codes]


class VerdictForm(forms.Form):
    """A conclusion on one item; ``version`` is the one the reviewer saw."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    conclusion = forms.ChoiceField(label=_("结论"), widget=forms.RadioSelect)
    ground = forms.ChoiceField(
        label=_("延期理由"), required=False, help_text=_("延期开放和不开放必须选择。")
    )
    next_review = forms.DateField(
        label=_("下次审核日期"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text=_("除开放以外都要填写。"),
    )
    opinion = forms.CharField(
        label=_("意见"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )
    doubtful = forms.BooleanField(label=_("存疑，提请会商"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["conclusion"].choices = term_choices("access_status", CONCLUSIONS)  # type: ignore[attr-defined]
        grounds = [(code, f"{code} {words}") for code, words in term_choices("delay_ground")]
        self.fields["ground"].choices = [("", "—"), *grounds]  # type: ignore[attr-defined]

    def verdict(self) -> Verdict:
        """What was entered."""
        values = self.cleaned_data
        return Verdict(
            values["conclusion"], values["ground"], values["opinion"], values["next_review"]
        )


class ReturnForm(forms.Form):
    """Why an item goes back to first review."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(
        label=_("退回理由"), max_length=1000, widget=forms.Textarea(attrs={"rows": 2})
    )


class OpinionForm(forms.Form):
    """The creating unit's opinion on one item."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    opinion = forms.ChoiceField(
        label=_("单位意见"),
        choices=[("agree", _("同意")), ("disagree", _("不同意"))],
        widget=forms.RadioSelect,
    )
    remark = forms.CharField(
        label=_("理由"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("不同意的，请写明理由。"),
    )  # fmt: skip


class TitleForm(forms.Form):
    """The title the public reads."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    public_title = forms.CharField(label=_("公布题名"), max_length=1000, required=False)


class PublishForm(forms.Form):
    """The day of publication and the version of the case that was seen."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    day = forms.DateField(
        label=_("公布日期"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )


class TakeDownForm(forms.Form):
    """Why a published record is withdrawn."""

    reason = forms.CharField(
        label=_("撤回理由"), max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )
