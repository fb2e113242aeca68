"""Properties shared by the OOXML formats: core and application properties, macros."""

from __future__ import annotations

from typing import Any

from lantai.core.formats.office_container import Package
from lantai.core.safe_xml import local


def ooxml_properties(package: Package) -> dict[str, Any]:
    """``info`` (title, creator, created …), ``application``, ``macros``, ``embedded`` count."""
    folded = {name.lower().lstrip("/"): name for name in package.names}
    found: dict[str, Any] = {"info": {}}
    for part in ("docprops/core.xml", "docprops/app.xml"):
        if part in folded:
            for element in package.xml(folded[part]):
                text = (element.text or "").strip()
                if text:
                    found["info"][local(element)] = text[:2000]
    found["macros"] = any(name.endswith("vbaproject.bin") for name in folded)
    found["embedded"] = sum("/embeddings/" in name for name in folded)
    return found
