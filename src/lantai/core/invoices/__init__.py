"""电子发票与电子会计凭证: read their fields from XML, OFD or PDF, and do their sums."""

from lantai.core.invoices.model import Invoice, InvoiceLine, NoInvoice, Party
from lantai.core.invoices.reading import read_forms, read_invoice
from lantai.core.invoices.rule import InvoiceFile, InvoiceFinding, check_batch, invoice_rules
from lantai.core.invoices.sums import InvoiceProblem, check_invoice

__all__ = [
    "Invoice",
    "InvoiceFile",
    "InvoiceFinding",
    "InvoiceLine",
    "InvoiceProblem",
    "NoInvoice",
    "Party",
    "check_batch",
    "check_invoice",
    "invoice_rules",
    "read_forms",
    "read_invoice",
]
