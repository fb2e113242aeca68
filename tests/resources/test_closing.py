"""A month of accounts: judged, corrected, closed, locked, opened again by another."""

from __future__ import annotations

import shutil
import uuid
from decimal import Decimal

import pytest
from django.test import Client

from lantai.core.invoices import Invoice, InvoiceFile
from lantai.core.invoices.closing import AccountsItem, AccountsMonth, judge_month
from lantai.foundation.refusal import Conflict, NotPermitted, Refusal
from lantai.resources.closing.operations import close_month, record_check, reopen_month
from lantai.resources.closing.queries import items_of
from lantai.resources.filing.models import FilingItem, MonthClosing
from lantai.resources.filing.operations import describe_item, draft_item
from lantai.resources.filing.staging import stage_paths
from tests.people import make_county
from tests.resources.office import work
from tests.shared_data import shared_data


def voucher(number, *, total=None, key="", form="01", **more):
    found = ()
    if total is not None:
        bill = Invoice(number=key or f"N{number}", total=Decimal(total), issue_type="Y")
        found = (InvoiceFile(f"{number}.ofd", (bill,)),)
    told = {"voucher_no": number, "date": "2025-03-05", "retention": "D30", "invoices": found}
    return AccountsItem(place=f"KU-{number}", form=form, **{**told, **more})


def rules(*items, booked=None, month=3):
    found = judge_month(AccountsMonth(2025, month, tuple(items), booked or {}))
    return {(one.rule, one.severity) for one in found}


def test_a_month_in_order_has_nothing_against_it():
    items = [voucher(f"记-{n}", total="10.50", amount=Decimal("10.50")) for n in (1, 2, 3)]
    assert rules(*items) == set()


@pytest.mark.parametrize(
    ("items", "rule"),
    [
        ([], ("no-voucher", "error")),
        ([voucher("")], ("no-number", "error")),
        ([voucher("记-1"), voucher("记-1")], ("number-twice", "error")),
        ([voucher("记-1"), voucher("记-4")], ("number-gap", "warning")),
        ([voucher("付-2")], ("number-gap", "warning")),
        ([voucher("记-1", filed=False)], ("not-filed", "error")),
        ([voucher("记-1", retention="D10")], ("retention-short", "error")),
        ([voucher("记-1", date="2025-04-01")], ("date-outside", "warning")),
        ([voucher("记-1", total="9", amount=Decimal(10))], ("sum", "warning")),
        ([voucher("记-1", total="9", key="A"), voucher("记-2", total="9", key="A")],
         ("duplicate", "error")),
    ],
)  # fmt: skip
def test_each_fault_of_a_month_is_told(items, rule):
    assert rule in rules(*items)


def test_one_invoice_behind_two_vouchers_is_told_once_in_whatever_forms_it_came():
    bill = Invoice(number="A", total=Decimal(9), issue_type="Y")
    as_xml, as_ofd = (InvoiceFile(f"a.{kind}", (bill,)) for kind in ("xml", "ofd"))

    def told(*behind):
        items = [voucher(f"记-{n}", invoices=files) for n, files in enumerate(behind, 1)]
        found = judge_month(AccountsMonth(2025, 3, tuple(items)))
        return [(one.rule, one.severity) for one in found]

    assert told((as_xml, as_ofd)) == []
    assert told((as_xml,), (as_ofd,)) == [("duplicate", "error")]
    assert told((as_xml,), (as_xml,)) == [("duplicate", "error")]
    assert told((as_xml,), (as_ofd,), (as_xml, as_ofd)).count(("duplicate", "error")) == 3


def test_an_invoice_of_a_closed_month_is_not_booked_again_and_a_year_ends_with_its_books():
    again = rules(voucher("记-1", total="9", key="A"), booked={"A": "KU-2025-02-7"})
    assert again == {("duplicate", "error")}
    assert rules(voucher("记-1"), month=12) >= {("year-end", "warning")}


def account(county, folder, number, invoice=None, **more):
    path = folder / f"{number}.ofd"
    if invoice:
        shutil.copy(invoice, path)
    else:
        path.write_bytes(b"no invoice")
    uid = uuid.uuid4()
    values = {"fiscal_year": "2025", "fiscal_month": "3", "voucher_no": f"记-{number}",
              "accounting_form": "01", "date": "20250305", "retention": "D30",
              "title": f"记账凭证 {number}"}  # fmt: skip
    item = draft_item(
        county.act("officer"), unit=county.unit, uid=uid, record_type="accounting",
        files=stage_paths(county.unit, uid, [path]), values=values | more,
    )  # fmt: skip
    FilingItem.objects.filter(pk=item.pk).update(state=FilingItem.FILED)
    return item


def client_of(person):
    client = Client()
    client.force_login(person)
    return client


def checked(client):
    client.post("/accounts/2025/3/", {"action": "check"})
    work()
    return MonthClosing.objects.get()


@pytest.mark.django_db
def test_a_month_is_checked_closed_locked_and_opened_again(data_folder, tmp_path):
    county = make_county()
    invoice = shared_data("ofd/converter-999.ofd")
    first = account(county, tmp_path, 1, invoice)
    short = account(county, tmp_path, 3, retention="D10")
    officer = client_of(county.people["officer"])
    row = checked(officer)
    shown = officer.get("/accounts/2025/3/").content.decode()
    assert "不能月结" in shown and 'value="close"' not in shown
    FilingItem.objects.filter(pk=short.pk).update(retention="D30", version=short.version + 1)
    assert "有变动" in officer.get("/accounts/2025/3/").content.decode()
    row = checked(officer)
    shown = officer.get("/accounts/2025/3/").content.decode()
    assert 'value="close"' in shown and (not invoice or "05000170011112235358" in shown)
    assert {one["rule"] for one in row.findings} == {"number-gap"}
    assert row.counts["vouchers"] == 2 and row.counts["errors"] == 0
    assert row.counts["invoices"] == len(row.invoices) == (1 if invoice else 0)
    told = {"unit": county.unit, "year": 2025, "month": 3}
    act = county.act("officer")
    with pytest.raises(Refusal, match="说明"):
        close_month(act, **told)
    account(county, tmp_path, 4)
    with pytest.raises(Conflict, match="重新检查"):
        close_month(act, **told, explanation="作废一张")
    checked(officer)
    officer.post("/accounts/2025/3/", {"action": "close", "explanation": "2 号作废"})
    row.refresh_from_db()
    assert (row.state, row.note) == (MonthClosing.CLOSED, "2 号作废")
    first.refresh_from_db()
    with pytest.raises(Conflict, match="已月结"):
        describe_item(act, item=first, values={"title": "改"}, version=first.version)
    with pytest.raises(Conflict, match="已月结"):
        account(county, tmp_path, 5)
    with pytest.raises(Conflict):
        record_check(act, **told, fingerprint="", counts={}, findings=[], invoices={})
    with pytest.raises(NotPermitted):
        reopen_month(act, **told, reason="漏记")
    leader = client_of(county.people["leader"])
    assert "2 号作废" in leader.get("/accounts/2025/3/").content.decode()
    leader.post("/accounts/2025/3/", {"action": "reopen", "reason": "漏记一张"})
    row.refresh_from_db()
    assert (row.state, row.reason) == (MonthClosing.REOPENED, "漏记一张")
    account(county, tmp_path, 5)
    assert items_of(county.unit, 2025, 3).count() == 4
    page = leader.get("/accounts/?year=2025").content.decode()
    assert "2025-03" in page and "已反结账" in page
