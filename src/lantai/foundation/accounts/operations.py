"""Verbs on people and their roles; the three administrators exclude each other here."""

from __future__ import annotations

import secrets

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from lantai.foundation.accounts.models import Assignment, Person
from lantai.foundation.institutions.models import Institution
from lantai.foundation.operation import operation
from lantai.foundation.policy import roles
from lantai.foundation.refusal import Refusal
from lantai.foundation.work import Act, about, keep, keep_gone, note


class SeparationOfDuties(Refusal):
    """三员互斥: two duties that one person may not hold."""

    code = "separation-of-duties"


@operation(permission="accounts.create", event="account_creation")
def create_person(act: Act, /, *, username: str, name: str, password: str = "") -> Person:
    """Make an account without any right. Without a password it cannot sign in yet."""
    username = username.strip().lower()
    if not username or Person.objects.filter(username=username).exists():
        raise Refusal(
            f"用户名 {username or '（空）'} 不能用：为空或已存在。", "Username empty or taken."
        )
    person = Person(username=username, name=name.strip() or username)
    if password:
        check_password_rules(password, person)
        person.set_password(password)
    else:
        person.set_unusable_password()
    person.save()
    keep(person, kind="created")
    return person


@operation(permission="accounts.assign", event="role_assignment")
def assign_role(act: Act, /, *, person: Person, institution: Institution, role: str) -> Assignment:
    """Give a role at an institution, unless it excludes one the person holds."""
    known = roles()
    if role not in known:
        raise Refusal(f"没有“{role}”这个角色。", f"There is no role {role!r}.")
    if institution.kind not in known[role].kinds:
        raise Refusal(
            f"{known[role].zh}不能在{institution.name}任职：机构类型不符。",
            f"{known[role].en} cannot be held at this kind of institution.",
        )
    if act.by.urn == person.urn:
        raise SeparationOfDuties(
            "不能给自己授权；请由另一位安全保密管理员办理。", "Nobody may give roles to themselves."
        )
    for held in person.assignments.order_by("pk"):
        if held.role != role and _exclude(held.role, role):
            raise SeparationOfDuties(
                f"{person.name}已任{known[held.role].zh}，不能再任{known[role].zh}：三员及业务岗位必须由不同的人担任。"
                "请先撤销原任职，或另选人员。",
                f"{person.name} is {known[held.role].en}; one person may not also be {known[role].en}. "
                "Revoke the other role first, or choose somebody else.",
            )
    row, created = Assignment.objects.get_or_create(
        person=person,
        institution=institution,
        role=role,
        defaults={"granted_by": act.by.urn, "granted_at": act.at},
    )
    about(person.urn)
    note(role=role, institution=institution.code, new=created)
    keep(row, kind="created")
    return row


@operation(permission="accounts.assign", event="role_revocation")
def revoke_role(act: Act, /, *, assignment: Assignment) -> None:
    """Take a role away; it ends at the next request."""
    about(assignment.person.urn)
    note(role=assignment.role, institution=assignment.institution.code)
    key = assignment.pk
    assignment.delete()
    keep_gone(assignment, key)


@operation(permission="accounts.disable", event="account_state")
def set_active(act: Act, /, *, person: Person, active: bool) -> Person:
    """Enable or disable an account; disabling ends its sessions."""
    if act.by.urn == person.urn:
        raise Refusal("不能停用自己的账户。", "You may not disable your own account.")
    person.is_active = active
    person.session_epoch += 1
    person.save(update_fields=["is_active", "session_epoch"])
    note(active=active)
    keep(person)
    return person


@operation(permission="accounts.disable", event="password_reset")
def reset_password(act: Act, /, *, person: Person) -> str:
    """Give a random password, to be said once; every session of the person ends."""
    password = random_password()
    person.set_password(password)
    person.session_epoch += 1
    person.save(update_fields=["password", "session_epoch"])
    about(person.urn)
    keep(person)
    return password


@operation(permission="accounts.own", event="password_change")
def change_own_password(act: Act, /, *, person: Person, old: str, new: str) -> Person:
    """The person's own change of password; other sessions end."""
    if act.by.urn != person.urn or not person.check_password(old):
        raise Refusal("原密码不对，密码没有改。", "The old password is wrong; nothing was changed.")
    check_password_rules(new, person)
    person.set_password(new)
    person.session_epoch += 1
    person.save(update_fields=["password", "session_epoch"])
    keep(person)
    return person


def random_password() -> str:
    """Three groups of four, easy to say and to type; 58 bits of chance."""
    letters = "abcdefghjkmnpqrstuvwxyz23456789"  # without the pairs that look alike
    return "-".join("".join(secrets.choice(letters) for _ in range(4)) for _ in range(3))


def check_password_rules(password: str, person: Person) -> None:
    """Refuse a weak password with the rule it breaks."""
    try:
        validate_password(password, person)
    except ValidationError as problem:
        raise Refusal(
            "密码不合要求：" + "；".join(problem.messages), "; ".join(problem.messages)
        ) from None


def _exclude(one: str, other: str) -> bool:
    known = roles()
    return any(
        "*" in known[a].excludes or b in known[a].excludes
        for a, b in ((one, other), (other, one))
        if a in known
    )
