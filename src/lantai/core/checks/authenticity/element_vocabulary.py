"""1-4 设定值域符合度: coded values stand in their code list."""

from __future__ import annotations

from lantai.core.checks.elements import ElementCheck


class ValuesAreListed(ElementCheck):
    """Judged by the record type's elements."""

    id = "1-4"
    name_zh = "设定值域符合度"
    name_en = "values within their vocabularies"
    clauses = ("DA/T 70-2018 1-4", "DA/T 18-2022", "DA/T 46-2009")
    codes = frozenset(["not_in_vocabulary"])
