"""Forms of requests: the citizen's, the look-up, the rating, the clerk's."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.timezone import localdate
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from lantai.access.requests.identity import id_number_problem, phone_is_good, tidy_phone
from lantai.core.terms import vocabularies


def terms(name: str) -> list[tuple[str, str]]:
    """The choices of a vocabulary in the reader's language."""
    return vocabularies().get(name).choices(get_language() or "zh")


class RequestForm(forms.Form):
    """查档申请. There is no price field: use is free (档案法 art. 28)."""

    category = forms.ChoiceField(label=gettext_lazy("查什么档案"))
    person_concerned = forms.CharField(
        label=gettext_lazy("当事人姓名"), max_length=60, required=False,
        help_text=gettext_lazy("档案里记的是谁。查文件、图纸的可以不填。"),
    )  # fmt: skip
    clues = forms.CharField(
        label=gettext_lazy("查找线索"), min_length=4, max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("事由、文号、工作单位、曾用名等，越具体越容易查到。"),
    )  # fmt: skip
    years = forms.CharField(label=gettext_lazy("大致年代"), max_length=60, required=False,
                            help_text=gettext_lazy("如 1978 年，或 1975—1982 年。"))  # fmt: skip
    place = forms.CharField(label=gettext_lazy("地点或单位"), max_length=120, required=False)
    purpose = forms.ChoiceField(label=gettext_lazy("用途"))
    wanted = forms.ChoiceField(label=gettext_lazy("需要什么"))
    delivery = forms.ChoiceField(label=gettext_lazy("如何领取"))
    name = forms.CharField(label=gettext_lazy("您的姓名"), max_length=60)
    relation = forms.ChoiceField(label=gettext_lazy("与当事人的关系"))
    id_type = forms.ChoiceField(label=gettext_lazy("证件种类"))
    id_number = forms.CharField(label=gettext_lazy("证件号码"), max_length=40)
    phone = forms.CharField(
        label=gettext_lazy("联系电话"), max_length=30,
        help_text=gettext_lazy("查询进度时要用同一号码，请填本人能接听的电话。"),
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"}),
    )  # fmt: skip
    email = forms.EmailField(label=gettext_lazy("电子邮箱"), required=False)
    address = forms.CharField(label=gettext_lazy("邮寄地址"), max_length=200, required=False,
                              help_text=gettext_lazy("选择邮寄时填写。"))  # fmt: skip
    consent = forms.BooleanField(
        label=gettext_lazy(
            "我同意档案馆为办理本次查档处理以上个人信息。信息加密保存，每次查看都有记录。"
        )
    )
    website = forms.CharField(required=False, widget=forms.TextInput(
        attrs={"tabindex": "-1", "autocomplete": "off", "aria-hidden": "true"}))  # fmt: skip
    record = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field, vocabulary in (
            ("category", "request_category"), ("purpose", "request_purpose"),
            ("wanted", "use_mode"), ("delivery", "delivery_mode"),
            ("relation", "relation"), ("id_type", "id_document"),
        ):  # fmt: skip
            chosen = self.fields[field]
            assert isinstance(chosen, forms.ChoiceField)
            chosen.choices = [("", _("请选择")), *terms(vocabulary)]

    def clean_phone(self) -> str:
        """A number that can be called."""
        phone = tidy_phone(self.cleaned_data["phone"])
        if not phone_is_good(phone):
            raise ValidationError(
                _("电话号码不对：手机号为 11 位数字，座机请带区号，如 0700-5550118。")
            )
        return phone

    def clean(self) -> dict[str, Any]:
        """What depends on something else: the identity number, the address."""
        data = super().clean() or {}
        number = str(data.get("id_number", "")).strip().upper()
        if data.get("id_type") == "id_card" and number:
            problem = id_number_problem(number, localdate())
            if problem:
                self.add_error("id_number", _id_words(problem))
            data["id_number"] = number
        if data.get("delivery") == "express" and not data.get("address"):
            self.add_error("address", _("选择邮寄的，请填写邮寄地址。"))
        if data.get("delivery") == "email" and not data.get("email"):
            self.add_error("email", _("选择电子邮件的，请填写电子邮箱。"))
        return data

    @property
    def is_robot(self) -> bool:
        """The field no person sees was filled."""
        return bool(self.data.get("website"))


def _id_words(problem: str) -> str:
    return {
        "length": _("居民身份证号码应为 18 位，末位可以是 X。"),
        "date": _("身份证号码中的出生日期不对，请核对第 7 至 14 位。"),
        "check": _("身份证号码校验不符，可能有一位写错，请对照证件逐位核对。"),
    }[problem]


class StatusForm(forms.Form):
    """Number and phone."""

    number = forms.CharField(label=gettext_lazy("申请编号"), max_length=60,
                             help_text=gettext_lazy("提交后回执上的编号，如 CDYX-2026-00001。"))  # fmt: skip
    phone = forms.CharField(label=gettext_lazy("联系电话"), max_length=30,
                            help_text=gettext_lazy("申请时填写的号码。"))  # fmt: skip


class SupplementForm(forms.Form):
    """What was missing."""

    clues = forms.CharField(
        label=gettext_lazy("补充内容"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4})
    )


class RatingForm(forms.Form):
    """One to five."""

    score = forms.TypedChoiceField(
        label=gettext_lazy("您对这次服务"),
        coerce=int,
        widget=forms.RadioSelect,
        choices=[
            (5, gettext_lazy("非常满意")), (4, gettext_lazy("满意")), (3, gettext_lazy("基本满意")),
            (2, gettext_lazy("不满意")), (1, gettext_lazy("非常不满意")),
        ],
    )  # fmt: skip
    comment = forms.CharField(
        label=gettext_lazy("意见或建议"), max_length=500, required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip


class RevealForm(forms.Form):
    """Why the identity is looked at."""

    reason = forms.CharField(label=gettext_lazy("查看事由"), max_length=200,
                             help_text=gettext_lazy("如：核对证件、电话告知、邮寄。会记入台账。"))  # fmt: skip


class AttachForm(forms.Form):
    """A found record: its pages and what it says."""

    record = forms.UUIDField(widget=forms.HiddenInput)
    pages = forms.CharField(label=gettext_lazy("页次"), max_length=60, required=False)
    quote = forms.CharField(
        label=gettext_lazy("摘录原文"), max_length=4000, required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip


class ConsentForm(forms.Form):
    """The unit's word."""

    agreed = forms.TypedChoiceField(
        label=gettext_lazy("意见"), coerce=lambda value: value == "yes", widget=forms.RadioSelect,
        choices=[("yes", gettext_lazy("同意提供")), ("no", gettext_lazy("不同意提供"))],
    )  # fmt: skip
    opinion = forms.CharField(
        label=gettext_lazy("说明"), max_length=1000, required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip


class DeskFilter(forms.Form):
    """Which requests to list."""

    q = forms.CharField(label=gettext_lazy("编号或姓"), required=False, max_length=60)
    category = forms.ChoiceField(label=gettext_lazy("类别"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = self.fields["category"]
        assert isinstance(chosen, forms.ChoiceField)
        chosen.choices = [("", _("全部")), *terms("request_category")]
