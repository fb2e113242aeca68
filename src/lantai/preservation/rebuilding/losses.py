"""What can not come back 无法恢复项: named, with the reason and the next step, never in silence."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from django.apps import apps

from lantai.foundation.accounts.models import Person
from lantai.preservation.rebuilding.replaying import Replayed

OURS = ("foundation", "governance", "catalogue", "preservation", "resources", "access", "web")


@dataclass(frozen=True)
class Loss:
    """One kind of thing that is gone."""

    name: str
    count: int | None
    zh: str
    en: str


def as_json(losses: list[Loss]) -> list[dict[str, object]]:
    """For the command's report."""
    return [asdict(loss) for loss in losses]


def losses_after(replayed: Replayed) -> list[Loss]:
    """By name: everything of the old database that storage does not hold."""
    people = Person.objects.filter(password__startswith="!")  # noqa: S106 - the mark of none
    found = [
        Loss(
            "passwords",
            people.count(),
            "口令从不写入存储；请由安全保密管理员为这些账户重置口令："
            + "、".join(people.values_list("username", flat=True)[:20]),
            "passwords are never written to storage; have them reset",
        ),
        Loss(
            "sessions", None, "所有登录会话已失效，请重新登录", "every session ended; sign in again"
        ),
        Loss(
            "index",
            None,
            "检索索引请用 lantai rebuild index 重建",
            "build the search index anew with lantai rebuild index",
        ),
    ]
    for model in _begun_anew():
        zh, en = model.begun_anew
        found.append(Loss(model._meta.label, None, zh, en))
    for name, count in {**replayed.cut, **replayed.unknown}.items():
        found.append(
            Loss(name, count, "所指的行已不存在", "refers to rows that are not kept any more")
        )
    return found


def losses_of_the_ledger() -> Loss:
    """When the ledger's folder is gone: all that only it could tell."""
    return Loss(
        "ledger",
        None,
        "台账已丢失：账户与授权、办件、开放与公布决定、著录沿革、待办、历次审计条目无法恢复；"
        "档案、文件和文本由存储对象恢复，开放状态回到初始值",
        "the ledger is lost: accounts and roles, cases, opening decisions and publications, "
        "description history, inbox and all audit entries can not come back; records, files and "
        "texts came back from the objects, closed as when new",
    )


def _begun_anew() -> list[Any]:
    """The models whose rows storage does not hold, each with what becomes of them."""
    every = [model for app in OURS for model in apps.get_app_config(app).get_models()]
    return [model for model in every if hasattr(model, "begun_anew")]
