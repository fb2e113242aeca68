"""Forms of linking."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class PlatformForm(forms.Form):
    """A platform below."""

    code = forms.CharField(label=_("平台代码"), max_length=40)
    name = forms.CharField(label=_("平台名称"), max_length=200)
    public_key = forms.CharField(
        label=_("公钥"), max_length=130, help_text=_("由下级平台的这一页给出，另行送达核对。")
    )
