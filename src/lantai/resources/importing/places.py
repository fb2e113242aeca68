"""Where an import goes: the archives and the fonds, entered when they are told and missing."""

from __future__ import annotations

from lantai.catalogue.fonds.models import Fonds
from lantai.catalogue.fonds.operations import register_fonds
from lantai.foundation.institutions.models import Institution
from lantai.foundation.institutions.operations import register_institution
from lantai.foundation.refusal import NotFound
from lantai.foundation.work import Act

DEFAULT_FONDS = "0000"  # 未归全宗: catalogues whose fonds is not told


def archives_for(act: Act, code: str = "") -> Institution:
    """The archives of this code; the only one when none is told; a new one on an empty system."""
    rows = Institution.objects.filter(kind=Institution.ARCHIVES).order_by("pk")
    if code:
        row = rows.filter(code=code).first()
        if row is None:
            raise NotFound(f"没有档案馆 {code}，请先登记。", f"There is no archives {code}.")
        return row
    first = rows.first()
    if first is not None:
        return first
    return register_institution(
        act, code="LOCAL", name="本馆", name_en="This archives", kind=Institution.ARCHIVES
    )


def fonds_for(act: Act, holder: Institution, code: str = "") -> Fonds:
    """The fonds of this code, registered now when it is missing."""
    code = code or DEFAULT_FONDS
    row = Fonds.objects.filter(holder=holder, code=code).select_related("holder").first()
    if row is not None:
        return row
    if code == DEFAULT_FONDS:
        names = {"name": "导入目录（未归全宗）", "name_en": "Imported catalogues"}
    else:
        names = {"name": f"全宗 {code}", "name_en": f"Fonds {code}"}
    return register_fonds(act, holder=holder, code=code, **names)
