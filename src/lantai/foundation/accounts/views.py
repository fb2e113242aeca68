"""Pages of accounts: signing in and out, the list of people, one person."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import authenticate, login, logout, update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from lantai.foundation.accounts import operations
from lantai.foundation.accounts.forms import AssignmentForm, LoginForm, PasswordForm, PersonForm
from lantai.foundation.accounts.models import Assignment, Person
from lantai.foundation.accounts.throttle import check_throttle, remember_attempt
from lantai.foundation.policy import decide, require, roles
from lantai.foundation.refusal import Refusal
from lantai.foundation.work import Act


@never_cache
def sign_in(request: HttpRequest) -> HttpResponse:
    """The login page; the same words for a wrong name and a wrong password."""
    form = LoginForm(request.POST or None)
    error = ""
    if request.method == "POST" and form.is_valid():
        name = form.cleaned_data["username"].strip().lower()
        address = request.META.get("REMOTE_ADDR", "")
        now = timezone.now()
        try:
            check_throttle(name, address, now)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
            return render(request, "account/login.html", {"form": form}, status=429)
        person = authenticate(request, username=name, password=form.cleaned_data["password"])
        remember_attempt(name, address, now, person is not None)
        if person is not None:
            login(request, person)
            target = request.POST.get("next") or request.GET.get("next") or "/desk/"
            safe = url_has_allowed_host_and_scheme(target, {request.get_host()})
            return redirect(target if safe else "/desk/")
        error = _("用户名或密码不对，或账户已停用。请再试一次，或联系安全保密管理员。")
        form.add_error(None, error)
    return render(
        request,
        "account/login.html",
        {"form": form, "next": request.GET.get("next", "")},
        status=401 if error else 200,
    )


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End this session."""
    logout(request)
    return redirect("/")


def people(request: HttpRequest) -> HttpResponse:
    """Every account with its roles; a new one by the system administrator."""
    require(request.user, "accounts.list")
    form = PersonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        person = operations.create_person(Act(by=request.user), **form.cleaned_data)
        messages.success(request, _("账户已建立，还不能登录：请安全保密管理员授权并发放密码。"))
        return redirect("accounts:person", person.username)
    rows = Person.objects.prefetch_related("assignments__institution").order_by("username")
    return render(
        request,
        "foundation/accounts/people.html",
        {
            "people": rows,
            "form": form,
            "roles": roles(),
            "may_create": decide(request.user, "accounts.create"),
        },
    )


def person(request: HttpRequest, username: str) -> HttpResponse:
    """One account: its roles, and what the security administrator may do to it."""
    require(request.user, "accounts.list")
    row = get_object_or_404(Person, username=username)
    form = AssignmentForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        operations.assign_role(Act(by=request.user), person=row, **form.cleaned_data)
        messages.success(request, _("角色已授予。"))
        return redirect("accounts:person", username)
    held = row.assignments.select_related("institution").order_by("pk")
    return render(
        request,
        "foundation/accounts/person.html",
        {
            "account_row": row,
            "assignments": [(a, roles()[a.role]) for a in held if a.role in roles()],
            "form": form,
            "may_assign": decide(request.user, "accounts.assign"),
            "may_disable": decide(request.user, "accounts.disable"),
        },
    )


@require_POST
def revoke(request: HttpRequest, username: str, assignment: int) -> HttpResponse:
    """Take one role away."""
    row = get_object_or_404(Assignment, pk=assignment, person__username=username)
    operations.revoke_role(Act(by=request.user), assignment=row)
    messages.success(request, _("角色已撤销。"))
    return redirect("accounts:person", username)


@require_POST
def set_state(request: HttpRequest, username: str, active: int) -> HttpResponse:
    """Enable or disable."""
    row = get_object_or_404(Person, username=username)
    operations.set_active(Act(by=request.user), person=row, active=bool(active))
    messages.success(request, _("账户已启用。") if active else _("账户已停用，其会话已结束。"))
    return redirect("accounts:person", username)


@require_POST
def reset(request: HttpRequest, username: str) -> HttpResponse:
    """A new random password, shown once."""
    row = get_object_or_404(Person, username=username)
    password = operations.reset_password(Act(by=request.user), person=row)
    return render(
        request, "foundation/accounts/new_password.html", {"account_row": row, "password": password}
    )


def own(request: HttpRequest) -> HttpResponse:
    """One's own account."""
    require(request.user, "accounts.own")
    form = PasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        changed = operations.change_own_password(
            Act(by=request.user), person=request.user, **form.cleaned_data
        )
        update_session_auth_hash(request, changed)
        messages.success(request, _("密码已改，其他会话已结束。"))
        return redirect("accounts:own")
    return render(request, "foundation/accounts/own.html", {"form": form})
