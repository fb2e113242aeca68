"""Turn what people type about accounts into clean values."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from lantai.foundation.institutions.models import Institution
from lantai.foundation.policy import roles


class LoginForm(forms.Form):
    """Name and password."""

    username = forms.CharField(label=_("用户名"), max_length=60)
    password = forms.CharField(label=_("密码"), max_length=200, widget=forms.PasswordInput)


class PersonForm(forms.Form):
    """A new account."""

    username = forms.RegexField(
        r"^[a-z][a-z0-9._-]{2,59}$",
        label=_("用户名"),
        help_text=_("小写字母开头，3 至 60 个字母、数字、点或横线。"),
    )
    name = forms.CharField(label=_("姓名"), max_length=100)


class AssignmentForm(forms.Form):
    """A role at an institution."""

    institution = forms.ModelChoiceField(
        Institution.objects.order_by("code"), label=_("机构"), to_field_name="code"
    )
    role = forms.ChoiceField(label=_("角色"))

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["role"].choices = [(key, r.label) for key, r in roles().items()]  # type: ignore[attr-defined]


class PasswordForm(forms.Form):
    """One's own new password."""

    old = forms.CharField(label=_("原密码"), widget=forms.PasswordInput)
    new = forms.CharField(label=_("新密码"), widget=forms.PasswordInput, min_length=10)
