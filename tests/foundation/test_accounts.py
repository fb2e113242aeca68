"""People: three administrators that exclude each other, throttled login, sessions that end."""

from __future__ import annotations

import pytest

from lantai.foundation.accounts.operations import (
    SeparationOfDuties,
    assign_role,
    change_own_password,
    create_person,
    reset_password,
    revoke_role,
    set_active,
)
from lantai.foundation.refusal import NotPermitted, Refusal
from tests.people import PASSWORD, make_county

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("role", ["security_admin", "audit_admin", "archivist"])
def test_an_administrator_can_take_no_second_duty(data_folder, role):
    county = make_county()
    with pytest.raises(SeparationOfDuties):
        assign_role(
            county.act("secadmin"),
            person=county.people["sysadmin"],
            institution=county.archives,
            role=role,
        )


def test_the_system_administrator_makes_accounts_but_gives_no_rights(data_folder):
    county = make_county()
    person = create_person(county.act("sysadmin"), username="newcomer", name="新人")
    with pytest.raises(NotPermitted):
        assign_role(
            county.act("sysadmin"), person=person, institution=county.archives, role="archivist"
        )
    assign_role(
        county.act("secadmin"), person=person, institution=county.archives, role="archivist"
    )


def test_the_security_administrator_cannot_make_accounts_or_raise_own_rights(data_folder):
    county = make_county()
    with pytest.raises(NotPermitted):
        create_person(county.act("secadmin"), username="newcomer", name="新人")
    with pytest.raises(SeparationOfDuties):
        assign_role(
            county.act("secadmin"),
            person=county.people["secadmin"],
            institution=county.archives,
            role="archivist",
        )


def test_a_role_is_refused_at_the_wrong_kind_of_institution(data_folder):
    county = make_county()
    with pytest.raises(Refusal, match="机构类型不符"):
        assign_role(
            county.act("secadmin"),
            person=county.people["officer"],
            institution=county.unit,
            role="archivist",
        )


def test_login_is_throttled_after_five_failures(client, data_folder):
    make_county()
    for _ in range(5):
        assert (
            client.post("/login/", {"username": "archivist", "password": "wrong"}).status_code
            == 401
        )
    assert (
        client.post("/login/", {"username": "archivist", "password": PASSWORD}).status_code == 429
    )


def test_a_disabled_account_loses_its_session(client, data_folder):
    county = make_county()
    assert (
        client.post("/login/", {"username": "archivist", "password": PASSWORD}).status_code == 302
    )
    assert client.get("/desk/").status_code == 200
    set_active(county.act("secadmin"), person=county.people["archivist"], active=False)
    assert client.get("/desk/").status_code == 302


def test_a_reset_password_ends_sessions_and_works_once_told(client, data_folder):
    county = make_county()
    client.post("/login/", {"username": "archivist", "password": PASSWORD})
    password = reset_password(county.act("secadmin"), person=county.people["archivist"])
    assert client.get("/desk/").status_code == 302
    assert (
        client.post("/login/", {"username": "archivist", "password": password}).status_code == 302
    )


def test_login_does_not_send_people_to_another_site(client, data_folder):
    make_county()
    answer = client.post(
        "/login/?next=//evil.example", {"username": "archivist", "password": PASSWORD}
    )
    assert answer.headers["Location"] == "/desk/"


def test_a_password_is_argon2_and_never_in_the_segment_file(data_folder):
    county = make_county()
    stored = county.people["archivist"].password
    assert stored.startswith("argon2")
    text = (data_folder / "storage/ledger/segment-000001.jsonl").read_text()
    assert stored not in text and "argon2" not in text


def test_a_revoked_role_is_gone_from_table_and_rights(data_folder):
    county = make_county()
    held = county.people["archivist"].assignments.get()
    revoke_role(county.act("secadmin"), assignment=held)
    assert not county.people["archivist"].assignments.exists()


def test_one_changes_ones_own_password_with_the_old_one_only(data_folder):
    county = make_county()
    me = county.people["archivist"]
    with pytest.raises(Refusal, match="原密码不对"):
        change_own_password(county.act("archivist"), person=me, old="x", new="another-long-one-1")
    with pytest.raises(Refusal, match="不合要求"):
        change_own_password(county.act("archivist"), person=me, old=PASSWORD, new="1234567890")
    changed = change_own_password(
        county.act("archivist"), person=me, old=PASSWORD, new="another-long-one-1"
    )
    assert changed.check_password("another-long-one-1")


def test_nobody_changes_the_password_of_another(data_folder):
    county = make_county()
    with pytest.raises(Refusal):
        change_own_password(
            county.act("archivist"),
            person=county.people["clerk"],
            old=PASSWORD,
            new="another-long-one-1",
        )
