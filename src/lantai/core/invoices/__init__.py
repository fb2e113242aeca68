"""电子发票与电子会计凭证: read their fields from XML, OFD or PDF, and do their sums."""

from lantai.core.invoices.model import Invoice, InvoiceLine, NoInvoice, Party
from lantai.core.invoices.reading import read_invoice
from lantai.core.invoices.sums import InvoiceProblem, check_invoice

__all__ = [
    "Invoice",
    "InvoiceLine",
    "InvoiceProblem",
    "NoInvoice",
    "Party",
    "check_invoice",
    "read_invoice",
]
