"""Rules over a batch of invoices 发票规则: what no single file can show (STANDARDS §9.4).

One rule, one file in ``rules/``. Pure: they compare what was read and fetch nothing; whether the
tax service knows an invoice stays 待人工.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from lantai.core.invoices.model import Invoice
from lantai.core.registry import Shelf


@dataclass(frozen=True)
class InvoiceFile:
    """One received file and every form of the invoice in it: attached XML, tags, page text."""

    path: str
    forms: tuple[Invoice, ...]

    @property
    def invoice(self) -> Invoice:
        """The form that says most, as `read_invoice` gives it."""
        return self.forms[0]


@dataclass(frozen=True)
class InvoiceBatch:
    """The files looked at together, and what was booked before: key → where."""

    files: tuple[InvoiceFile, ...]
    booked: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def by_key(self) -> dict[str, list[InvoiceFile]]:
        """The files of each invoice; several may be forms of the same one."""
        found: dict[str, list[InvoiceFile]] = {}
        for file in self.files:
            if file.invoice.key:
                found.setdefault(file.invoice.key, []).append(file)
        return found


@dataclass(frozen=True)
class InvoiceFinding:
    """What a rule found in a file, and what to do next."""

    rule: str
    path: str
    severity: str
    message_zh: str
    message_en: str
    next_zh: str = ""
    next_en: str = ""


class InvoiceRule(ABC):
    """One rule; ``clauses`` names what asks for it."""

    id: str = ""
    label_zh: str = ""
    label_en: str = ""
    clauses: tuple[str, ...] = ()

    @abstractmethod
    def judge(self, batch: InvoiceBatch) -> Iterator[InvoiceFinding]:
        """Everything in the batch that breaks the rule."""


def invoice_rules() -> Shelf[InvoiceRule]:
    """The shelf of rules."""
    return Shelf(InvoiceRule, "lantai.core.invoices.rules", group="lantai.invoice_rules")  # type: ignore[type-abstract]


def check_batch(
    files: Iterable[InvoiceFile],
    booked: Mapping[str, str] | None = None,
    shelf: Shelf[InvoiceRule] | None = None,
) -> list[InvoiceFinding]:
    """All findings of all rules, by rule and file."""
    batch = InvoiceBatch(tuple(files), booked or {})
    rules = (rule() for rule in (shelf or invoice_rules()).all().values())
    return [finding for rule in rules for finding in rule.judge(batch)]
