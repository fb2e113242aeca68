"""What a class demands beside the common elements 门类专有著录项: of photographs, mail, vouchers…"""

from __future__ import annotations

import re
from typing import Any

_PHOTOGRAPHER = re.compile(r"摄影者：(?:县文化馆)?([\u4e00-\u9fff]{2,4})")
_PROJECTS = {"SL01": "利民渠工程", "SL02": "柳林水库工程", "SL03": "利民渠一号渡槽重建工程"}


def class_elements(raw: dict[str, Any], record_class: str) -> dict[str, str]:
    """Values by element name for a raw record; empty for a class with none of its own."""
    facts = raw.get("facts", {})
    match record_class:
        case "ZP":
            found = _PHOTOGRAPHER.search(raw["body"])
            return {"photographer": found[1] if found else raw["creator"], "event": raw["title"]}
        case "LY" | "LX":
            return {"event": raw["title"]}
        case "YJ":
            date = raw["date"]
            sent = f"{date[:4]}-{date[4:6]}-{date[6:]}T09:30:00+08:00"
            to = raw["body"].partition("：")[0].strip()
            return {"sender": raw["sender"], "recipients": to[:20], "sent_at": sent}
        case "KJ":
            class2, _, project = raw["project"].partition("·")
            name = _PROJECTS.get(class2 + project, raw["title"])
            return {"class2": class2, "project": project, "project_name": name}
        case "KU":
            return {
                "class2": raw["class2"],
                "accounting_form": raw["class2"],
                "fiscal_year": raw["date"][:4],
                "fiscal_month": raw["date"][4:6],
                "voucher_no": facts["number"],
                "volume_no": "1",
            }
        case "ZY":
            return {"class2": raw["class2"], "volume_no": "1"} | _specialised(raw, facts)
    return {}


def _specialised(raw: dict[str, Any], facts: dict[str, Any]) -> dict[str, str]:
    if raw["class2"] == "HY":
        return {
            "registration_type": "结婚登记",
            "husband": facts["husband"],
            "wife": facts["wife"],
            "registry": raw["creator"],
        }
    if raw["class2"] == "TD":
        return {
            "land_matter": "宅基地使用权确权登记",
            "right_holder": facts["head"],
            "land_location": f"{facts['town']}{facts['village']}",
        }
    return {}
