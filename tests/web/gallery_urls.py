"""Addresses of the gallery under test, with the policy that the real site sends."""

from django import forms
from django.shortcuts import render
from django.urls import include, path

from lantai.web.gallery import urls as gallery_urls
from lantai.web.gallery import views as gallery

POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "connect-src 'self'; worker-src 'self' blob:; object-src 'none'; base-uri 'self'; "
    "form-action 'self'; frame-ancestors 'none'"
)


class LoginForm(forms.Form):
    username = forms.CharField(label="账号")
    password = forms.CharField(label="口令", widget=forms.PasswordInput, help_text="区分大小写。")


def login(request):
    site = gallery.content()["site"]
    return render(request, "account/login.html", {"form": LoginForm(), "site": site})


def content_security_policy(get_response):
    def answer(request):
        response = get_response(request)
        response["Content-Security-Policy"] = POLICY
        return response

    return answer


urlpatterns = [
    path("login", login),
    path("", include("lantai.web.language.urls")),
    *gallery_urls.urlpatterns,
]
