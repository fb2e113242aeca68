"""`lantai user`: accounts from the machine's command line."""

from __future__ import annotations

import argparse

from lantai.cli.command import DONE, BadCall, Command, emit, say


class User(Command):
    """Accounts 账户: create, role, password, list."""

    id = "user"
    help = "账户：建立、授权、重置密码、列出 / accounts"
    needs_django = True

    def arguments(self, parser: argparse.ArgumentParser) -> None:
        """The four verbs."""
        parser.add_argument("verb", choices=["create", "role", "password", "list"])
        parser.add_argument("username", nargs="?")
        parser.add_argument("--name", default="")
        parser.add_argument("--institution", metavar="CODE")
        parser.add_argument("--role")

    def run(self, options: argparse.Namespace) -> int:
        """Do it as the operator of the machine; a refusal is exit 2 with its reason."""
        from lantai.foundation.refusal import Refusal

        if options.verb != "list" and not options.username:
            raise BadCall("请写用户名 / say which username")
        try:
            result = getattr(self, f"_{options.verb}")(options)
        except Refusal as refusal:
            raise BadCall(f"{refusal.zh} / {refusal.en}") from refusal
        for line in result:
            if options.json:
                emit(line)
            else:
                say("  ".join(f"{k}={v}" for k, v in line.items()))
        return DONE

    def _act(self):  # type: ignore[no-untyped-def]  # Django types load late
        from lantai.foundation.policy import Operator
        from lantai.foundation.work import Act

        return Act(by=Operator(), channel="cli")

    def _create(self, options: argparse.Namespace) -> list[dict[str, str]]:
        from lantai.foundation.accounts import operations

        person = operations.create_person(
            self._act(), username=options.username, name=options.name or options.username
        )
        password = operations.reset_password(self._act(), person=person)
        return [{"username": person.username, "password": password}]

    def _person(self, username: str):  # type: ignore[no-untyped-def]
        from lantai.foundation.accounts.models import Person

        person = Person.objects.filter(username=username).first()
        if person is None:
            raise BadCall(f"没有账户 {username} / no account {username}")
        return person

    def _role(self, options: argparse.Namespace) -> list[dict[str, str]]:
        from lantai.foundation.accounts.operations import assign_role
        from lantai.foundation.institutions.models import Institution

        place = Institution.objects.filter(code=options.institution).first()
        if place is None:
            raise BadCall(f"没有机构 {options.institution} / no such institution")
        row = assign_role(
            self._act(),
            person=self._person(options.username),
            institution=place,
            role=options.role or "",
        )
        return [{"username": options.username, "institution": place.code, "role": row.role}]

    def _password(self, options: argparse.Namespace) -> list[dict[str, str]]:
        from lantai.foundation.accounts.operations import reset_password

        password = reset_password(self._act(), person=self._person(options.username))
        return [{"username": options.username, "password": password}]

    def _list(self, options: argparse.Namespace) -> list[dict[str, str]]:
        from lantai.foundation.accounts.models import Person

        return [
            {
                "username": p.username,
                "name": p.name,
                "active": str(p.is_active).lower(),
                "roles": ",".join(f"{a.role}@{a.institution.code}" for a in p.assignments.all()),
            }
            for p in Person.objects.prefetch_related("assignments__institution").order_by(
                "username"
            )
        ]
